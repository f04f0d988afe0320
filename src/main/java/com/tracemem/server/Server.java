package com.tracemem.server;

import com.tracemem.admin.AdminDoor;
import com.tracemem.decision.Decisions;
import com.tracemem.secret.MasterKeyProblem;
import com.tracemem.store.Database;
import com.tracemem.store.DatabaseUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** One running node: every room, connected, answering over HTTP. */
final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    private final ServerSettings settings;
    private final ConfigurableApplicationContext rooms;
    private final Database database;

    private Server(ServerSettings settings, ConfigurableApplicationContext rooms, Database database) {
        this.settings = settings;
        this.rooms = rooms;
        this.database = database;
    }

    /**
     * Starts a node: the database, the first run's tenant, the rooms, and last HTTP.
     *
     * @throws StartFailure when it cannot start; nothing stays open
     */
    static Server start(ServerSettings settings, Clock clock) {
        ConsoleLog.collect();
        Ports.requireFree(settings.bindAddress(), settings.port());
        // PostgreSQL is another process: it starts while this one loads its classes.
        CompletableFuture<Database> database = new CompletableFuture<>();
        Thread.ofPlatform().name("database").start(() -> open(settings, database));
        try {
            log.debug("Connecting the rooms");
            ConfigurableApplicationContext rooms = connect(settings, clock, database);
            log.debug("The rooms are connected");
            return new Server(settings, rooms, database.join());
        } catch (RuntimeException failure) {
            closeWhenOpen(database);
            throw explained(settings, failure);
        }
    }

    ServerSettings settings() {
        return settings;
    }

    /** The only object of this class that the node runs. */
    <T> T room(Class<T> type) {
        return rooms.getBean(type);
    }

    /** Stops to accept calls, lets running ones finish within bounds, and closes every room, the database last. */
    @Override
    public void close() {
        try {
            rooms.getBean(Decisions.class).endWaits();
            rooms.close();
        } finally {
            database.close();
        }
    }

    private static ConfigurableApplicationContext connect(
            ServerSettings settings, Clock clock, CompletableFuture<Database> database) {
        return new SpringApplicationBuilder(
                        IdentityConfiguration.class,
                        RoomsConfiguration.class,
                        ProductConfiguration.class,
                        DeliveryConfiguration.class,
                        DoorsConfiguration.class,
                        AdminDoor.class,
                        HttpConfiguration.class)
                .web(WebApplicationType.SERVLET)
                .environment(new OwnEnvironment())
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .registerShutdownHook(false)
                .properties("spring.lifecycle.timeout-per-shutdown-phase="
                        + Duration.ofSeconds(settings.shutdownSeconds()).toMillis() + "ms")
                .initializers(context -> {
                    GenericApplicationContext generic = (GenericApplicationContext) context;
                    generic.registerBean(ServerSettings.class, () -> settings);
                    generic.registerBean(Clock.class, () -> clock);
                    // The database was there before the rooms and is closed after them, by us.
                    generic.registerBean(
                            Database.class, database::join, definition -> definition.setDestroyMethodName(""));
                })
                .run();
    }

    private static void open(ServerSettings settings, CompletableFuture<Database> opened) {
        try {
            log.debug("Opening the database");
            Database database = Database.open(settings.database());
            log.debug("The database is open");
            opened.complete(database);
        } catch (RuntimeException | Error failure) {
            opened.completeExceptionally(failure);
        }
    }

    /** Waits for a database that is still opening, so that no PostgreSQL is left running without us. */
    private static void closeWhenOpen(CompletableFuture<Database> database) {
        database.handle((opened, failure) -> {
                    if (opened != null) {
                        opened.close();
                    }
                    return null;
                })
                .join();
    }

    private static RuntimeException explained(ServerSettings settings, RuntimeException failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartFailure sentence) {
                return sentence;
            }
            if (cause instanceof DatabaseUnavailableException || cause instanceof MasterKeyProblem) {
                return new StartFailure(String.valueOf(cause.getMessage()));
            }
            if (cause instanceof PortInUseException) {
                return Ports.cannotListen(settings.bindAddress(), settings.port(), new IOException("it is in use"));
            }
        }
        return failure;
    }
}
