package com.tracemem.delivery.webhook;

import com.tracemem.delivery.OutboundGuard;
import com.tracemem.delivery.OutboundGuard.Reach;
import com.tracemem.identity.FieldErrors;
import inet.ipaddr.HostName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Says early what is wrong with an endpoint's URL. Whether its address may be called is decided anew at each
 * connection, by the guard; a name's addresses may be others by then.
 */
final class WebhookUrls {
    private static final int LONGEST = 2000;
    private static final String FIELD = "url";

    private final OutboundGuard guard;

    WebhookUrls(OutboundGuard guard) {
        this.guard = guard;
    }

    /** The URL in the form in which it will be called; null when something was added to the errors. */
    @Nullable
    HttpUrl check(@Nullable String text, FieldErrors errors) {
        int before = errors.all().size();
        HttpUrl url = parse(text, errors);
        if (url != null) {
            checkParts(url, errors);
        }
        if (url != null && errors.all().size() == before) {
            checkAddress(url, errors);
        }
        return errors.all().size() == before ? url : null;
    }

    private static @Nullable HttpUrl parse(@Nullable String text, FieldErrors errors) {
        if (text == null || text.isBlank()) {
            errors.add(FIELD, "is missing or empty; give the endpoint's address, https://…");
            return null;
        }
        boolean printable = text.codePoints().noneMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c));
        HttpUrl url = printable && text.length() <= LONGEST ? HttpUrl.parse(text) : null;
        errors.addIf(
                url == null,
                FIELD,
                "is no URL of at most %d characters; give an absolute one, https://host/path".formatted(LONGEST));
        return url;
    }

    private static void checkParts(HttpUrl url, FieldErrors errors) {
        errors.addIf(
                !url.username().isEmpty() || !url.password().isEmpty(),
                FIELD,
                "holds credentials, which would show up in logs; leave them out, the signature tells the endpoint who calls");
        errors.addIf(url.fragment() != null, FIELD, "has a fragment (#…), which is never sent; leave it out");
    }

    private void checkAddress(HttpUrl url, FieldErrors errors) {
        List<InetAddress> addresses = addresses(url);
        if (addresses.stream().anyMatch(address -> isFine(url, address))) {
            return;
        }
        if (url.isHttps()) {
            errors.addIf(!addresses.isEmpty(), FIELD, OutboundGuard.BLOCKED);
        } else if (addresses.stream().anyMatch(address -> guard.reach(address) == Reach.BLOCKED)) {
            errors.add(FIELD, OutboundGuard.BLOCKED);
        } else {
            errors.add(
                    FIELD,
                    "starts with http://, which is possible only for private addresses that the operator has"
                            + " opened; use https://");
        }
    }

    private boolean isFine(HttpUrl url, InetAddress address) {
        return switch (guard.reach(address)) {
            case OPENED -> true;
            case PUBLIC -> url.isHttps();
            case BLOCKED -> false;
        };
    }

    /** Of a literal, the address; of a name, its addresses now. None when an encrypted endpoint's name is not known yet. */
    private static List<InetAddress> addresses(HttpUrl url) {
        try {
            HostName host = new HostName(url.host());
            if (host.isAddress()) {
                return List.of(host.asAddress().toInetAddress());
            }
            return Arrays.asList(InetAddress.getAllByName(url.host()));
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }
}
