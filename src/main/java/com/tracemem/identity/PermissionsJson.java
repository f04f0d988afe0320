package com.tracemem.identity;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Permissions as JSON: written for the database and for answers, read with every mistake named. */
public final class PermissionsJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> FIELDS = Set.of("request_approvals", "products", "policies", "approval_routes");
    private static final Set<String> PRODUCT_FIELDS = Set.of("product_id", "purposes");
    private static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final int LONGEST_LIST = 1000;
    private static final int LONGEST_PURPOSE = 64;

    private PermissionsJson() {}

    static String write(AgentPermissions permissions) {
        return JSON.writeValueAsString(permissions);
    }

    static AgentPermissions read(String stored) {
        FieldErrors errors = new FieldErrors();
        AgentPermissions permissions = read(JSON.readTree(stored), "permissions", errors);
        errors.throwIfAny();
        return permissions;
    }

    /**
     * Reads what a caller sent. A list that is left out is empty; an unknown field is an error.
     *
     * @param at the path of {@code json} in the caller's input, the start of every error's field
     * @return the permissions; of no use when something was added to {@code errors}
     */
    public static AgentPermissions read(JsonNode json, String at, FieldErrors errors) {
        if (!json.isObject()) {
            errors.add(at, "must be an object {request_approvals, products, policies, approval_routes}");
            return AgentPermissions.none();
        }
        refuseUnknown(json, at, FIELDS, errors);
        JsonNode mayRequest = json.path("request_approvals");
        if (!mayRequest.isMissingNode() && !mayRequest.isBoolean()) {
            errors.add(at + ".request_approvals", "must be true or false");
        }
        return new AgentPermissions(
                mayRequest.isBoolean() && mayRequest.booleanValue(),
                products(json.path("products"), at + ".products", errors),
                ids(json.path("policies"), at + ".policies", errors),
                ids(json.path("approval_routes"), at + ".approval_routes", errors));
    }

    private static List<ProductPermission> products(JsonNode json, String at, FieldErrors errors) {
        List<ProductPermission> products = new ArrayList<>();
        List<JsonNode> elements = elements(json, at, "a list of {product_id, purposes}", errors);
        for (int i = 0; i < elements.size(); i++) {
            String here = at + "[" + i + "]";
            JsonNode element = elements.get(i);
            if (!element.isObject()) {
                errors.add(here, "must be an object {product_id, purposes}");
                continue;
            }
            refuseUnknown(element, here, PRODUCT_FIELDS, errors);
            String productId = id(element.path("product_id"), here + ".product_id", errors);
            products.add(new ProductPermission(productId, purposes(element.path("purposes"), here, errors)));
        }
        return products;
    }

    private static List<String> purposes(JsonNode json, String product, FieldErrors errors) {
        List<String> purposes = new ArrayList<>();
        List<JsonNode> elements = elements(json, product + ".purposes", "a list of purposes, or [\"*\"]", errors);
        for (int i = 0; i < elements.size(); i++) {
            String purpose = elements.get(i).isString() ? elements.get(i).stringValue() : "";
            errors.requireText(product + ".purposes[" + i + "]", purpose, LONGEST_PURPOSE);
            purposes.add(purpose);
        }
        return purposes;
    }

    private static List<String> ids(JsonNode json, String at, FieldErrors errors) {
        List<String> ids = new ArrayList<>();
        List<JsonNode> elements = elements(json, at, "a list of ids, or [\"*\"]", errors);
        for (int i = 0; i < elements.size(); i++) {
            ids.add(id(elements.get(i), at + "[" + i + "]", errors));
        }
        return ids;
    }

    private static String id(JsonNode json, String at, FieldErrors errors) {
        String id = json.isString() ? json.stringValue() : "";
        if (!id.equals(AgentPermissions.ALL) && !ID.matcher(id).matches()) {
            String came = json.isMissingNode() ? "is missing" : "is " + FieldErrors.quote(json.toString());
            errors.add(at, came + "; give an id (1 to 64 of a-z, 0-9, _ and -) or \"*\" for all");
        }
        return id;
    }

    private static List<JsonNode> elements(JsonNode json, String at, String expected, FieldErrors errors) {
        if (json.isMissingNode()) {
            return List.of();
        }
        if (!json.isArray() || json.size() > LONGEST_LIST) {
            errors.add(at, "must be %s, at most %d long".formatted(expected, LONGEST_LIST));
            return List.of();
        }
        return json.valueStream().toList();
    }

    private static void refuseUnknown(JsonNode json, String at, Set<String> known, FieldErrors errors) {
        for (String name : json.propertyNames()) {
            if (!known.contains(name)) {
                errors.add(
                        at + "." + name,
                        "is not known here; use "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }
}
