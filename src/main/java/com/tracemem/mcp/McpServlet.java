package com.tracemem.mcp;

import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.AgentPrincipal;
import com.tracemem.mcp.tool.ServerInfo;
import com.tracemem.mcp.tool.Tool;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents' door over HTTP, to be mapped at {@code ""} (that is, {@code /}) and {@code /mcp}, outside of any other
 * security: it checks keys itself. Blocks while a tool works or waits, so it belongs on virtual threads.
 */
public final class McpServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(McpServlet.class);
    private static final String ALLOWED_METHODS = "POST, OPTIONS";
    private static final String DASHBOARD = "/dashboard";
    /** Of a request that is refused unread, this much is read for its id. */
    private static final int SMALL_BODY_BYTES = 16 << 10;
    /** Of a body that is too large, this much is taken off the wire, so that its sender gets to read the answer. */
    private static final long MOST_DISCARDED_BYTES = 16L << 20;

    private static final int DISCARDED_AT_ONCE = 8 << 10;
    /** Of large requests that are read or carried out at the same time. */
    private static final int BODIES_BYTES = 4 << 20;

    private static final Duration LONGEST_WAIT_FOR_MEMORY = Duration.ofSeconds(5);
    private static final int RETRY_FOR_MEMORY_SECONDS = 2;

    private final transient McpSettings settings;
    private final transient AgentKeys keys;
    private final transient Origins origins;
    private final transient RateLimit rateLimit;
    private final transient BodyMemory bodies = new BodyMemory(BODIES_BYTES, LONGEST_WAIT_FOR_MEMORY);
    private final transient JsonRpc rpc;

    public McpServlet(McpSettings settings, ServerInfo server, AgentKeys keys, List<Tool> tools) {
        this(settings, server, keys, tools, TimeMeter.SYSTEM_NANOTIME);
    }

    McpServlet(McpSettings settings, ServerInfo server, AgentKeys keys, List<Tool> tools, TimeMeter time) {
        this.settings = settings;
        this.keys = keys;
        this.origins = new Origins(settings.ownOrigin());
        this.rateLimit = new RateLimit(settings.requestsPerSecond(), time);
        this.rpc = new JsonRpc(new Handshake(server), new ToolCalls(tools), settings.nestingLimit());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getMethod()) {
            case "POST" -> post(request, response);
            case "OPTIONS" -> {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                response.setHeader("Allow", ALLOWED_METHODS);
            }
            case "GET", "HEAD" -> {
                if (isBrowserAtTheFrontDoor(request)) {
                    response.setStatus(HttpServletResponse.SC_FOUND);
                    response.setHeader("Location", request.getContextPath() + DASHBOARD);
                } else {
                    notAllowed(request, response);
                }
            }
            default -> notAllowed(request, response);
        }
    }

    private void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            write(response, answerOrFault(request, response));
        } catch (IOException gone) {
            // the caller went away, or sent what is no HTTP; there may be nobody to tell
            log.debug("A request ended early", gone);
            if (!response.isCommitted()) {
                write(response, RpcReply.error(RpcRequest.NO_ID, RpcError.unreadable()));
            }
        }
    }

    private RpcReply answerOrFault(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            return answer(request, response);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError fault) {
            return refusal(request, rpc.logged(fault, "before the request was read"));
        }
    }

    private RpcReply answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String origin = request.getHeader("Origin");
        if (!origins.isAllowed(origin, request.getLocalPort())) {
            return refusal(request, RpcError.foreignOrigin(String.valueOf(origin)));
        }
        Optional<AgentPrincipal> agent = keys.authenticate(apiKey(request.getHeader("Authorization")));
        if (agent.isEmpty()) {
            response.setHeader("WWW-Authenticate", "Agent realm=\"tracemem\"");
            return refusal(request, RpcError.unauthorized());
        }
        Optional<String> wrongType =
                MediaTypes.problem(request.getContentType(), request.getHeader("Content-Encoding"), origin != null);
        if (wrongType.isPresent()) {
            return refusal(request, RpcError.mediaType(wrongType.get()));
        }
        int seconds = rateLimit.secondsToWait(agent.get());
        if (seconds > 0) {
            return refusal(request, RpcError.rateLimited(seconds));
        }
        // held until the answer is there, as long as what the body became may be
        try (BodyMemory.Share share = bodies.share(agent.get().tenantId())) {
            return rpc.answer(agent.get(), read(request, share));
        } catch (RpcException unread) {
            return RpcReply.error(RpcRequest.NO_ID, unread.error());
        }
    }

    private RpcReply refusal(HttpServletRequest request, RpcError error) throws IOException {
        long length = request.getContentLengthLong();
        byte[] body = length > 0 && length <= SMALL_BODY_BYTES
                ? request.getInputStream().readNBytes((int) length)
                : new byte[0];
        return rpc.refusal(body, error);
    }

    private byte[] read(HttpServletRequest request, BodyMemory.Share share) throws IOException, RpcException {
        InputStream in = request.getInputStream();
        int limit = settings.bodyLimitBytes();
        long length = request.getContentLengthLong();
        if (length > limit) {
            discard(in);
            throw new RpcException(RpcError.bodyTooLarge(limit));
        }
        // a length that is not known shows itself as the body arrives
        byte[] start =
                in.readNBytes(length >= 0 ? (int) Math.min(length, BodyMemory.FREE_BYTES) : BodyMemory.FREE_BYTES);
        if (start.length < BodyMemory.FREE_BYTES || length == start.length) {
            return start;
        }
        if (!share.take(length >= 0 ? (int) length : limit)) {
            discard(in);
            throw new RpcException(RpcError.crowded(RETRY_FOR_MEMORY_SECONDS));
        }
        byte[] rest = in.readNBytes((length >= 0 ? (int) length : limit + 1) - start.length);
        if (start.length + rest.length > limit) {
            discard(in);
            throw new RpcException(RpcError.bodyTooLarge(limit));
        }
        byte[] body = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, body, start.length, rest.length);
        return body;
    }

    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[DISCARDED_AT_ONCE];
        long left = MOST_DISCARDED_BYTES;
        while (left > 0) {
            int count = in.read(buffer);
            if (count < 0) {
                return;
            }
            left -= count;
        }
    }

    /** {@code Agent <key>} or {@code Bearer <key>}, the scheme in any case. */
    private static @Nullable String apiKey(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int space = authorization.indexOf(' ');
        if (space < 0) {
            return null;
        }
        String scheme = authorization.substring(0, space);
        return scheme.equalsIgnoreCase("Agent") || scheme.equalsIgnoreCase("Bearer")
                ? authorization.substring(space + 1).strip()
                : null;
    }

    private static boolean isBrowserAtTheFrontDoor(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        return request.getServletPath().isEmpty()
                && accept != null
                && accept.toLowerCase(Locale.ROOT).contains("text/html");
    }

    private static void notAllowed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Allow", ALLOWED_METHODS);
        write(response, RpcReply.error(RpcRequest.NO_ID, RpcError.methodNotAllowed(request.getMethod())));
    }

    private static void write(HttpServletResponse response, RpcReply reply) throws IOException {
        response.setStatus(reply.httpStatus());
        response.setHeader("Cache-Control", "no-store");
        if (reply.retryAfterSeconds() > 0) {
            response.setIntHeader("Retry-After", reply.retryAfterSeconds());
        }
        byte[] body = reply.json().getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        if (body.length == 0) {
            return;
        }
        response.setContentType("application/json");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getOutputStream().write(body);
    }
}
