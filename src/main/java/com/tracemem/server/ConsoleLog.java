package com.tracemem.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The process's log: one line an event, on standard error. Set up in code, which is quicker than reading a file. */
final class ConsoleLog {
    private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\", UTC} %-5level %logger{0}: %msg%n";
    /** Talkative libraries: heard from only when something is wrong. */
    private static final List<String> QUIET = List.of("org", "com.zaxxer", "okhttp3", "io", "_org");

    /** Tell at length what others tell as well: of a failed start we do, of wrong addresses and lost connections rooms do. */
    private static final List<String> SILENT = List.of(
            "org.springframework.boot.SpringApplication",
            "org.springframework.boot.web.server.servlet.context",
            "org.springframework.boot.tomcat",
            "org.springframework.web.servlet.PageNotFound",
            "com.zaxxer.hikari.pool.ProxyConnection",
            // repeats what servers say, and they quote values
            "org.mariadb.jdbc",
            "org.postgresql");

    private ConsoleLog() {}

    /** Spring Boot would set up a log of its own, and so does Tomcat. */
    static void collect() {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    static void start(String level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(level));
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        Level quiet = Level.toLevel(level).isGreaterOrEqual(Level.WARN) ? Level.toLevel(level) : Level.WARN;
        QUIET.forEach(name -> context.getLogger(name).setLevel(quiet));
        SILENT.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        collect();
    }
}
