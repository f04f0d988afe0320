package com.tracemem.mcp;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call from a browser: none but this server's own, under its base URL or
 * on the machine itself. Programs send no {@code Origin}; a page of another
 * site that tries is refused before anything else.
 */
final class Origins {
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");

    private final @Nullable String own;

    /** @param own {@code scheme://host[:port]}; null when it is not known */
    Origins(@Nullable String own) {
        this.own = own;
    }

    /**
     * The {@code Host} header plays no part: a page of another site whose name was made to point here sends its own name
     * in both.
     *
     * @param port where this server was reached
     */
    boolean isAllowed(@Nullable String origin, int port) {
        if (origin == null) {
            return true;
        }
        String asked = withoutDefaultPort(origin.strip().toLowerCase(Locale.ROOT));
        return asked.equals(own)
                || LOOPBACK_NAMES.stream()
                        .anyMatch(name -> asked.equals(withoutDefaultPort("http://" + name + ":" + port)));
    }

    /**
     * The origin of an address of this server.
     *
     * @throws IllegalArgumentException with a sentence for the operator
     */
    static String ofUrl(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getScheme() != null && uri.getHost() != null) {
                String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
                return withoutDefaultPort((uri.getScheme() + "://" + uri.getHost() + port).toLowerCase(Locale.ROOT));
            }
        } catch (IllegalArgumentException notAnAddress) {
            throw new IllegalArgumentException(sentence(url), notAnAddress);
        }
        throw new IllegalArgumentException(sentence(url));
    }

    private static String sentence(String url) {
        return "The base URL is '" + url + "'; use an address such as https://tracemem.example.com.";
    }

    private static String withoutDefaultPort(String origin) {
        if (origin.startsWith("http://") && origin.endsWith(":80")) {
            return origin.substring(0, origin.length() - ":80".length());
        }
        if (origin.startsWith("https://") && origin.endsWith(":443")) {
            return origin.substring(0, origin.length() - ":443".length());
        }
        return origin;
    }
}
