package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every product must be. */
final class ProductRules {
    static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final int LONGEST_IDENTIFIER = 128;
    private static final int MOST_FIELDS = 200;
    private static final int MOST_PURPOSES = 50;
    private static final int MOST_POLICIES = 20;

    private final Operation operation;
    private final List<Field> fields;
    private final FieldErrors errors;

    ProductRules(Operation operation, List<Field> fields, FieldErrors errors) {
        this.operation = operation;
        this.fields = fields;
        this.errors = errors;
    }

    static void id(String productId, FieldErrors errors) {
        errors.addIf(
                !ID.matcher(productId).matches(),
                "product_id",
                "is %s; give 1 to 64 of a-z, 0-9, _ and -".formatted(FieldErrors.quote(productId)));
    }

    static void texts(String name, @Nullable String description, FieldErrors errors) {
        errors.requireText("name", name, 200);
        errors.checkText("description", description, 2000);
    }

    void purposes(List<String> purposes) {
        if (purposes.isEmpty()) {
            errors.add(
                    "purposes",
                    "are missing; give 1 to %d, such as \"support\", of which every request names one"
                            .formatted(MOST_PURPOSES));
        }
        count("purposes", purposes, MOST_PURPOSES);
        for (int i = 0; i < purposes.size(); i++) {
            errors.requireText("purposes[" + i + "]", purposes.get(i), 64);
        }
    }

    void gates(List<String> policies, boolean requiresApproval) {
        count("policies", policies, MOST_POLICIES);
        if (operation == Operation.READ) {
            errors.addIf(!policies.isEmpty(), "policies", "hold writes back, and this product reads; leave them out");
            errors.addIf(
                    requiresApproval, "requires_approval", "holds writes back, and this product reads; leave it out");
        }
    }

    private void count(String where, List<String> texts, int most) {
        errors.addIf(texts.size() > most, where, "has %d; give at most %d".formatted(texts.size(), most));
        Set<String> seen = new HashSet<>();
        texts.stream()
                .filter(text -> !seen.add(text))
                .findFirst()
                .ifPresent(
                        twice -> errors.add(where, "has %s twice; give each once".formatted(FieldErrors.quote(twice))));
    }

    void source(Source source) {
        switch (source) {
            case Source.Table table -> {
                identifier("source.table", table.name());
                if (table.schema() != null) {
                    identifier("source.schema", table.schema());
                }
            }
            case Source.Query query -> {
                SelectText.problem(query.sql()).ifPresent(problem -> errors.add("source.query", problem));
                errors.addIf(operation.writes(), "source.query", "is only for reading; name a table");
            }
        }
    }

    void fields() {
        errors.addIf(
                fields.isEmpty() || fields.size() > MOST_FIELDS,
                "fields",
                "has %d; give 1 to %d".formatted(fields.size(), MOST_FIELDS));
        Set<String> names = new HashSet<>();
        Set<String> columns = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            String at = "fields[" + i + "].";
            identifier(at + "name", field.name());
            identifier(at + "column", field.column());
            errors.addIf(
                    !names.add(field.name()),
                    at + "name",
                    "is %s, which is there twice; give each name once".formatted(FieldErrors.quote(field.name())));
            errors.addIf(
                    !columns.add(field.column()),
                    at + "column",
                    "is %s, which is there twice; expose each column once"
                            .formatted(FieldErrors.quote(field.column())));
            errors.addIf(
                    field.key() && field.masked(),
                    at + "masked",
                    "is true of a key, which would tell the values by asking; mask it or make it a key");
            errors.addIf(field.key() && field.type() == FieldType.JSON, at + "key", "is true of JSON; use another key");
        }
        boolean addressed = operation == Operation.UPDATE || operation == Operation.DELETE;
        errors.addIf(
                addressed && fields.stream().noneMatch(Field::key),
                "fields",
                "have no key; mark by which of them a record is found, with key: true");
        boolean sets = operation == Operation.INSERT || operation == Operation.UPDATE;
        errors.addIf(
                sets && fields.stream().noneMatch(Field::writable),
                "fields",
                "cannot be written; mark what may be set, with writable: true");
    }

    private void identifier(String where, String name) {
        boolean printable = name.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
        errors.addIf(
                name.isBlank() || name.length() > LONGEST_IDENTIFIER || !printable,
                where,
                "is %s; give a name of 1 to %d printable characters"
                        .formatted(
                                name.length() > LONGEST_IDENTIFIER
                                        ? name.length() + " characters long"
                                        : FieldErrors.quote(name),
                                LONGEST_IDENTIFIER));
    }
}
