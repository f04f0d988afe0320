package com.tracemem.approval;

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
import com.tracemem.product.SourceSchema;
import com.tracemem.product.TargetMemory;
import com.tracemem.product.WriteResult;
import com.tracemem.product.jdbc.JdbcStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The real thing, whose writes a test can count, hold up, and lose the answers of. */
final class HeldStore implements DataStore, AutoCloseable {
    private final JdbcStore real;
    final AtomicInteger writes = new AtomicInteger();
    /** Before a write goes out. */
    volatile Runnable beforeWrite = () -> {};

    volatile Runnable beforeDescribe = () -> {};
    volatile UnaryOperator<WriteResult> answer = UnaryOperator.identity();
    volatile UnaryOperator<Recorded> recorded = UnaryOperator.identity();

    HeldStore(JdbcStore real) {
        this.real = real;
    }

    void release() {
        beforeWrite = () -> {};
        beforeDescribe = () -> {};
        answer = UnaryOperator.identity();
        recorded = UnaryOperator.identity();
        writes.set(0);
    }

    @Override
    public TargetMemory memory(ConnectorAccess access) {
        return real.memory(access);
    }

    @Override
    public @Nullable TargetMemory knownMemory(ConnectorAccess access) {
        return real.knownMemory(access);
    }

    @Override
    public WriteResult write(
            ConnectorAccess access, PlannedWrite.Planned write, String writeId, @Nullable String memory) {
        writes.incrementAndGet();
        beforeWrite.run();
        return answer.apply(real.write(access, write, writeId, memory));
    }

    @Override
    public List<ObjectNode> created(ConnectorAccess access, Product product, String writeId) {
        return real.created(access, product, writeId);
    }

    @Override
    public Recorded recorded(ConnectorAccess access, Product product, String writeId, @Nullable String memory) {
        Supplier<Recorded> asked = () -> real.recorded(access, product, writeId, memory);
        return recorded.apply(asked.get());
    }

    @Override
    public int prune(ConnectorAccess access, Duration olderThan, UnaryOperator<List<String>> settled) {
        return real.prune(access, olderThan, settled);
    }

    @Override
    public ReadResult read(ConnectorAccess access, PlannedRead.Planned read, ReadMemory.Share memory) {
        return real.read(access, read, memory);
    }

    @Override
    public ConnectorTest test(ConnectorAccess access) {
        return real.test(access);
    }

    @Override
    public SourceSchema discover(ConnectorAccess access) {
        return real.discover(access);
    }

    @Override
    public SourceSchema.Table describe(ConnectorAccess access, Source.Query query) {
        beforeDescribe.run();
        return real.describe(access, query);
    }

    @Override
    public void forget(String tenantId, String connectorId) {
        real.forget(tenantId, connectorId);
    }

    @Override
    public void close() {
        real.close();
    }
}
