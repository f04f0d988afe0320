package com.tracemem.delivery.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/callbacks/webhook/{integration_id}}; to be mapped to {@value #PATTERN}. */
public final class WebhookCallbackServlet extends HttpServlet {
    public static final String PATH = "/v1/callbacks/webhook/";
    public static final String PATTERN = PATH + "*";

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(WebhookCallbackServlet.class);
    private static final int LARGEST_BODY = 64 * 1024;

    private final transient WebhookCallbacks callbacks;

    public WebhookCallbackServlet(WebhookCallbacks callbacks) {
        this.callbacks = callbacks;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        write(response, reply(request, response));
    }

    private CallbackReply reply(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            return CallbackReply.problem(405, "Method not allowed", "Answers are sent with POST");
        }
        byte[] body = request.getContentLengthLong() > LARGEST_BODY
                ? null
                : request.getInputStream().readNBytes(LARGEST_BODY + 1);
        if (body == null || body.length > LARGEST_BODY) {
            response.setHeader("Connection", "close");
            return CallbackReply.problem(413, "Body too large", "An answer has at most 64 KiB: shorten the rationale");
        }
        String path = request.getPathInfo();
        try {
            return callbacks.answer(new WebhookCallbacks.Callback(
                    path == null ? "" : path.substring(1),
                    request.getHeader(WebhookSignature.ID),
                    request.getHeader(WebhookSignature.TIMESTAMP),
                    request.getHeader(WebhookSignature.SIGNATURE),
                    wellFormed(body)));
        } catch (RuntimeException fault) {
            LOG.error("A webhook callback could not be handled; its sender was told to send it again", fault);
            return CallbackReply.problem(
                    500, "Not recorded", "Unexpected error, the answer was not recorded: send the same message again");
        }
    }

    private static @Nullable String wellFormed(byte[] body) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    private static void write(HttpServletResponse response, CallbackReply reply) throws IOException {
        byte[] bytes = reply.body().toString().getBytes(UTF_8);
        response.setStatus(reply.status());
        response.setContentType(reply.isProblem() ? "application/problem+json" : "application/json");
        response.setHeader("Cache-Control", "no-store");
        if (reply.retryAfterSeconds() > 0) {
            response.setHeader("Retry-After", Integer.toString(reply.retryAfterSeconds()));
        }
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
