package com.tracemem.policy;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.regex.RegularExpression;
import com.tracemem.identity.FieldError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schema of a policy's inputs: checks them, fills in defaults, and tells conditions what there is. References
 * stay within the document; patterns are RE2, formats ours; nothing is ever fetched.
 */
final class InputSchema {
    private static final String PROPERTIES = "/properties/";
    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .locale(Locale.ENGLISH)
            .regularExpressionFactory(InputSchema::re2)
            .formatAssertionsEnabled(true)
            .build();
    /** Keeps nothing of the schemas that it makes, and loads none from anywhere. */
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDialect(
            Dialect.builder(Dialects.getDraft202012()).formats(Formats.all()).build(),
            builder -> builder.schemaRegistryConfig(CONFIG).schemaCacheEnabled(false));

    private final ObjectNode json;
    private final Schema schema;
    private final Shape.Fields shape;
    private final Defaults defaults;
    private final SchemaWork work;
    private final @Nullable Predicate<JsonNode> quick;

    private InputSchema(ObjectNode json, Schema schema, SchemaCheck check) {
        this.json = json;
        this.schema = schema;
        this.shape = new Shapes(json).root();
        this.defaults = Defaults.of(json);
        this.work = new SchemaWork(json, check);
        this.quick = Fit.of(json).orElse(null);
    }

    /** Empty when something is wrong with it, which is in the problems then. */
    static Optional<InputSchema> of(ObjectNode json, Problems problems) {
        List<PolicyProblem> before = problems.all();
        SchemaCheck check = new SchemaCheck(json, problems);
        check.run();
        if (!problems.all().equals(before)) {
            return Optional.empty();
        }
        try {
            Schema schema = REGISTRY.getSchema(json);
            schema.initializeValidators();
            InputSchema usable = new InputSchema(json, schema, check);
            return usable.defaultsFit(problems) ? Optional.of(usable) : Optional.empty();
        } catch (RuntimeException unusable) {
            problems.add(
                    "inputs", "is not a JSON Schema (2020-12) that can be used; check its keywords and their values");
            return Optional.empty();
        }
    }

    /** Else whoever leaves the input out would be told that it does not fit. */
    private boolean defaultsFit(Problems problems) {
        ObjectNode inputs = withDefaults(json.objectNode());
        InputLimits limits = new InputLimits(inputs);
        for (FieldError error : limits.errors()) {
            problems.add("inputs", "have defaults that are too much by themselves: they " + error.message());
            return false;
        }
        try {
            work.spend(inputs, limits.values(), new Meter(Meter.BUDGET));
        } catch (Meter.SpentException tooMuch) {
            problems.add("inputs", "have defaults that take more work to check than a policy may cause; use fewer");
            return false;
        }
        // what is still absent, and alternatives that are not taken, are no fault of the defaults
        List<Error> found = schema.validate(inputs).stream()
                .filter(error -> error.getEvaluationPath().toString().startsWith(PROPERTIES))
                .toList();
        Misfits.inWords(found, shape)
                .forEach(field -> problems.add("inputs.properties." + field.field() + ".default", field.message()));
        return found.isEmpty();
    }

    private static RegularExpression re2(String pattern) {
        com.google.re2j.Pattern compiled = com.google.re2j.Pattern.compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    /** How many schemas there are within it. */
    int parts() {
        return work.schemas();
    }

    Shape.Fields shape() {
        return shape;
    }

    /** What the schema says of each input, references followed. */
    ObjectNode properties() {
        ObjectNode properties = json.objectNode();
        json.path("properties")
                .properties()
                .forEach(property -> properties.set(property.getKey(), SchemaCheck.resolve(json, property.getValue())));
        return properties;
    }

    /** @throws Meter.SpentException when that takes too much work to find out */
    boolean fits(ObjectNode inputs, int values, Meter meter) {
        work.spend(inputs, values, meter);
        return surelyFits(inputs) || schema.validate(inputs).isEmpty();
    }

    private boolean surelyFits(ObjectNode inputs) {
        return quick != null && quick.test(inputs);
    }

    /** A copy with the defaults of whatever is absent. */
    ObjectNode withDefaults(ObjectNode inputs) {
        return defaults.filled(inputs);
    }

    /**
     * Everything that does not fit, by field; empty when all of it does.
     *
     * @throws Meter.SpentException when that takes too much work to find out
     */
    List<FieldError> errors(ObjectNode inputs, int values, Meter meter) {
        work.spend(inputs, values, meter);
        List<Error> found = surelyFits(inputs) ? List.of() : schema.validate(inputs);
        return found.isEmpty() ? List.of() : Misfits.inWords(found, shape);
    }
}
