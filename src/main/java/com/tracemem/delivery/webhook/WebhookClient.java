package com.tracemem.delivery.webhook;

import com.tracemem.delivery.OutboundGuard;
import com.tracemem.secret.SecretValue;
import java.io.IOException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Posts signed messages to endpoints. Every exchange is bounded in time, from the first byte of connecting to the last
 * of the answer, and in what is read of the answer; redirects and proxies are not followed; addresses pass the guard.
 */
public final class WebhookClient implements AutoCloseable {
    /** Of an answer at most this much is read … */
    static final int MOST_READ_BYTES = 64 * 1024;

    /** … and this much kept. */
    static final int MOST_KEPT_BYTES = 2 * 1024;

    private static final MediaType JSON = MediaType.get("application/json");
    private static final int IDLE_CONNECTIONS = 256;
    private static final Duration IDLE_FOR = Duration.ofSeconds(30);

    private final OkHttpClient encrypted;
    private final OkHttpClient unencrypted;
    private final String userAgent;
    private final Clock clock;

    /** @param version the product's, for {@code User-Agent} */
    public WebhookClient(OutboundGuard guard, String version, Clock clock) {
        this(guard, version, clock, Dns.SYSTEM);
    }

    WebhookClient(OutboundGuard guard, String version, Clock clock, Dns names) {
        this.userAgent = "TraceMem/" + version;
        this.clock = clock;
        OkHttpClient base = new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .dns(names)
                .followRedirects(false)
                .followSslRedirects(false)
                // tries a name's next address; what was sent is never sent twice, see Message.isOneShot
                .retryOnConnectionFailure(true)
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, IDLE_FOR.toSeconds(), TimeUnit.SECONDS))
                // the exchange as a whole is bounded by the call's timeout, which covers these
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .build();
        this.encrypted = base.newBuilder()
                .socketFactory(guard.sockets(true))
                .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS))
                .build();
        this.unencrypted = base.newBuilder()
                .socketFactory(guard.sockets(false))
                .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT))
                .build();
    }

    /**
     * What an endpoint answered.
     *
     * @param retryAfter what it asked for, in seconds or as a date; null without or with anything else
     * @param text the beginning of the answer
     */
    record Reply(int status, @Nullable Duration retryAfter, String text) {
        boolean isSuccess() {
            return status >= 200 && status <= 299;
        }
    }

    /** Signs a message with all secrets, at this moment, and posts it once. */
    Reply post(HttpUrl url, Duration timeout, String messageId, String body, List<SecretValue> secrets)
            throws IOException {
        Instant now = clock.instant();
        Request request = new Request.Builder()
                .url(url)
                .header("User-Agent", userAgent)
                // or a small compressed answer could become a large one
                .header("Accept-Encoding", "identity")
                .header(WebhookSignature.ID, messageId)
                .header(WebhookSignature.TIMESTAMP, Long.toString(now.getEpochSecond()))
                .header(WebhookSignature.SIGNATURE, WebhookSignature.header(secrets, messageId, now, body))
                .post(new Message(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        var call = (url.isHttps() ? encrypted : unencrypted).newCall(request);
        call.timeout().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
        try (Response response = call.execute()) {
            return new Reply(response.code(), retryAfter(response.header("Retry-After"), now), text(response.body()));
        }
    }

    /** Reads the answer to its end, so that the connection can be used again, or to the limit. */
    private static String text(@Nullable ResponseBody body) throws IOException {
        if (body == null) {
            return "";
        }
        BufferedSource source = body.source();
        Buffer kept = new Buffer();
        Buffer part = new Buffer();
        long total = 0;
        while (total < MOST_READ_BYTES) {
            long read = source.read(part, Math.min(8192, MOST_READ_BYTES - total));
            if (read < 0) {
                break;
            }
            total += read;
            kept.write(part, Math.min(read, MOST_KEPT_BYTES - kept.size()));
            part.clear();
        }
        return kept.readUtf8();
    }

    private static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
        if (header == null || header.length() > 40) {
            return null;
        }
        try {
            return Duration.ofSeconds(Math.clamp(
                    Long.parseLong(header.strip()), 0, Duration.ofDays(1).toSeconds()));
        } catch (NumberFormatException notSeconds) {
            return httpDate(header, now);
        }
    }

    private static @Nullable Duration httpDate(String header, Instant now) {
        try {
            Instant date = Instant.from(java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.parse(header.strip()));
            Duration wait = Duration.between(now, date);
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (java.time.format.DateTimeParseException notADate) {
            return null;
        }
    }

    @Override
    public void close() {
        encrypted.connectionPool().evictAll();
        unencrypted.connectionPool().evictAll();
    }

    private static final class Message extends RequestBody {
        private final byte[] bytes;

        Message(byte[] bytes) {
            this.bytes = Arrays.copyOf(bytes, bytes.length);
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        /** Once bytes have left, the receiver may have acted on them: trying again is the queue's business. */
        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
