package com.tracemem.server;

import com.tracemem.secret.MasterKey;
import com.tracemem.secret.MasterKeyCheck;
import com.tracemem.secret.MasterKeyFile;
import com.tracemem.store.Database;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "keys",
        description = "change the master key that stored secrets are encrypted under",
        mixinStandardHelpOptions = true,
        subcommands = {KeysCommand.Rotate.class, KeysCommand.Retire.class})
final class KeysCommand implements Runnable {
    /** Access tokens and kept answers of the old key are over after this. */
    private static final Duration OLD_KEY_USED = Duration.ofDays(1);

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to do: keys rotate, or keys retire");
        }
    }

    @Command(
            name = "rotate",
            description = "make a new master key and encrypt every stored secret under it, beside the running server",
            mixinStandardHelpOptions = true)
    static final class Rotate implements Callable<Integer> {
        @Override
        public Integer call() throws UnusableSettings {
            return rotate(System.getenv(), Clock.systemUTC(), System.out);
        }
    }

    @Command(
            name = "retire",
            description = "forget the old master key, a day after it was changed",
            mixinStandardHelpOptions = true)
    static final class Retire implements Callable<Integer> {
        @Option(names = "--now", description = "without waiting for a day: people have to log in again")
        private boolean now;

        @Override
        public Integer call() throws UnusableSettings {
            return retire(System.getenv(), now, Clock.systemUTC(), System.out);
        }
    }

    static int rotate(Map<String, String> environment, Clock clock, PrintStream out) throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(environment, false);
        String given = settings.masterKey();
        if (given != null) {
            return rotateGiven(settings, given, clock, out);
        }
        try (Database database = Database.attach(settings.database())) {
            // before a new one is made: that this is the right key of this database
            new MasterKeyCheck(database.dataSource(), MasterKeyFile.loadOrCreate(settings.dataDirectory()), clock)
                    .verify();
            boolean made = MasterKeyFile.addKey(settings.dataDirectory());
            out.println(
                    made
                            ? "A new key was put before the old one in " + MasterKeyFile.NAME + "."
                            : "A change was begun before; it is finished now.");
            reencrypt(database, MasterKeyFile.loadOrCreate(settings.dataDirectory()), clock, out);
        }
        out.println(
                "A running server has taken it up by itself. Back the file up with the old key in it: older backups of"
                        + " the database need that one.");
        out.println("Tomorrow, or later, forget the old key: ./tracemem keys retire");
        return 0;
    }

    /** A key in the environment is the operator's to change, node by node; this does the part in the middle. */
    private static int rotateGiven(ServerSettings settings, String given, Clock clock, PrintStream out) {
        MasterKey key = MasterKey.parse(given, "TRACEMEM_MASTER_KEY");
        if (!key.isChanging()) {
            out.println("""
                    TRACEMEM_MASTER_KEY holds one key. To change it without a pause:
                      1. make a new one:                     openssl rand -base64 32
                      2. restart every node, one by one, with TRACEMEM_MASTER_KEY=old,new
                      3. restart every node, one by one, with TRACEMEM_MASTER_KEY=new,old
                      4. with that variable set, run:        ./tracemem keys rotate
                      5. a day later restart every node with TRACEMEM_MASTER_KEY=new""");
            return 1;
        }
        try (Database database = Database.attach(settings.database())) {
            reencrypt(database, key, clock, out);
        }
        out.println("A day later every node can be restarted with the first key alone.");
        return 0;
    }

    private static void reencrypt(Database database, MasterKey key, Clock clock, PrintStream out) {
        int changed = new MasterKeyCheck(database.dataSource(), key, clock).reencrypt();
        out.println(changed + " secrets were encrypted anew. Everything stored is under the new key.");
    }

    static int retire(Map<String, String> environment, boolean now, Clock clock, PrintStream out)
            throws UnusableSettings {
        ServerSettings settings = ServerSettings.read(environment, false);
        if (settings.masterKey() != null) {
            out.println("TRACEMEM_MASTER_KEY is yours to change: leave the old key out of it and restart the nodes.");
            return 1;
        }
        MasterKey key = MasterKeyFile.loadOrCreate(settings.dataDirectory());
        if (!key.isChanging()) {
            out.println("There is one master key only; nothing is to be forgotten.");
            return 0;
        }
        try (Database database = Database.attach(settings.database())) {
            MasterKeyCheck check = new MasterKeyCheck(database.dataSource(), key, clock);
            if (!check.isFinished()) {
                out.println("Something is still under the old key. Finish the change first: ./tracemem keys rotate");
                return 1;
            }
            Instant from = check.changedAt().orElse(Instant.EPOCH).plus(OLD_KEY_USED);
            if (!now && clock.instant().isBefore(from)) {
                out.println("Access tokens of the old key are in use for a day. Come back after " + from
                        + ", or add --now: people then have to log in again when the server restarts.");
                return 1;
            }
        }
        MasterKeyFile.keepFirst(settings.dataDirectory());
        out.println("The old key is forgotten. A running server goes on; nothing has to be restarted.");
        return 0;
    }
}
