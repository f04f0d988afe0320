package com.tracemem.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;

@Command(
        name = "train",
        description = "rehearse a start, for the cache of classes that the launcher keeps",
        hidden = true,
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, UnusableSettings {
        Path directory = Files.createTempDirectory("tracemem-train-");
        try {
            ServerSettings settings =
                    ServerSettings.read(Map.of("TRACEMEM_PORT", "0", "TRACEMEM_DATA_DIR", directory.toString()), true);
            Clock clock = Clock.systemUTC();
            try (Server server = Server.start(settings, clock);
                    Demo demo = Demo.start(server, clock)) {
                Rehearsal.play(server, demo);
            }
        } finally {
            FileSystemUtils.deleteRecursively(directory);
        }
        return 0;
    }
}
