package com.tracemem.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@value #CONNECTORS} connectors cost, each with a product, a pool, and a connection that nobody uses at the moment.
 * Everything that one connector costs the server the first time is there before.
 */
final class IdlePools implements AutoCloseable {
    static final int CONNECTORS = 20;

    private static final Pattern USED = Pattern.compile("used (\\d+)K");
    /** The heap's own lines come first; what follows is not of live objects. */
    private static final Pattern METASPACE = Pattern.compile("^ *Metaspace", Pattern.MULTILINE);

    private static final Pattern DECISION = Pattern.compile("TMEM_[0-9A-Z]{26}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Administrator administrator;
    private final ServerUnderTest server;
    private final Target target;
    private String decisionId = "";

    IdlePools(Administrator administrator, ServerUnderTest server, Target target) {
        this.administrator = administrator;
        this.server = server;
        this.target = target;
    }

    PoolFigures measure() throws IOException, InterruptedException {
        Matcher id = DECISION.matcher(
                call("decision_create", "{\"intent\": \"bench.pools\", \"automation_mode\": \"propose\"}"));
        if (!id.find()) {
            throw new BenchFailure("The server made a decision without an id.");
        }
        decisionId = id.group();
        PostgresAddress store = PostgresAddress.read(server.data());
        open(store, "bench_first");
        PoolFigures before = now();
        for (int number = 1; number <= CONNECTORS; number++) {
            open(store, "bench_idle_" + number);
        }
        PoolFigures after = now();
        return new PoolFigures(
                after.heapBytes() - before.heapBytes(),
                after.residentBytes() - before.residentBytes(),
                after.threads() - before.threads());
    }

    private void open(PostgresAddress store, String productId) throws IOException, InterruptedException {
        administrator.product(store, productId);
        call("decision_read", """
                {"decision_id": "%s", "product": "%s", "purpose": "%s", "query": {"customer_id": %d}}""".formatted(decisionId, productId, Administrator.PURPOSE, SampleStore.KEY));
    }

    private String call(String tool, String arguments) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + target.address().getPort() + "/mcp"))
                .header("Authorization", "Agent " + target.agentKey())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": "%s", "arguments": %s}}""".formatted(tool, arguments)))
                .build();
        String answer = client.send(request, BodyHandlers.ofString()).body();
        if (!answer.contains("\"structuredContent\"")) {
            throw new BenchFailure("The server refused " + tool + ": " + answer);
        }
        return answer;
    }

    private PoolFigures now() throws IOException, InterruptedException {
        jcmd("GC.run");
        String heap = jcmd("GC.heap_info");
        Matcher metaspace = METASPACE.matcher(heap);
        Matcher used = USED.matcher(metaspace.find() ? heap.substring(0, metaspace.start()) : heap);
        long kibibytes = 0;
        while (used.find()) {
            kibibytes += Long.parseLong(used.group(1));
        }
        if (kibibytes == 0) {
            throw new BenchFailure("The server's heap could not be read: " + heap);
        }
        return new PoolFigures(kibibytes * 1_024, server.residentBytes(), threads());
    }

    private long threads() throws IOException {
        Path tasks = Path.of("/proc", Long.toString(server.pid()), "task");
        if (!Files.exists(tasks)) {
            return 0;
        }
        try (var all = Files.list(tasks)) {
            return all.count();
        }
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchFailure("jcmd " + command + " failed: " + said);
            }
            return said;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
