package com.tracemem.policy;

import com.tracemem.trace.CanonicalJson;
import com.tracemem.trace.NotCanonicalException;
import com.tracemem.trace.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy as somebody wrote it, of the right shape. Whether its conditions hold water is known once a {@link Policy} is
 * made of it.
 */
public final class PolicyDocument {
    /** What an administrator may choose as an id. */
    public static final Pattern ID = Pattern.compile("[a-z0-9_-]{1,64}");

    /** Stands for the mandatory default where a rule's id is expected. */
    public static final String DEFAULT = "default";

    private final PolicyText text;
    private final CanonicalJson canonical;
    private final String policyId;
    private final @Nullable String description;
    private final ObjectNode inputs;
    private final List<PolicyRule> rules;
    private final Verdict fallback;
    private final List<PolicyTest> tests;

    private PolicyDocument(PolicyText text, DocumentReader reader) {
        this.text = text;
        this.canonical = canonical(text);
        this.policyId = reader.policyId();
        this.description = reader.description();
        this.inputs = reader.inputs();
        this.rules = List.copyOf(reader.rules());
        this.fallback = reader.fallback();
        this.tests = List.copyOf(reader.tests());
    }

    /**
     * Reads YAML or JSON.
     *
     * @throws InvalidPolicyException with everything that is wrong with its shape
     */
    public static PolicyDocument read(String source) {
        PolicyText text = PolicyText.read(source);
        return new PolicyDocument(text, new DocumentReader(text));
    }

    private static CanonicalJson canonical(PolicyText text) {
        try {
            return CanonicalJson.of(text.json());
        } catch (NotCanonicalException cannotBeKept) {
            throw PolicyText.refused(PolicyText.Place.UNKNOWN, "cannot be kept exactly: " + cannotBeKept.sentence());
        }
    }

    public String policyId() {
        return policyId;
    }

    public @Nullable String description() {
        return description;
    }

    /** The text as it was sent. */
    public String source() {
        return text.source();
    }

    public ObjectNode json() {
        return (ObjectNode) text.json();
    }

    /** Canonical JSON (RFC 8785), of which the hash is made. */
    public String canonicalText() {
        return canonical.text();
    }

    public Sha256 hash() {
        return canonical.digest();
    }

    /** The approval routes that rules and the default name, by the fields that name them. */
    public Map<String, String> approvalRoutes() {
        Map<String, String> routes = new LinkedHashMap<>();
        for (int i = 0; i < rules.size(); i++) {
            put(routes, "rules[" + i + "]", rules.get(i).verdict());
        }
        put(routes, DEFAULT, fallback);
        return routes;
    }

    private static void put(Map<String, String> routes, String path, Verdict verdict) {
        if (verdict.approval() != null && verdict.approval().route() != null) {
            routes.put(path + ".approval.route", verdict.approval().route());
        }
    }

    PolicyText text() {
        return text;
    }

    ObjectNode inputs() {
        return inputs;
    }

    List<PolicyRule> rules() {
        return rules;
    }

    Verdict fallback() {
        return fallback;
    }

    List<PolicyTest> tests() {
        return tests;
    }
}
