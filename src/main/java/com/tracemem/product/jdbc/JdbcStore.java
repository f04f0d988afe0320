package com.tracemem.product.jdbc;

import com.tracemem.product.ConnectorAccess;
import com.tracemem.product.ConnectorTest;
import com.tracemem.product.DataStore;
import com.tracemem.product.PlannedRead;
import com.tracemem.product.PlannedWrite;
import com.tracemem.product.Product;
import com.tracemem.product.ReadMemory;
import com.tracemem.product.ReadResult;
import com.tracemem.product.Recorded;
import com.tracemem.product.Source;
import com.tracemem.product.SourceChanged;
import com.tracemem.product.SourceSchema;
import com.tracemem.product.SourceSchema.Column;
import com.tracemem.product.SourceSchema.Table;
import com.tracemem.product.SourceUnavailable;
import com.tracemem.product.TargetMemory;
import com.tracemem.product.WriteResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Databases behind JDBC. Each connector has a pool of its own while it is in use. */
public final class JdbcStore implements DataStore, AutoCloseable {
    private final Pools pools = new Pools();

    @Override
    public ReadResult read(ConnectorAccess access, PlannedRead.Planned read, ReadMemory.Share memory) {
        return pools.use(access, pool -> new Reader(pool, read).read(memory));
    }

    @Override
    public TargetMemory memory(ConnectorAccess access) {
        return pools.use(access, pool -> new Bookkeeping(pool).memory());
    }

    @Override
    public @Nullable TargetMemory knownMemory(ConnectorAccess access) {
        return pools.known(access);
    }

    @Override
    public WriteResult write(
            ConnectorAccess access, PlannedWrite.Planned write, String writeId, @Nullable String memory) {
        return pools.use(access, pool -> new Writer(pool, write, writeId, memory).write());
    }

    @Override
    public Recorded recorded(ConnectorAccess access, Product product, String writeId, @Nullable String memory) {
        return pools.use(access, pool -> new Bookkeeping(pool).ask(product, writeId, memory));
    }

    @Override
    public List<ObjectNode> created(ConnectorAccess access, Product product, String writeId) {
        return pools.use(access, pool -> {
            try {
                return new Bookkeeping(pool).created(product, writeId);
            } catch (SQLException failure) {
                throw new SourceUnavailable(pool.dialect().failure(failure).sentence());
            }
        });
    }

    @Override
    public int prune(ConnectorAccess access, Duration olderThan, UnaryOperator<List<String>> settled) {
        return pools.use(access, pool -> {
            try {
                return new Pruning(pool).prune(olderThan, settled);
            } catch (SQLException failure) {
                throw new SourceUnavailable(pool.dialect().failure(failure).sentence());
            }
        });
    }

    @Override
    public ConnectorTest test(ConnectorAccess access) {
        return new ConnectionTrial(access).run();
    }

    @Override
    public SourceSchema discover(ConnectorAccess access) {
        return pools.use(access, pool -> {
            try (Connection connection = pool.open()) {
                return pool.dialect().discover(connection);
            } catch (SQLException failure) {
                throw new SourceUnavailable(pool.dialect().failure(failure).sentence());
            }
        });
    }

    @Override
    public Table describe(ConnectorAccess access, Source.Query query) {
        return pools.use(access, pool -> {
            try (Connection connection = pool.open()) {
                return describe(connection, pool.dialect(), query);
            } catch (SQLException failure) {
                Failure known = pool.dialect().failure(failure);
                throw known.mayPass() ? new SourceUnavailable(known.sentence()) : new SourceChanged(known.sentence());
            }
        });
    }

    private static Table describe(Connection connection, Dialect dialect, Source.Query query) throws SQLException {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        // prepared and described, but never run
        try (PreparedStatement statement =
                connection.prepareStatement("select * from (\n" + query.sql() + "\n) as source")) {
            ResultSetMetaData answer = statement.getMetaData();
            List<Column> columns = new ArrayList<>();
            for (int i = 1; i <= answer.getColumnCount(); i++) {
                columns.add(dialect.column(answer, i));
            }
            return new Table(null, "query", true, false, columns);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
        }
    }

    @Override
    public void forget(String tenantId, String connectorId) {
        pools.forget(tenantId, connectorId);
    }

    /** Pools that are open; an unused one is closed after five minutes. */
    public int openPools() {
        return pools.open();
    }

    /** Closes the pools that nobody has used for as long. */
    public void closeIdle(Duration longerThan) {
        pools.closeIdle(longerThan);
    }

    int connections() {
        return pools.connections();
    }

    @Override
    public void close() {
        pools.close();
    }
}
