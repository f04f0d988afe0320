package com.tracemem.server;

import com.tracemem.approval.Approvals;
import com.tracemem.approval.Routes;
import com.tracemem.decision.Decisions;
import com.tracemem.decision.Evaluations;
import com.tracemem.decision.ProductAccess;
import com.tracemem.decision.ProposedActions;
import com.tracemem.decision.Reads;
import com.tracemem.decision.Writes;
import com.tracemem.delivery.IntegrationDirectory;
import com.tracemem.delivery.webhook.WebhookCallbackServlet;
import com.tracemem.delivery.webhook.WebhookCallbacks;
import com.tracemem.delivery.webhook.WebhookCredentials;
import com.tracemem.identity.AgentKeys;
import com.tracemem.mcp.McpServlet;
import com.tracemem.mcp.McpSettings;
import com.tracemem.mcp.tool.AgentTools;
import com.tracemem.mcp.tool.GovernedData;
import com.tracemem.mcp.tool.ServerInfo;
import com.tracemem.policy.Policies;
import com.tracemem.product.Data;
import com.tracemem.trace.Trace;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.servlet.Servlet;
import java.time.Clock;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The doors that are plain servlets, outside of Spring MVC and its filters. */
@Configuration(proxyBeanMethods = false)
class DoorsConfiguration {
    @Bean
    ServletRegistrationBean<McpServlet> agentsDoor(
            ServerSettings settings,
            AgentKeys keys,
            Decisions decisions,
            Evaluations evaluations,
            ProductAccess products,
            Reads reads,
            Writes writes,
            Data data,
            Approvals approvals,
            Routes routes,
            Policies policies,
            Trace trace) {
        ServerInfo server = ServerInfo.ofVersion(Version.text());
        McpSettings bounds = McpSettings.of(
                settings.agentRequestsPerSecond(), settings.baseUrl().toString());
        return door(
                new McpServlet(
                        bounds,
                        server,
                        keys,
                        AgentTools.of(
                                server,
                                decisions,
                                evaluations,
                                new GovernedData(products, reads, writes, new ProposedActions(products, data)),
                                approvals,
                                routes,
                                policies,
                                trace)),
                "",
                "/mcp");
    }

    @Bean
    ServletRegistrationBean<WebhookCallbackServlet> webhookCallbacksDoor(
            Approvals approvals, IntegrationDirectory directory, WebhookCredentials credentials, Clock clock) {
        return door(
                new WebhookCallbackServlet(new WebhookCallbacks(approvals, directory, credentials, clock)),
                WebhookCallbackServlet.PATTERN);
    }

    @Bean
    ServletRegistrationBean<HealthServlet> healthDoor(JdbcClient jdbc, Clock clock) {
        return door(new HealthServlet(new Readiness(jdbc, clock)), "/health/*");
    }

    @Bean
    ServletRegistrationBean<MetricsServlet> metricsDoor(PrometheusMeterRegistry registry) {
        return door(new MetricsServlet(registry), "/metrics");
    }

    @Bean
    ServletRegistrationBean<WelcomeServlet> dashboardDoor() {
        return door(new WelcomeServlet(), "/dashboard");
    }

    private static <T extends Servlet> ServletRegistrationBean<T> door(T servlet, String... paths) {
        ServletRegistrationBean<T> door = new ServletRegistrationBean<>(servlet, paths);
        door.setName(servlet.getClass().getSimpleName());
        return door;
    }
}
