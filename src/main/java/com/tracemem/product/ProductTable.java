package com.tracemem.product;

import com.tracemem.product.SourceSchema.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/** Products as rows. */
final class ProductTable {
    private ProductTable() {}

    static Product read(ResultSet row) throws SQLException {
        return ProductDefinition.read(
                row.getString("tenant_id"),
                row.getInt("version"),
                HexFormat.of().formatHex(row.getBytes("hash")),
                row.getString("definition"));
    }

    static Table sourceTable(ResultSet row) throws SQLException {
        return SourceSchema.fromJson(JsonText.parseObject(row.getString("source_table")))
                .tables()
                .getFirst();
    }

    static String text(Table table) {
        return new SourceSchema(List.of(table)).toJson().toString();
    }
}
