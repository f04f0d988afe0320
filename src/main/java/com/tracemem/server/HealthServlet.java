package com.tracemem.server;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code GET /health/live}: the process answers. {@code GET /health/ready}: it can do its work; 503 when it cannot, with
 * the checks that failed. No login, no tenant's data.
 */
final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Readiness readiness;

    HealthServlet(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (String.valueOf(request.getPathInfo())) {
            case "/live" -> answer(response, 200, "{\"status\":\"up\"}");
            case "/ready" -> ready(response);
            default ->
                answer(response, 404, "{\"status\":\"unknown\",\"detail\":\"use /health/live or /health/ready\"}");
        }
    }

    private void ready(HttpServletResponse response) throws IOException {
        Readiness.Checks checks = readiness.check();
        String each = new TreeMap<>(checks.byName())
                .entrySet().stream()
                        .map(check -> "\"" + check.getKey() + "\":" + check.getValue())
                        .collect(Collectors.joining(","));
        answer(
                response,
                checks.ready() ? 200 : 503,
                "{\"status\":\"" + (checks.ready() ? "ready" : "not ready") + "\",\"checks\":{" + each + "}}");
    }

    private static void answer(HttpServletResponse response, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
