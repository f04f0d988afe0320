package com.tracemem.server;

import com.tracemem.policy.Policies;
import com.tracemem.product.Connectors;
import com.tracemem.product.Data;
import com.tracemem.product.Products;
import com.tracemem.product.Schemas;
import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Governed data: connectors, what is behind them, and the products that are views on them. */
@Configuration(proxyBeanMethods = false)
class ProductConfiguration {
    @Bean
    JdbcStore jdbcStore() {
        return new JdbcStore();
    }

    @Bean
    Connectors connectors(
            DataSource dataSource, Secrets secrets, JdbcStore store, Signals signals, Ids ids, Clock clock) {
        return new Connectors(dataSource, secrets, store, signals, ids, clock);
    }

    @Bean
    Schemas schemas(DataSource dataSource, Connectors connectors, JdbcStore store, Clock clock) {
        return new Schemas(dataSource, connectors, store, clock);
    }

    @Bean
    Products products(
            DataSource dataSource,
            Connectors connectors,
            Schemas schemas,
            Policies policies,
            Signals signals,
            Clock clock) {
        return new Products(dataSource, connectors, schemas, policies, signals, clock);
    }

    @Bean
    Data data(Connectors connectors, Schemas schemas, JdbcStore store) {
        return new Data(connectors, schemas, store);
    }
}
