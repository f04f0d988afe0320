package com.tracemem.product.jdbc;

import com.tracemem.product.CreatedRecords;
import com.tracemem.product.PlannedWrite.Value;
import com.tracemem.product.Product;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads what an insert made once more. What is not any more as it was made is answered with its keys alone. */
final class CreatedAgain {
    private static final Logger log = LoggerFactory.getLogger(CreatedAgain.class);

    private final Dialect dialect;
    private final Product product;

    CreatedAgain(Dialect dialect, Product product) {
        this.dialect = dialect;
        this.product = product;
    }

    /** @param kept what the target keeps of them */
    List<ObjectNode> records(Connection connection, @Nullable String kept) {
        List<ObjectNode> records = new ArrayList<>();
        if (product.restrictions().returnCreated()) {
            for (CreatedRecords.Kept one : CreatedRecords.read(kept)) {
                records.add(record(connection, one));
            }
        }
        return records;
    }

    private ObjectNode record(Connection connection, CreatedRecords.Kept kept) {
        List<Value> keys = kept.values(product);
        if (!keys.isEmpty()) {
            SqlText sql = new Statements(dialect).byKeys(product, keys);
            try (PreparedStatement statement = Binding.prepare(connection, dialect, sql);
                    ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    ObjectNode record = new Records(product, dialect).record(rows);
                    if (!rows.next() && kept.is(record)) {
                        return record;
                    }
                }
            } catch (SQLException | RuntimeException unreadable) {
                log.debug("A record that a write made could not be read again", unreadable);
            }
        }
        return kept.keys();
    }
}
