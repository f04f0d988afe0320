package com.tracemem.sandbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A person's side of an approval, to try the product with: a webhook receiver on 127.0.0.1 with a page that lists what
 * arrived and sends the answers back. Whoever can open a connection to this machine's loopback may answer, so it is
 * for demonstrations only.
 */
public final class Sandbox implements AutoCloseable {
    private final StateDirectory state;
    private final HttpServer server;
    private final ExecutorService threads;
    private final CallbackSender callbacks;
    private volatile @Nullable Credentials credentials;

    private Sandbox(SandboxSettings settings, InstantSource clock) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        state = StateDirectory.open(settings.stateDirectory(), json);
        credentials = state.credentials();
        Inbox inbox = new Inbox(state.inbox(), json, clock);
        server = bind(settings.port());
        state.keepPort(server.getAddress().getPort());
        threads = Executors.newVirtualThreadPerTaskExecutor();
        callbacks = new CallbackSender(json, clock);
        server.setExecutor(threads);
        server.createContext("/webhook", new WebhookReceiver(inbox, json, () -> credentials));
        server.createContext("/", new ApproverPage(inbox, callbacks, clock, () -> credentials));
        server.start();
    }

    /**
     * Starts listening. Credentials of an earlier start in the same directory are used again; see {@link #isReady()}.
     *
     * @throws UncheckedIOException when the port is taken or the directory cannot be used; the message says which
     */
    public static Sandbox start(SandboxSettings settings, InstantSource clock) {
        try {
            return new Sandbox(settings, clock);
        } catch (BindException taken) {
            throw new UncheckedIOException(
                    "The sandbox's port " + settings.port() + " is taken by another program: choose another, or 0 for"
                            + " any that is free.",
                    taken);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "The sandbox cannot start in " + settings.stateDirectory() + ": " + failure, failure);
        }
    }

    /** The page for people. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Where a webhook integration delivers. */
    public URI webhookAddress() {
        return address().resolve("webhook");
    }

    /** Whether credentials are known. Until then every webhook is answered 503. */
    public boolean isReady() {
        return credentials != null;
    }

    /** Uses, and keeps for the next start, the secrets of the integration that points at {@link #webhookAddress()}. */
    public void use(Credentials newCredentials) {
        try {
            state.keep(newCredentials);
        } catch (IOException failure) {
            throw new UncheckedIOException("The sandbox cannot keep its credentials in " + state.path(), failure);
        }
        credentials = newCredentials;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        callbacks.close();
    }

    private HttpServer bind(int port) throws IOException {
        int wanted = port != 0 ? port : state.lastPort().orElse(0);
        try {
            return listen(wanted);
        } catch (BindException taken) {
            if (port != 0) {
                throw taken;
            }
            return listen(0);
        }
    }

    private static HttpServer listen(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 128);
    }
}
