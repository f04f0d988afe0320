package com.tracemem.server;

import com.tracemem.admin.AdminDoor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.error.ErrorPage;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.RequestContextFilter;

/**
 * Tomcat on virtual threads, Spring MVC behind it, and the metrics. Only the parts of Spring Boot that are named here take
 * part.
 */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    JacksonAutoConfiguration.class,
    HttpMessageConvertersAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class
})
class HttpConfiguration {
    private static final int CONNECTIONS = 10_000;
    private static final int WAITING_CONNECTIONS = 1_024;
    private static final Duration FIRST_BYTES_LIMIT = Duration.ofSeconds(20);
    private static final Duration IDLE_LIMIT = Duration.ofSeconds(75);
    private static final int HEADER_BYTES = 16 * 1024;
    /** A body that is too large is read to this point, so that its sender hears why. */
    private static final int SWALLOWED_BYTES = 4 * 1024 * 1024;

    private static final int FORM_BYTES = 64 * 1024;

    @Bean
    TomcatServletWebServerFactory webServer(ServerSettings settings) {
        TomcatServletWebServerFactory tomcat = new TomcatServletWebServerFactory(settings.port());
        tomcat.setAddress(Ports.address(settings.bindAddress()));
        tomcat.setRegisterDefaultServlet(false);
        tomcat.setShutdown(Shutdown.GRACEFUL);
        tomcat.addErrorPages(new ErrorPage(AdminDoor.ERROR_PATH));
        tomcat.addConnectorCustomizers(connector -> {
            connector.setMaxPostSize(FORM_BYTES);
            connector.setXpoweredBy(false);
            AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
            protocol.setMaxKeepAliveRequests(-1);
            protocol.setKeepAliveTimeout((int) IDLE_LIMIT.toMillis());
            protocol.setConnectionTimeout((int) FIRST_BYTES_LIMIT.toMillis());
            protocol.setMaxConnections(CONNECTIONS);
            protocol.setAcceptCount(WAITING_CONNECTIONS);
            protocol.setMaxHttpRequestHeaderSize(HEADER_BYTES);
            protocol.setMaxSwallowSize(SWALLOWED_BYTES);
            protocol.setTcpNoDelay(true);
            ((AbstractProtocol<?>) protocol).setExecutor(new VirtualThreadExecutor("http-"));
        });
        tomcat.addContextCustomizers(context -> {
            ErrorReportValve errors = new ErrorReportValve();
            errors.setShowReport(false);
            errors.setShowServerInfo(false);
            StandardHost host = (StandardHost) context.getParent();
            host.setErrorReportValveClass("");
            host.getPipeline().addValve(errors);
        });
        return tomcat;
    }

    /** Spring MVC keeps the request at hand itself; the other doors have no use for it. */
    @Bean
    FilterRegistrationBean<RequestContextFilter> noRequestContextFilter() {
        FilterRegistrationBean<RequestContextFilter> none = new FilterRegistrationBean<>(new RequestContextFilter());
        none.setEnabled(false);
        return none;
    }

    @Bean
    PrometheusMeterRegistry metrics() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        return registry;
    }

    /** Listens to the collector's notifications for as long as the server runs. */
    @Bean
    JvmGcMetrics garbageCollectorMetrics(MeterRegistry registry) {
        JvmGcMetrics metrics = new JvmGcMetrics();
        metrics.bindTo(registry);
        return metrics;
    }
}
