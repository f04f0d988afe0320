package com.tracemem.product;

import com.tracemem.identity.FieldErrors;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version of a data product. What breaks the rules of products cannot be made: the constructor throws
 * {@link com.tracemem.identity.InvalidInput} with everything that is wrong.
 *
 * @param version from 1
 * @param hash SHA-256 of the canonical definition (RFC 8785), as 64 hexadecimal digits
 * @param policies the ids of the policies that every write is evaluated by
 */
public record Product(
        String tenantId,
        String productId,
        int version,
        String hash,
        String name,
        @Nullable String description,
        String connectorId,
        Operation operation,
        Source source,
        List<Field> fields,
        List<String> purposes,
        Restrictions restrictions,
        List<String> policies,
        boolean requiresApproval) {

    public Product {
        fields = List.copyOf(fields);
        purposes = List.copyOf(purposes);
        policies = List.copyOf(policies);
        FieldErrors errors = new FieldErrors();
        ProductRules.id(productId, errors);
        ProductRules.texts(name, description, errors);
        ProductRules rules = new ProductRules(operation, fields, errors);
        rules.source(source);
        rules.fields();
        rules.purposes(purposes);
        rules.gates(policies, requiresApproval);
        errors.throwIfAny();
    }

    /** The exposed field of this name. */
    public Optional<Field> field(String fieldName) {
        return fields.stream().filter(field -> field.name().equals(fieldName)).findFirst();
    }

    public boolean allows(String purpose) {
        return purposes.contains(purpose);
    }
}
