package com.tracemem.admin;

import com.tracemem.approval.ApprovalRows;
import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.Deliveries;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.approval.DeliveryRows;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.approval.Routes;
import com.tracemem.decision.DecisionRows;
import com.tracemem.decision.Decisions;
import com.tracemem.delivery.DeliveryStatistics;
import com.tracemem.delivery.IntegrationDirectory;
import com.tracemem.delivery.IntegrationLifecycle;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.OutboundAllow;
import com.tracemem.delivery.OutboundGuard;
import com.tracemem.delivery.webhook.WebhookClient;
import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.delivery.webhook.WebhookTest;
import com.tracemem.identity.AccessTokens;
import com.tracemem.identity.AgentKeys;
import com.tracemem.identity.Agents;
import com.tracemem.identity.IdentityChanges;
import com.tracemem.identity.Tenants;
import com.tracemem.identity.TurnableClock;
import com.tracemem.identity.Users;
import com.tracemem.policy.Backtests;
import com.tracemem.policy.Policies;
import com.tracemem.product.Connectors;
import com.tracemem.product.Products;
import com.tracemem.product.Schemas;
import com.tracemem.product.jdbc.JdbcStore;
import com.tracemem.secret.MasterKey;
import com.tracemem.secret.Seals;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import com.tracemem.store.TestDatabase;
import com.tracemem.trace.Ledger;
import com.tracemem.trace.Trace;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.error.ErrorPage;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This door alone on the rooms below, on a free port, with a database and a clock of its own. */
final class AdminServer implements AutoCloseable {
    private final TestDatabase database = TestDatabase.create();
    final TurnableClock clock = new TurnableClock();
    private final ServletWebServerApplicationContext context;

    AdminServer() {
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Rooms.class)
                .web(WebApplicationType.SERVLET)
                .properties("spring.main.banner-mode=off", "spring.main.log-startup-info=false")
                .initializers(starting -> {
                    GenericApplicationContext generic = (GenericApplicationContext) starting;
                    generic.registerBean(TestDatabase.class, () -> database);
                    generic.registerBean(Clock.class, () -> clock);
                })
                .run();
    }

    String url() {
        return "http://127.0.0.1:"
                + Objects.requireNonNull(context.getWebServer()).getPort();
    }

    <T> T room(Class<T> type) {
        return context.getBean(type);
    }

    JdbcClient jdbc() {
        return database.ownerJdbc();
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @Import(AdminDoor.class)
    @ImportAutoConfiguration({
        JacksonAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class
    })
    static class Rooms {

        @Bean
        TomcatServletWebServerFactory webServer() {
            TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory(0);
            tomcat.addErrorPages(new ErrorPage("/error"));
            return tomcat;
        }

        @Bean(destroyMethod = "")
        DataSource dataSource(TestDatabase database) {
            return database.dataSource();
        }

        @Bean
        JdbcClient jdbc(TestDatabase database) {
            return database.jdbc();
        }

        @Bean
        Signals signals(TestDatabase database) {
            return database.signals("node");
        }

        @Bean
        Ids ids(Clock clock) {
            return new Ids(clock);
        }

        @Bean
        IdentityChanges identityChanges(DataSource dataSource, Signals signals) {
            return new IdentityChanges(dataSource, signals);
        }

        @Bean
        Tenants tenants(DataSource dataSource, Ids ids, Clock clock) {
            return new Tenants(dataSource, ids, clock);
        }

        @Bean
        Agents agents(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
            return new Agents(dataSource, changes, ids, clock);
        }

        @Bean
        AgentKeys agentKeys(DataSource dataSource, IdentityChanges changes, Ids ids, Clock clock) {
            return new AgentKeys(dataSource, changes, ids, clock);
        }

        @Bean
        Users users(DataSource dataSource, Ids ids, Clock clock) {
            return new Users(dataSource, ids, clock);
        }

        @Bean
        MasterKey masterKey() {
            return MasterKey.parse("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "a test");
        }

        @Bean
        Seals seals(MasterKey masterKey) {
            return new Seals(masterKey);
        }

        @Bean
        AccessTokens accessTokens(MasterKey masterKey, Users users, Clock clock) {
            return new AccessTokens(masterKey.deriveAll("access-tokens", AccessTokens.KEY_BYTES), users, clock);
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
        Policies policies(TestDatabase database, Signals signals, Clock clock) {
            return new Policies(database.dataSource(), signals, clock);
        }

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
        Backtests backtests(TestDatabase database) {
            return new Backtests(database.jdbc());
        }

        @Bean
        Routes routes(JdbcClient jdbc, Clock clock) {
            return new Routes(jdbc, clock);
        }

        @Bean
        Approvals approvals(Ledger ledger, JdbcClient jdbc, Ids ids, Clock clock, Routes routes) {
            return new Approvals(ledger, jdbc, ids, clock);
        }

        @Bean
        ApprovalViews approvalViews(JdbcClient jdbc, Decisions decisions, Trace trace) {
            return new ApprovalViews(jdbc, decisions, trace);
        }

        @Bean
        Deliveries deliveries(JdbcClient jdbc, Ledger ledger) {
            return new Deliveries(jdbc, ledger);
        }

        @Bean
        ParkedDeliveries parkedDeliveries(JdbcClient jdbc, Clock clock) {
            return new ParkedDeliveries(jdbc, clock);
        }

        @Bean
        DeliveryQueue deliveryQueue(JdbcClient jdbc, Ledger ledger, Clock clock) {
            return new DeliveryQueue(jdbc, ledger, clock);
        }

        @Bean
        Secrets secrets(DataSource dataSource, MasterKey masterKey, Clock clock) {
            return new Secrets(dataSource, masterKey, clock);
        }

        @Bean
        IntegrationDirectory integrationDirectory(
                DataSource dataSource, Secrets secrets, Signals signals, Clock clock) {
            return new IntegrationDirectory(dataSource, secrets, signals, clock);
        }

        @Bean
        OutboundGuard outboundGuard() {
            return new OutboundGuard(OutboundAllow.parse("127.0.0.0/8"));
        }

        @Bean
        WebhookClient webhookClient(OutboundGuard guard, Clock clock) {
            return new WebhookClient(guard, "test", clock);
        }

        @Bean
        DeliveryStatistics deliveryStatistics(DataSource dataSource, Clock clock) {
            return new DeliveryStatistics(dataSource, clock);
        }

        @Bean
        WebhookCredentials webhookCredentials(
                DataSource dataSource, Secrets secrets, Signals signals, Ids ids, Clock clock) {
            return new WebhookCredentials(dataSource, secrets, signals, ids, clock);
        }

        @Bean
        Integrations integrations(
                DataSource dataSource,
                Secrets secrets,
                Routes routes,
                ParkedDeliveries parked,
                IntegrationDirectory directory,
                DeliveryStatistics statistics,
                Ids ids,
                Clock clock) {
            return new Integrations(dataSource, secrets, routes, parked, directory, statistics, ids, clock);
        }

        @Bean
        IntegrationLifecycle integrationLifecycle(
                DataSource dataSource,
                Secrets secrets,
                ParkedDeliveries parked,
                IntegrationDirectory directory,
                DeliveryStatistics statistics,
                WebhookClient client,
                Ids ids,
                Clock clock) {
            return new IntegrationLifecycle(
                    dataSource,
                    secrets,
                    parked,
                    directory,
                    statistics,
                    Map.of("webhook", new WebhookTest(client, ids, clock)),
                    clock);
        }

        @Bean
        WebhookIntegrations webhookIntegrations(Integrations integrations, OutboundGuard guard) {
            return new WebhookIntegrations(integrations, guard);
        }
    }
}
