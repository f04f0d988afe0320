package com.tracemem.server;

import com.tracemem.approval.ApprovalViews;
import com.tracemem.approval.Approvals;
import com.tracemem.approval.Deliveries;
import com.tracemem.approval.DeliveryQueue;
import com.tracemem.approval.LostDeliveries;
import com.tracemem.approval.ParkedDeliveries;
import com.tracemem.approval.Routes;
import com.tracemem.delivery.DeliveryMetrics;
import com.tracemem.delivery.DeliverySettings;
import com.tracemem.delivery.DeliveryStatistics;
import com.tracemem.delivery.DeliveryWorker;
import com.tracemem.delivery.IntegrationDirectory;
import com.tracemem.delivery.IntegrationHealth;
import com.tracemem.delivery.IntegrationLifecycle;
import com.tracemem.delivery.Integrations;
import com.tracemem.delivery.OutboundGuard;
import com.tracemem.delivery.RetryBound;
import com.tracemem.delivery.Timekeeper;
import com.tracemem.delivery.webhook.WebhookChannel;
import com.tracemem.delivery.webhook.WebhookClient;
import com.tracemem.delivery.webhook.WebhookConfig;
import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.delivery.webhook.WebhookIntegrations;
import com.tracemem.delivery.webhook.WebhookTest;
import com.tracemem.secret.Secrets;
import com.tracemem.store.Ids;
import com.tracemem.store.Signals;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The post: integrations, the channels that carry messages, and the worker that sends them. */
@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {
    private static final Duration TIMER = Duration.ofSeconds(1);

    @Bean
    OutboundGuard outboundGuard(ServerSettings settings) {
        return new OutboundGuard(settings.outboundAllow());
    }

    @Bean
    WebhookClient webhookClient(OutboundGuard guard, Clock clock) {
        return new WebhookClient(guard, Version.text(), clock);
    }

    @Bean
    IntegrationDirectory integrationDirectory(DataSource dataSource, Secrets secrets, Signals signals, Clock clock) {
        return new IntegrationDirectory(dataSource, secrets, signals, clock);
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
    IntegrationHealth integrationHealth(
            DataSource dataSource,
            ParkedDeliveries parked,
            DeliveryStatistics statistics,
            IntegrationDirectory directory,
            Clock clock) {
        return new IntegrationHealth(dataSource, parked, statistics, directory, clock);
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
            WebhookClient webhooks,
            Ids ids,
            Clock clock) {
        return new IntegrationLifecycle(
                dataSource,
                secrets,
                parked,
                directory,
                statistics,
                Map.of(WebhookConfig.TYPE, new WebhookTest(webhooks, ids, clock)),
                clock);
    }

    @Bean
    WebhookIntegrations webhookIntegrations(Integrations integrations, OutboundGuard guard) {
        return new WebhookIntegrations(integrations, guard);
    }

    @Bean
    DeliveryMetrics deliveryMetrics(MeterRegistry registry) {
        return new DeliveryMetrics(registry);
    }

    @Bean
    WebhookChannel webhookChannel(WebhookClient webhooks, ServerSettings settings) {
        return new WebhookChannel(
                webhooks, settings.baseUrl(), sending(settings).longestSend());
    }

    @Bean
    DeliveryWorker deliveryWorker(
            ServerSettings settings,
            DeliveryQueue queue,
            ApprovalViews views,
            IntegrationDirectory directory,
            IntegrationHealth health,
            WebhookChannel webhooks,
            Signals signals,
            DeliveryMetrics metrics,
            Clock clock) {
        return new DeliveryWorker(
                queue,
                views,
                directory,
                health,
                Map.of(WebhookConfig.TYPE, webhooks),
                signals,
                sending(settings),
                metrics,
                clock);
    }

    @Bean
    Timekeeper timekeeper(
            Approvals approvals,
            Deliveries deliveries,
            LostDeliveries lost,
            ParkedDeliveries parked,
            DeliveryStatistics statistics,
            IntegrationDirectory directory,
            WebhookChannel webhooks,
            ServerSettings settings,
            Signals signals,
            DeliveryMetrics metrics,
            Clock clock) {
        RetryBound retryBound = new RetryBound(directory, Map.of(WebhookConfig.TYPE, webhooks));
        return new Timekeeper(
                approvals,
                deliveries,
                lost,
                parked,
                statistics,
                retryBound,
                signals,
                metrics,
                clock,
                sending(settings).lease(),
                TIMER);
    }

    private static DeliverySettings sending(ServerSettings settings) {
        return DeliverySettings.DEFAULT
                .withConcurrency(settings.workers())
                .withLease(Duration.ofSeconds(settings.deliveryLeaseSeconds()));
    }
}
