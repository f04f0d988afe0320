package com.tracemem.delivery.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tracemem.Promise;
import com.tracemem.delivery.BlockedAddressException;
import com.tracemem.delivery.OutboundAllow;
import com.tracemem.delivery.OutboundGuard;
import com.tracemem.delivery.Receiver;
import com.tracemem.identity.TurnableClock;
import com.tracemem.secret.GeneratedSecrets;
import com.tracemem.secret.SecretValue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookClientTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final TurnableClock clock = new TurnableClock();
    private final SecretValue secret = GeneratedSecrets.webhook();
    private final WebhookClient client =
            new WebhookClient(new OutboundGuard(OutboundAllow.parse("127.0.0.0/8")), "0.1.0", clock);
    private final CountDownLatch testOver = new CountDownLatch(1);
    private Receiver receiver;

    @BeforeEach
    void open() throws IOException {
        receiver = new Receiver();
    }

    @AfterEach
    void close() {
        testOver.countDown();
        receiver.close();
        client.close();
    }

    private WebhookClient.Reply post() throws IOException {
        return post(receiver.url());
    }

    private WebhookClient.Reply post(String url) throws IOException {
        return client.post(HttpUrl.get(url), TIMEOUT, "dlv_1", "{\"a\":1}", List.of(secret));
    }

    @Test
    @Promise("W1")
    void sendsSignedJsonAndSaysWhoItIs() throws Exception {
        assertThat(post().isSuccess()).isTrue();
        Receiver.Received received = receiver.next();
        assertThat(received.body()).isEqualTo("{\"a\":1}");
        assertThat(received.header("Content-Type")).isEqualTo("application/json");
        assertThat(received.header("User-Agent")).isEqualTo("TraceMem/0.1.0");
        assertThat(received.header("webhook-id")).isEqualTo("dlv_1");
        assertThat(received.header("webhook-timestamp"))
                .isEqualTo(Long.toString(clock.instant().getEpochSecond()));
        assertThat(WebhookSignature.verifies(
                        List.of(secret),
                        "dlv_1",
                        String.valueOf(received.header("webhook-timestamp")),
                        String.valueOf(received.header("webhook-signature")),
                        received.body(),
                        clock.instant()))
                .isTrue();
    }

    @Test
    @Promise("W2")
    void doesNotFollowARedirect() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            receiver.answer(exchange -> {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
                exchange.sendResponseHeaders(status, -1);
            });
            assertThat(post().status()).isEqualTo(status);
        }
        assertThat(receiver.all())
                .hasSize(5)
                .allMatch(received -> received.path().equals("/hook"));
    }

    @Test
    @Promise("W3")
    void endsAnExchangeThatDripsAtItsTimeout() {
        receiver.answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (testOver.getCount() > 0) {
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
                await(Duration.ofMillis(20));
            }
        });
        long start = System.nanoTime();
        assertThatThrownBy(this::post).isInstanceOf(InterruptedIOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT, TIMEOUT.multipliedBy(5));
    }

    @Test
    @Promise("W3")
    void endsAnExchangeThatNeverAnswersAtItsTimeout() {
        receiver.answer(exchange -> await(Duration.ofSeconds(30)));
        assertThatThrownBy(this::post).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    @Promise("W4")
    void readsAnEndlessAnswerOnlyToTheLimit() throws Exception {
        byte[] part = new byte[8192];
        java.util.Arrays.fill(part, (byte) 'x');
        receiver.answer(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (testOver.getCount() > 0) {
                exchange.getResponseBody().write(part);
            }
        });
        WebhookClient.Reply reply = post();
        assertThat(reply.isSuccess()).isTrue();
        assertThat(reply.text()).hasSize(WebhookClient.MOST_KEPT_BYTES);
    }

    @Test
    void doesNotAskForCompression() throws Exception {
        post();
        assertThat(receiver.next().header("Accept-Encoding")).isEqualTo("identity");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.255.255.1:%d/",
                "http://169.254.169.254:%d/",
                "http://[::1]:%d/",
                "http://[fe80::1]:%d/",
                "http://[::ffff:10.0.0.1]:%d/",
                "http://[64:ff9b::a00:1]:%d/",
                "http://[2002:a00:1::]:%d/",
                "http://167772161:%d/",
                "http://0.0.0.0:%d/",
                "https://192.168.0.1:%d/",
                "http://1.1.1.1:%d/"
            })
    @Promise("W5")
    void doesNotConnectToWhereItMayNot(String url) {
        assertThatThrownBy(() -> post(url.formatted(receiver.port()))).isInstanceOf(BlockedAddressException.class);
        assertThat(receiver.all()).isEmpty();
    }

    @Test
    @Promise("W5")
    void usesNoProxyOfTheEnvironment() throws Exception {
        String host = System.getProperty("http.proxyHost");
        String port = System.getProperty("http.proxyPort");
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", "1");
        try {
            assertThat(post().isSuccess()).isTrue();
        } finally {
            restore("http.proxyHost", host);
            restore("http.proxyPort", port);
        }
    }

    private static void restore(String property, String value) {
        if (value == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, value);
        }
    }

    @Test
    @Promise("W2")
    void readsWhenToTryAgain() throws Exception {
        for (String[] header : new String[][] {{"17", "PT17S"}, {"Wed, 07 Jan 2026 12:00:30 GMT", "PT30S"}}) {
            receiver.answer(exchange -> {
                exchange.getResponseHeaders().add("Retry-After", header[0]);
                exchange.sendResponseHeaders(503, -1);
            });
            assertThat(post().retryAfter()).isEqualTo(Duration.parse(header[1]));
        }
        receiver.answer(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "soon");
            exchange.sendResponseHeaders(503, -1);
        });
        assertThat(post().retryAfter()).isNull();
        assertThat(receiver.all()).hasSize(3);
    }

    private void await(Duration longest) {
        try {
            boolean over = testOver.await(longest.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            assertThat(over || longest.toMillis() > 0).isTrue();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }
}
