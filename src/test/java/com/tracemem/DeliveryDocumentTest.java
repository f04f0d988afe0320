package com.tracemem;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/delivery.md} lists for each promise the tests that prove it, no more and no fewer, and none has none. */
class DeliveryDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/delivery.md");
    private static final Pattern PROMISE = Pattern.compile("^- \\*\\*([QWC]\\d+)\\*\\*", Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile("^\\| ([QWC]\\d+) \\| (.*) \\|$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("`([A-Za-z]+\\.[A-Za-z]+)`");
    private static final Comparator<String> ORDER = Comparator.<String>comparingInt(id -> "QWC".indexOf(id.charAt(0)))
            .thenComparingInt(id -> Integer.parseInt(id.substring(1)));

    @Test
    void everyPromiseIsProvedByTheTestsThatTheDocumentNames() throws Exception {
        String document = Files.readString(DOCUMENT);
        Map<String, Set<String>> proved = new TreeMap<>(ORDER);
        Matcher promise = PROMISE.matcher(document);
        while (promise.find()) {
            proved.put(promise.group(1), new TreeSet<>());
        }
        for (JavaMethod method : new ClassFileImporter()
                .importPath(Path.of("target/test-classes/com/tracemem")).stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Promise.class))
                        .toList()) {
            for (String id : method.getAnnotationOfType(Promise.class).value()) {
                proved.computeIfAbsent(id, unknown -> new TreeSet<>())
                        .add(method.getOwner().getSimpleName() + "." + method.getName());
            }
        }
        assertThat(proved.values()).as("%s", proved).noneMatch(Set::isEmpty);

        Map<String, Set<String>> listed = new TreeMap<>(ORDER);
        Matcher row = ROW.matcher(document);
        while (row.find()) {
            Set<String> tests = new TreeSet<>();
            TEST.matcher(row.group(2)).results().forEach(test -> tests.add(test.group(1)));
            listed.put(row.group(1), tests);
        }
        StringBuilder table = new StringBuilder("the table should be\n");
        proved.forEach((id, tests) -> table.append("| ")
                .append(id)
                .append(" | ")
                .append(String.join(
                        ", ", tests.stream().map(test -> "`" + test + "`").toList()))
                .append(" |\n"));
        assertThat(listed).as("%s", table).isEqualTo(proved);
    }
}
