package com.tracemem.mcp;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call from a browser: none but this server's own. Programs send no {@code Origin}; a page of another
 * site that tries is refused before anything else.
 */
final class Origins {
    private final @Nullable String own;

    /** @param own {@code scheme://host[:port]}; null when it is not known */
    Origins(@Nullable String own) {
        this.own = own;
    }

    /** @param host the request's {@code Host} header */
    boolean isAllowed(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        String asked = origin.strip().toLowerCase(Locale.ROOT);
        int authority = asked.indexOf("://");
        if (authority < 0) {
            return false;
        }
        return asked.equals(own)
                || (host != null
                        && withoutDefaultPort(asked)
                                .equals(withoutDefaultPort(asked.substring(0, authority + 3)
                                        + host.strip().toLowerCase(Locale.ROOT))));
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
