package com.tracemem.server;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line. */
@Command(
        name = "tracemem",
        description = "Governed decisions for AI agents.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            PolicyCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            KeysCommand.class,
            VersionCommand.class,
            TrainCommand.class,
            HelpCommand.class
        })
public final class Main {
    static {
        // Before anything logs; the serve command sets the operator's level.
        ConsoleLog.start("warn");
    }

    private Main() {}

    /** Runs one command; its exit code is 0 when it succeeded, 1 when it failed, 2 when it was misspelt. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure, command.getErr()))
                .execute(arguments);
    }
}
