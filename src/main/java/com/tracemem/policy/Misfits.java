package com.tracemem.policy;

import com.google.common.base.Splitter;
import com.networknt.schema.Error;
import com.tracemem.identity.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a validator found, by field. Where inputs have alternatives and fit none, what each of them misses is one sentence
 * about the field that has to fit one.
 */
final class Misfits {
    private static final int MOST = 50;
    /** Of what the validator found: alternatives may have any number of faults. */
    private static final int MOST_READ = 1_000;

    /** That are told of one field. */
    private static final int MOST_ALTERNATIVES = 3;

    private static final Set<String> CHOICES = Set.of("anyOf", "oneOf");
    /** Words of a schema that are followed by a name, and lead one level down in a value. */
    private static final Set<String> NAMED = Set.of("properties", "patternProperties", "prefixItems");
    /** Words of a schema that lead one level down in a value. */
    private static final Set<String> UNNAMED = Set.of(
            "items", "additionalProperties", "contains", "unevaluatedProperties", "unevaluatedItems", "propertyNames");
    /** Words that are followed by a name or a number, and stay where they are. */
    private static final Set<String> ASIDE = Set.of("allOf", "dependentSchemas");

    private final Shape.Fields shape;
    private final List<FieldError> single = new ArrayList<>();
    /** By choice and number of the alternative, the first that is wrong with it. */
    private final Map<Choice, SortedMap<Integer, Error>> choices = new LinkedHashMap<>();

    /**
     * Alternatives that a value has.
     *
     * @param path in the schema
     * @param pointer to the value
     */
    private record Choice(String path, String pointer) {}

    private Misfits(Shape.Fields shape) {
        this.shape = shape;
    }

    /** At most {@value #MOST}, by name, so that the order of a document's fields makes no difference. */
    static List<FieldError> inWords(List<Error> found, Shape.Fields shape) {
        Misfits misfits = new Misfits(shape);
        for (Error error : found.subList(0, Math.min(found.size(), MOST_READ))) {
            if (misfits.single.size() + misfits.choices.size() > MOST) {
                break;
            }
            misfits.add(error);
        }
        misfits.choices.forEach((choice, alternatives) -> misfits.single.add(misfits.sentence(choice, alternatives)));
        return misfits.single.stream()
                .distinct()
                .limit(MOST)
                .sorted(Comparator.comparing(FieldError::field).thenComparing(FieldError::message))
                .toList();
    }

    private void add(Error error) {
        List<String> path = parts(error.getEvaluationPath().toString());
        List<String> instance = parts(error.getInstanceLocation().toString());
        int depth = 0;
        for (int at = 0; at < path.size(); at++) {
            String word = path.get(at);
            if (CHOICES.contains(word)) {
                Choice choice = new Choice(
                        String.join("/", path.subList(0, at + 1)),
                        String.join("/", instance.subList(0, Math.min(depth, instance.size()))));
                Integer index = at + 1 < path.size() ? number(path.get(at + 1)) : null;
                if (index != null) {
                    choices.computeIfAbsent(choice, any -> new TreeMap<>()).putIfAbsent(index, error);
                } else if (!fitsNone(error)) {
                    single.add(SchemaError.inWords(error, shape));
                }
                return;
            }
            depth += NAMED.contains(word) || UNNAMED.contains(word) ? 1 : 0;
            at += NAMED.contains(word) || ASIDE.contains(word) ? 1 : 0;
        }
        single.add(SchemaError.inWords(error, shape));
    }

    /** Then what is wrong with each of the alternatives follows. */
    private static boolean fitsNone(Error error) {
        Object[] arguments = error.getArguments();
        return arguments != null
                && arguments.length > 0
                && String.valueOf(arguments[0]).equals("0");
    }

    private FieldError sentence(Choice choice, SortedMap<Integer, Error> alternatives) {
        String field = SchemaError.name(SchemaError.path(choice.pointer()));
        List<String> texts = alternatives.values().stream()
                .limit(MOST_ALTERNATIVES)
                .map(error -> alternative(field, SchemaError.inWords(error, shape)))
                .distinct()
                .toList();
        int others = alternatives.size() - Math.min(alternatives.size(), MOST_ALTERNATIVES);
        return new FieldError(
                field,
                "fits none of what is possible: either " + String.join(", or ", texts)
                        + (others > 0 ? ", or one of " + others + " others" : ""));
    }

    /** What would have to be done. */
    private static String alternative(String field, FieldError first) {
        int advice = first.message().lastIndexOf("; ");
        String text = advice < 0 ? first.message() : first.message().substring(advice + 2);
        String where = first.field().equals(field) ? "" : first.field() + (advice < 0 ? " " : ": ");
        return where + text;
    }

    private static List<String> parts(String pointer) {
        return Splitter.on('/').omitEmptyStrings().splitToList(pointer);
    }

    private static @Nullable Integer number(String text) {
        return text.length() < 6 && text.chars().allMatch(Character::isDigit) ? Integer.valueOf(text) : null;
    }
}
