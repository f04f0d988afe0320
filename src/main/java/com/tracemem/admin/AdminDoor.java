package com.tracemem.admin;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.JacksonModule;

/** The parts of this door, for the server to import. It needs the rooms below as beans. */
@Configuration(proxyBeanMethods = false)
@Import({
    AdminSecurity.class,
    ApiDescription.class,
    LoginController.class,
    MeController.class,
    AgentsController.class,
    AgentKeysController.class,
    IntegrationsController.class,
    DeliveriesController.class,
    WebhookCredentialsController.class,
    RoutesController.class,
    PoliciesController.class,
    ConnectorsController.class,
    ProductsController.class,
    UsersController.class,
    SettingsController.class,
    ApprovalsController.class,
    DecisionsController.class,
    ErrorFallback.class,
    Problems.class
})
public class AdminDoor {
    /** Where the servlet container is to send what fails outside of a controller. */
    public static final String ERROR_PATH = "/error";

    @Bean
    JacksonModule requestBodies() {
        return Bodies.module();
    }
}
