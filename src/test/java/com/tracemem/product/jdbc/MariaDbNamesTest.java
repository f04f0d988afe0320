package com.tracemem.product.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MariaDbNamesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "(conn=4) Duplicate entry 'ada@planted.example' for key 'people.email' | people.email",
                "(conn=4) Duplicate entry 'x' for key 'planted' for key 'PRIMARY' | PRIMARY",
                "(conn=4) Column 'name' cannot be null | name",
                "(conn=4) Field 'name' doesn't have a default value | name",
                "(conn=4) Data too long for column 'text' at row 1 | text",
                "(conn=4) Incorrect integer value: 'planted for column `a`' for column `shop`.`people`.`age` at row 1 | age",
            })
    void theNameAtTheEndIsTaken(String message, String name) {
        assertThat(MariaDbNames.of(new SQLException(message))).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Duplicate entry 'x' for key 'planted' and so on",
                "Incorrect string value: 'for key 'planted''",
                "Data truncated: 'planted'",
                "Duplicate entry 'x' for key 'a'b'",
                "",
            })
    void whatMayBeAValueIsNot(String message) {
        assertThat(MariaDbNames.of(new SQLException(message))).isNull();
        // cut off by the server within the value
        assertThat(MariaDbNames.of(new SQLException("Duplicate entry '" + "ä".repeat(240) + " for key 'planted'")))
                .isNull();
    }
}
