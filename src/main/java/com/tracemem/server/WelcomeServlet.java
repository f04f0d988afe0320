package com.tracemem.server;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** {@code GET /dashboard}: says what answers here and where its doors are. No login, no tenant's data. */
final class WelcomeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final byte[] page;

    WelcomeServlet() {
        try (InputStream file = WelcomeServlet.class.getResourceAsStream("welcome.html")) {
            page = Objects.requireNonNull(file, "welcome.html is missing from the application")
                    .readAllBytes();
        } catch (IOException unreadable) {
            throw new IllegalStateException("welcome.html cannot be read", unreadable);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html; charset=utf-8");
        response.setHeader(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
    }
}
