package com.tracemem.server;

import com.tracemem.bench.Bench;
import com.tracemem.bench.BenchOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = "measure this machine, each figure beside its floor",
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print one line for machines instead of the table")
    private boolean json;

    @Option(
            names = "--seconds",
            defaultValue = "" + BenchOptions.DEFAULT_SECONDS,
            description = "how long each round lasts, 1 to 60 (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--directory",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "where the temporary data directory is made (default: ${DEFAULT-VALUE})")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public Integer call() {
        return Bench.run(new BenchOptions(json, seconds, directory), System.out);
    }
}
