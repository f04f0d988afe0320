package com.tracemem.server;

import com.tracemem.approval.ApprovalRows;
import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.Deliveries;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.LostDeliveries;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.approval.Routes;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.Evaluations;
import com.tracemem.decision.KnownDecisions;
import com.tracemem.decision.ProductAccess;
import com.tracemem.decision.Reads;
import com.tracemem.decision.Writes;
import com.tracemem.identity.Tenants;
import com.tracemem.policy.Backtests;
import com.tracemem.policy.Policies;
import com.tracemem.product.Data;
import com.tracemem.product.Products;
import com.tracemem.store.Database;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Trace;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Decisions, approvals and the trace, on the database. Spring closes everything in reverse order. */
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

    @Bean
    Ledger ledger(DataSource dataSource, Clock clock, Ids ids, Signals signals) {
        return Ledger.builder(dataSource, clock, ids, signals)
                .with(DecisionRows.class, now -> new DecisionRows())
                .with(ApprovalRows.class, ApprovalRows::new)
                .with(DeliveryRows.class, now -> new DeliveryRows(now, ids))
                .start();
    }

    @Bean
    Trace trace(JdbcClient jdbc) {
        return new Trace(jdbc);
    }

    @Bean
    Decisions decisions(Ledger ledger, JdbcClient jdbc, Ids ids, Signals signals) {
        return new Decisions(ledger, jdbc, ids, signals, List.of(Approvals.withdrawOnClose()));
    }

    @Bean
    Policies policies(DataSource dataSource, Signals signals, Clock clock) {
        return new Policies(dataSource, signals, clock);
    }

    @Bean
    Backtests backtests(JdbcClient jdbc) {
        return new Backtests(jdbc);
    }

    @Bean
    KnownDecisions knownDecisions(Decisions decisions) {
        return new KnownDecisions(decisions);
    }

    @Bean
    Evaluations evaluations(Ledger ledger, KnownDecisions known, Policies policies, Tenants tenants) {
        return new Evaluations(ledger, known, policies, tenants);
    }

    @Bean
    ProductAccess productAccess(Products products) {
        return new ProductAccess(products);
    }

    @Bean
    Reads reads(Ledger ledger, Trace trace, KnownDecisions known, ProductAccess products, Data data) {
        return new Reads(ledger, trace, known, products, data);
    }

    @Bean
    Writes writes(
            Ledger ledger,
            JdbcClient jdbc,
            KnownDecisions known,
            ProductAccess products,
            Policies policies,
            Data data,
            Clock clock) {
        return new Writes(ledger, jdbc, known, products, policies, data, clock);
    }

    @Bean
    Routes routes(JdbcClient jdbc, Clock clock) {
        return new Routes(jdbc, clock);
    }

    @Bean
    Approvals approvals(Ledger ledger, JdbcClient jdbc, Ids ids, Clock clock) {
        return new Approvals(ledger, jdbc, ids, clock);
    }

    @Bean
    ApprovalViews approvalViews(JdbcClient jdbc, Decisions decisions, Trace trace) {
        return new ApprovalViews(jdbc, decisions, trace);
    }

    @Bean
    DeliveryQueue deliveryQueue(JdbcClient jdbc, Ledger ledger, Clock clock) {
        return new DeliveryQueue(jdbc, ledger, clock);
    }

    @Bean
    LostDeliveries lostDeliveries(JdbcClient jdbc, DeliveryQueue queue, Clock clock) {
        return new LostDeliveries(jdbc, queue, clock);
    }

    @Bean
    ParkedDeliveries parkedDeliveries(JdbcClient jdbc, Clock clock) {
        return new ParkedDeliveries(jdbc, clock);
    }

    @Bean
    Deliveries deliveries(JdbcClient jdbc, Ledger ledger) {
        return new Deliveries(jdbc, ledger);
    }
}
