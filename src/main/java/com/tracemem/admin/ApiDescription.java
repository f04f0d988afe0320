package com.tracemem.admin;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.configuration.SpringDocSecurityConfiguration;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.utils.SpringDocUtils;
import org.springdoc.webmvc.core.configuration.SpringDocWebMvcConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The API's description at {@code /openapi}, put together when it is first asked for. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    SpringDocConfigProperties.class,
    SpringDocConfiguration.class,
    SpringDocSecurityConfiguration.class,
    SpringDocWebMvcConfiguration.class
})
class ApiDescription {
    private static final String BEARER = "bearer";
    private static final String PROBLEM = "Problem";

    @Bean
    OpenAPI openApi() {
        // free-form JSON, not the accessors of our library's class
        SpringDocUtils.getConfig().replaceWithClass(JsonNode.class, Object.class);
        SpringDocUtils.getConfig().replaceWithClass(ObjectNode.class, Object.class);
        return new OpenAPI()
                .info(new Info()
                        .title("TraceMem")
                        .version("v1")
                        .description("For administrators, approvers and auditors. Agents have a door of their own,"
                                + " JSON-RPC at / and /mcp. Times are RFC 3339 in UTC; lists are read page by page with"
                                + " limit and cursor; an error is application/problem+json.")
                        .license(new License().name("Apache-2.0")))
                .components(new Components()
                        .addSecuritySchemes(
                                BEARER,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")
                                        .description("The access_token of POST /v1/auth/login")))
                .addSecurityItem(new SecurityRequirement().addList(BEARER));
    }

    /** Names an operation by its method and its controller: {@code listAgents}. */
    @Bean
    OperationCustomizer operationIds() {
        return (operation, handler) -> operation.operationId(handler.getMethod().getName()
                + handler.getBeanType().getSimpleName().replace("Controller", ""));
    }

    /** What the annotations cannot say: the wire's names, and what every operation has in common. */
    @Bean
    GlobalOpenApiCustomizer wire() {
        return description -> {
            ModelConverters.getInstance(true).readAll(Problem.class).forEach(description.getComponents()::addSchemas);
            description.getComponents().getSchemas().values().forEach(schema -> snakeCase(schema));
            description
                    .getPaths()
                    .forEach((path, item) -> item.readOperationsMap()
                            .forEach((method, operation) -> complete(path, method.name(), operation)));
        };
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    @SuppressWarnings("rawtypes") // as Swagger's model has it
    private static void snakeCase(Schema<?> schema) {
        Map<String, Schema> before = schema.getProperties();
        if (before == null) {
            return;
        }
        Map<String, Schema> after = new LinkedHashMap<>();
        before.forEach((name, property) -> after.put(snakeCase(name), property));
        schema.setProperties(after);
        List<String> required = schema.getRequired();
        if (required != null) {
            schema.setRequired(required.stream().map(ApiDescription::snakeCase).toList());
        }
    }

    private static void complete(String path, String method, Operation operation) {
        operation.getResponses().addApiResponse("default", problem("What went wrong, and what to do"));
        boolean makes = method.equals("POST") && path.startsWith("/v1/admin/") && !path.endsWith("/test");
        if (makes) {
            operation.addParametersItem(new HeaderParameter()
                    .name(IdempotentCalls.HEADER)
                    .description("The same key again within a day gives the same answer and does nothing twice")
                    .schema(new Schema<String>().types(Set.of("string")).maxLength(200)));
        }
    }

    private static ApiResponse problem(String description) {
        return new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(
                                Problem.MEDIA_TYPE.toString(),
                                new io.swagger.v3.oas.models.media.MediaType()
                                        .schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
    }
}
