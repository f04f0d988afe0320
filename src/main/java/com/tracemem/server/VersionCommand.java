package com.tracemem.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "print the version", mixinStandardHelpOptions = true)
final class VersionCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        System.out.println("TraceMem " + Version.text());
        return 0;
    }
}
