package com.tracemem.policy;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What {@code inputs} and {@code decision} hold, as CEL's types. */
final class DeclaredTypes {
    private final Map<String, CelType> byName = new HashMap<>();
    private final Map<String, Set<String>> fields = new HashMap<>();
    private final CelType inputs;
    private final CelType decision;

    DeclaredTypes(Shape.Fields inputs) {
        this.inputs = type(inputs);
        this.decision = type(DecisionFacts.SHAPE);
    }

    CelType inputs() {
        return inputs;
    }

    CelType decision() {
        return decision;
    }

    /** The fields of {@code inputs.customer}; none when they are not known. */
    Set<String> fieldsOf(String name) {
        return fields.getOrDefault(name, Set.of());
    }

    CelTypeProvider provider() {
        return new Provider(ImmutableMap.copyOf(byName));
    }

    private record Provider(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
        @Override
        public ImmutableCollection<CelType> types() {
            return byName.values();
        }

        @Override
        public Optional<CelType> findType(String name) {
            return Optional.ofNullable(byName.get(name));
        }
    }

    private CelType type(Shape shape) {
        return switch (shape) {
            case Shape.Decimal decimal -> SimpleType.DOUBLE;
            case Shape.Whole whole -> SimpleType.INT;
            case Shape.Text text -> SimpleType.STRING;
            case Shape.Flag flag -> SimpleType.BOOL;
            case Shape.Anything anything -> SimpleType.DYN;
            case Shape.OpenObject open -> MapType.create(SimpleType.STRING, SimpleType.DYN);
            case Shape.ListOf list -> ListType.create(type(list.item()));
            case Shape.Fields object -> {
                ImmutableMap.Builder<String, CelType> declared = ImmutableMap.builder();
                object.fields().forEach((name, field) -> declared.put(name, type(field)));
                ImmutableMap<String, CelType> types = declared.buildOrThrow();
                fields.put(object.name(), object.fields().keySet());
                StructType struct = StructType.create(
                        "policy." + object.name(), types.keySet(), name -> Optional.ofNullable(types.get(name)));
                byName.put(struct.name(), struct);
                yield struct;
            }
        };
    }
}
