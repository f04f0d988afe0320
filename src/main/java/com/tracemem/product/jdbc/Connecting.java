package com.tracemem.product.jdbc;

import com.tracemem.product.Connector.Settings;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.jdbc.Failure.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Makes connections for a pool. That none could be made is remembered for a moment, so that what is known to fail fails at
 * once; a pool itself would wait until its patience ends.
 */
final class Connecting extends AbstractDataSource {
    private static final Logger log = LoggerFactory.getLogger(Connecting.class);
    /** What is found out so soon need not be remembered. */
    private static final Duration CHEAP = Duration.ofMillis(500);
    /** Otherwise it is for as long as that took, but no longer than this. */
    private static final Duration LONGEST_REMEMBERED = Duration.ofSeconds(2);
    /** Databases lock logins that are refused too often. */
    private static final Duration REFUSED_LOGIN = Duration.ofSeconds(1);

    private final DataSource source;
    private final Dialect dialect;
    private final Settings settings;
    private final AtomicReference<@Nullable Connection> ready = new AtomicReference<>();
    private volatile @Nullable Failed failed;

    private record Failed(Failure failure, long atNanos, Duration remembered) {}

    Connecting(DataSource source, Dialect dialect, Settings settings) {
        this.source = source;
        this.dialect = dialect;
        this.settings = settings;
    }

    /**
     * Makes the connection that the pool asks for next.
     *
     * @throws SourceUnavailable when it cannot be made, or could not a moment ago
     */
    void prepare(long begunNanos) {
        throwIfFailedSince(begunNanos);
        try {
            Connection made = connected();
            closeUnused();
            ready.set(made);
        } catch (SQLException failure) {
            throwIfFailedSince(begunNanos);
            throw new SourceUnavailable(dialect.failure(failure).sentence());
        }
    }

    /**
     * Spares who began to wait before it turned out that there is nothing to wait for.
     *
     * @throws SourceUnavailable with what was wrong
     */
    void throwIfFailedSince(long begunNanos) {
        Failed last = failed;
        if (last != null
                && (last.atNanos() - begunNanos >= 0
                        || System.nanoTime() - last.atNanos()
                                < last.remembered().toNanos())) {
            throw new SourceUnavailable(last.failure().sentence());
        }
    }

    /** What was prepared and not asked for. */
    void closeUnused() {
        Connection unused = ready.getAndSet(null);
        if (unused != null) {
            try {
                unused.close();
            } catch (SQLException gone) {
                log.debug("A connection that nobody wanted was gone already");
            }
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection prepared = ready.getAndSet(null);
        return prepared == null ? connected() : prepared;
    }

    private Connection connected() throws SQLException {
        long begun = System.nanoTime();
        try {
            Connection made = source.getConnection();
            failed = null;
            return made;
        } catch (SQLException failure) {
            Failure known = dialect.connecting(failure, settings);
            long now = System.nanoTime();
            failed = new Failed(known, now, remembered(known, Duration.ofNanos(now - begun)));
            throw failure;
        }
    }

    private static Duration remembered(Failure failure, Duration took) {
        if (failure.kind() == Kind.LOGIN) {
            return REFUSED_LOGIN;
        }
        return took.compareTo(CHEAP) < 0
                ? Duration.ZERO
                : took.compareTo(LONGEST_REMEMBERED) < 0 ? took : LONGEST_REMEMBERED;
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    /** The source has its own. */
    @Override
    public void setLoginTimeout(int seconds) {}

    /** As long as this a pool that is closed waits for a connection that is being made. */
    @Override
    public int getLoginTimeout() {
        return Math.ceilDiv(settings.connectTimeoutMs(), 1000);
    }
}
