package com.tracemem.store;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** As whom PostgreSQL's programs run. PostgreSQL refuses to run as root, so root needs a way to be somebody else. */
sealed interface RunAs {

    /** The command line that runs {@code command} as this user. */
    List<String> command(List<String> command);

    /** Hands a file or directory tree to this user. */
    default void own(Path path) throws IOException {}

    /** An ordinary user runs the programs as itself. */
    record Self() implements RunAs {
        @Override
        public List<String> command(List<String> command) {
            return command;
        }
    }

    /**
     * Root in a user namespace of its own, where it appears as nobody and keeps reaching the files root owns, even
     * below /root.
     */
    record UserNamespace() implements RunAs {
        @Override
        public List<String> command(List<String> command) {
            return prefixed(List.of("unshare", "-U"), command);
        }
    }

    /** Root steps down to another user, who then owns the files. */
    record OtherUser(int uid, int gid, List<String> prefix) implements RunAs {
        @Override
        public List<String> command(List<String> command) {
            return prefixed(prefix, command);
        }

        @Override
        public void own(Path path) throws IOException {
            try (Stream<Path> tree = Files.walk(path)) {
                for (Path each : (Iterable<Path>) tree::iterator) {
                    Files.setAttribute(each, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(each, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }
    }

    /**
     * Chooses for {@code home}, the existing directory that holds everything of the embedded server, and hands it over
     * where the choice needs that.
     *
     * @throws DatabaseUnavailableException when root finds no way to run PostgreSQL
     */
    static RunAs choose(Path home) throws IOException, InterruptedException {
        if (new UnixSystem().getUid() != 0) {
            return new Self();
        }
        Path data = home.resolve("data");
        Path owned = Files.exists(data) ? data : home;
        int owner = (int) Files.getAttribute(owned, "unix:uid");
        if (owner == 0 && reaches(new UserNamespace(), home)) {
            return new UserNamespace();
        }
        int uid = owner == 0 ? nobody() : owner;
        int gid = owner == 0 ? uid : (int) Files.getAttribute(owned, "unix:gid");
        for (List<String> prefix : List.of(
                List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"),
                List.of("sudo", "-n", "-u", "#" + uid, "--"))) {
            RunAs other = new OtherUser(uid, gid, prefix);
            if (Command.works(other.command(List.of("true")))) {
                other.own(home);
                if (!reaches(other, home)) {
                    letThrough(home.resolve("..").normalize());
                }
                if (reaches(other, home)) {
                    return other;
                }
                throw new DatabaseUnavailableException("PostgreSQL refuses to run as root, and user " + uid
                        + ", as whom TraceMem would run it, cannot reach " + home
                        + ". Start TraceMem as an ordinary user, or set TRACEMEM_DATA_DIR to a directory that every"
                        + " user may pass through, such as /var/lib/tracemem.");
            }
        }
        throw new DatabaseUnavailableException("PostgreSQL refuses to run as root, and neither 'unshare -U' nor"
                + " 'setpriv' nor 'sudo' works here to run it as somebody else. Start TraceMem as an ordinary user,"
                + " or install util-linux, or set TRACEMEM_DATABASE_URL to an external PostgreSQL.");
    }

    private static boolean reaches(RunAs candidate, Path home) throws InterruptedException {
        return Command.works(
                candidate.command(List.of("/bin/sh", "-c", "test -r \"$0\" && test -w \"$0\"", home.toString())));
    }

    // The other files of the data directory are closed to others one by one.
    private static void letThrough(Path dataDirectory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dataDirectory);
        permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        Files.setPosixFilePermissions(dataDirectory, permissions);
    }

    private static int nobody() throws IOException, InterruptedException {
        Command answer = Command.run(List.of("id", "-u", "nobody"), Duration.ofSeconds(10));
        return answer.succeeded() ? Integer.parseUnsignedInt(answer.output()) : 65534;
    }

    private static List<String> prefixed(List<String> prefix, List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }
}
