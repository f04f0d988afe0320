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

    private final transient McpSettings settings;
    private final transient AgentKeys keys;
    private final transient Origins origins;
    private final transient RateLimit rateLimit;
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
            write(response, answer(request, response));
        } catch (IOException gone) {
            // the caller went away, or sent what is no HTTP; there may be nobody to tell
            log.debug("A request ended early", gone);
            if (!response.isCommitted()) {
                write(response, RpcReply.error(RpcRequest.NO_ID, RpcError.unreadable()));
            }
        }
    }

    private RpcReply answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String origin = request.getHeader("Origin");
        if (!origins.isAllowed(origin, request.getHeader("Host"))) {
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
        byte[] body = read(request);
        return body == null
                ? RpcReply.error(RpcRequest.NO_ID, RpcError.bodyTooLarge(settings.bodyLimitBytes()))
                : rpc.answer(agent.get(), body);
    }

    private RpcReply refusal(HttpServletRequest request, RpcError error) throws IOException {
        long length = request.getContentLengthLong();
        byte[] body = length > 0 && length <= SMALL_BODY_BYTES
                ? request.getInputStream().readNBytes((int) length)
                : new byte[0];
        return rpc.refusal(body, error);
    }

    /** Gives null when it is too large. */
    private byte @Nullable [] read(HttpServletRequest request) throws IOException {
        InputStream in = request.getInputStream();
        int limit = settings.bodyLimitBytes();
        long length = request.getContentLengthLong();
        if (length > limit) {
            discard(in);
            return null;
        }
        byte[] body = in.readNBytes(length >= 0 ? (int) length : limit + 1);
        if (body.length > limit) {
            discard(in);
            return null;
        }
        return body;
    }

    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
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
