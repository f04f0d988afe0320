package com.tracemem.server;

import com.tracemem.store.Database;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import java.time.Clock;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rooms and how they are connected. Spring closes them in reverse order. */
@Configuration(proxyBeanMethods = false)
class RoomsConfiguration {
    @Bean(destroyMethod = "")
    DataSource dataSource(Database database) {
        return database.dataSource();
    }

    @Bean
    JdbcClient jdbc(Database database) {
        return database.jdbc();
    }

    @Bean
    Signals signals(Database database) {
        return database.signals("node-" + UUID.randomUUID());
    }

    @Bean
    Ids ids(Clock clock) {
        return new Ids(clock);
    }
}
