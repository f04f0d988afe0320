package com.tracemem.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.tracemem.admin.IdempotentAnswers.Answer;
import com.tracemem.admin.IdempotentAnswers.Ending;
import com.tracemem.admin.WholeBodies.WholeBody;
import com.tracemem.identity.FieldError;
import com.tracemem.identity.UserPrincipal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/** Lets an administrator's client repeat a call that makes something, after a lost answer, without making it twice. */
final class IdempotentCalls extends OncePerRequestFilter {
    static final String HEADER = "Idempotency-Key";
    static final String REPLAYED = "Idempotent-Replayed";
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final IdempotentAnswers answers;
    private final ProblemWriter problems;

    IdempotentCalls(IdempotentAnswers answers, ProblemWriter problems) {
        this.answers = answers;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getServletPath();
        // a test speaks to the outside, which no transaction waits for, and does no harm when it is done twice
        return request.getHeader(HEADER) == null
                || !HttpMethod.POST.matches(request.getMethod())
                || !path.startsWith("/v1/admin/")
                || path.endsWith("/test");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Authentication caller = SecurityContextHolder.getContext().getAuthentication();
        String key = request.getHeader(HEADER);
        if (!(caller instanceof SignedIn signedIn) || !(request instanceof WholeBody body)) {
            throw new IllegalStateException("This filter stands behind the login and the reading of bodies");
        }
        if (!KEY.matcher(key).matches()) {
            problems.write(
                    response,
                    Problem.invalid(
                            List.of(new FieldError(HEADER, "is not 1 to 200 printable characters without spaces"))));
            return;
        }
        UserPrincipal user = signedIn.getPrincipal();
        ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
        Ending ending;
        try {
            ending = answers.once(new IdempotentAnswers.Key(user.tenantId(), user.userId(), key), digest(body), () -> {
                chain.doFilter(body, kept);
                return new Answer(kept.getStatus(), new String(kept.getContentAsByteArray(), UTF_8));
            });
        } catch (Exception failure) {
            kept.reset();
            problems.write(response, Problems.unexpected(failure));
            return;
        }
        switch (ending) {
            case Ending.CarriedOut() -> kept.copyBodyToResponse();
            case Ending.CarriedOutBefore(Answer answer) -> replay(response, answer);
            case Ending.OtherCall() ->
                refuse(response, HttpStatus.UNPROCESSABLE_CONTENT, "belongs to another call; choose a new one");
            case Ending.StillRunning() -> {
                response.setHeader(HttpHeaders.RETRY_AFTER, "2");
                refuse(response, HttpStatus.CONFLICT, "belongs to a call that is still running; repeat it soon");
            }
            case Ending.AnswerLost() ->
                refuse(response, HttpStatus.CONFLICT, "belongs to a call that succeeded, but its answer is lost");
        }
    }

    private static void replay(HttpServletResponse response, Answer answer) throws IOException {
        response.setStatus(answer.status());
        response.setHeader(REPLAYED, "true");
        byte[] body = answer.body().getBytes(UTF_8);
        if (body.length > 0) {
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }

    private void refuse(HttpServletResponse response, HttpStatus status, String predicate) throws IOException {
        problems.write(response, Problem.of(status, "This " + HEADER + " " + predicate + "; nothing was changed."));
    }

    private static byte[] digest(WholeBody call) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((call.getMethod() + " " + call.getRequestURI() + "?" + call.getQueryString() + "\n")
                    .getBytes(UTF_8));
            return digest.digest(call.body());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
