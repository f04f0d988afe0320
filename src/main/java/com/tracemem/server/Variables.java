package com.tracemem.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from environment variables and collects what is wrong with them, so that the operator hears of
 * everything at once.
 */
final class Variables {
    static final String PREFIX = "TRACEMEM_";

    private final Map<String, String> environment;
    private final Set<String> read = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    Variables(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The text of a variable; null when it is missing or blank. */
    @Nullable
    String text(String name) {
        read.add(name);
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String text(String name, String otherwise) {
        String value = text(name);
        return value == null ? otherwise : value;
    }

    int number(String name, int otherwise, int least, int most) {
        return value(
                name,
                otherwise,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < least || number > most) {
                        throw new IllegalArgumentException(text);
                    }
                    return number;
                },
                "a whole number from " + least + " to " + most);
    }

    /**
     * A value of any kind.
     *
     * @param reader throws IllegalArgumentException for a text that will not do
     * @param right what would be right, to end the sentence {@code use …}
     */
    <T> T value(String name, T otherwise, Function<String, T> reader, String right) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException wrong) {
            problem(name + " is '" + text + "'; use " + right + ".");
            return otherwise;
        }
    }

    /** Every variable that was asked for. */
    Set<String> names() {
        return Set.copyOf(read);
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * A sentence for each variable with our prefix that nobody read: most likely a misspelling.
     *
     * @param others names that somebody else reads
     */
    List<String> unknown(Collection<String> others) {
        Set<String> known = new TreeSet<>(read);
        known.addAll(others);
        return environment.keySet().stream()
                .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                .sorted()
                .map(name -> name + " is not a setting of TraceMem and has no effect."
                        + Spelling.nearest(name, known)
                                .map(near -> " Did you mean " + near + "?")
                                .orElse(""))
                .toList();
    }
}
