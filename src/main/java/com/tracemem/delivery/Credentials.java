package com.tracemem.delivery;

import com.tracemem.secret.SecretValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An integration's secrets that are valid now, by name, the newest first; the older ones of a name end with their
 * rotation's grace period.
 */
public record Credentials(Map<String, List<SecretValue>> byName) {
    public static final Credentials NONE = new Credentials(Map.of());

    public Credentials {
        byName = Map.copyOf(byName);
    }

    /** All that are valid under this name. */
    public List<SecretValue> all(String name) {
        return byName.getOrDefault(name, List.of());
    }

    public Optional<SecretValue> newest(String name) {
        return all(name).stream().findFirst();
    }
}
