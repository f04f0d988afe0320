package com.tracemem.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PolicyCommandTest {
    private static final String EXAMPLE = "examples/policies/discount_cap_v1.yaml";

    @Test
    void theExamplePassesAndAWrongDocumentFails(@TempDir Path directory) throws IOException {
        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(wrong, Files.readString(Path.of(EXAMPLE)).replace("> 0.50", "> 0.40"));
        Path report = directory.resolve("report.xml");
        assertThat(Main.run("policy", "test", EXAMPLE)).isZero();
        assertThat(Main.run("policy", "test", EXAMPLE, wrong.toString(), "--junit", report.toString()))
                .isEqualTo(1);
        assertThat(report)
                .content()
                .contains("failures=\"0\"", "failures=\"1\"", "expected requires_exception by standard_cap, got deny");
        assertThat(Main.run("policy", "test", directory.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(Main.run("policy")).isEqualTo(2);
        assertThat(Main.run("policy", "test")).isEqualTo(2);
    }

    @Test
    void theReportIsXmlWhateverTheTestsAreCalled(@TempDir Path directory) throws Exception {
        Path broken = directory.resolve("broken.yaml");
        Files.writeString(broken, "policy_id: [a");
        Path notText = directory.resolve("latin.yaml");
        Files.write(notText, new byte[] {'a', (byte) 0xe9, '\n'});
        Path odd = directory.resolve("odd.yaml");
        Files.writeString(odd, """
                policy_id: odd
                inputs: {type: object}
                rules: []
                default: allow
                tests:
                  - {name: "a\\x01<b>\\n\\"&", inputs: {}, outcome: deny}
                """);
        Path untested = directory.resolve("untested.json");
        Files.writeString(
                untested,
                "{\"policy_id\": \"u\", \"inputs\": {\"type\": \"object\"}, \"rules\": [], \"default\": \"allow\"}");
        Path report = directory.resolve("report.xml");
        assertThat(Main.run(
                        "policy",
                        "test",
                        broken.toString(),
                        notText.toString(),
                        odd.toString(),
                        untested.toString(),
                        "--junit",
                        report.toString()))
                .isEqualTo(1);
        NodeList suites = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testsuite");
        assertThat(suites.getLength()).isEqualTo(4);
        assertThat(IntStream.range(0, 4)
                        .mapToObj(i -> (Element) suites.item(i))
                        .map(suite -> suite.getAttribute("tests") + "/" + suite.getAttribute("failures") + "/"
                                + suite.getAttribute("errors") + "/" + suite.getAttribute("skipped")))
                .containsExactly("1/1/0/0", "1/1/0/0", "2/1/0/0", "1/0/0/0");
        assertThat(report).content().contains("it is not text in UTF-8").doesNotContain("\u0001");
        assertThat(Main.run(
                        "policy",
                        "test",
                        EXAMPLE,
                        "--junit",
                        directory.resolve("none/r.xml").toString()))
                .isEqualTo(1);
    }

    @Test
    void filesThatCannotBeUsedAreToldInSentences(@TempDir Path directory) throws IOException {
        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Path missing = directory.resolve("none.yaml");
        Path nowhere = directory.resolve("nowhere").resolve("x.xml");
        assertThat(printed(EXAMPLE, missing.toString(), directory.toString(), binary.toString()))
                .contains(
                        "The file cannot be read: there is no such file",
                        "The file cannot be read: it is a directory; name a file",
                        "The file cannot be read: it is not text in UTF-8")
                .doesNotContain("Exception");
        assertThat(printed(EXAMPLE, "--junit", nowhere.toString()))
                .contains("ok      " + EXAMPLE)
                .endsWith("The report cannot be written to " + nowhere + ": there is no directory "
                        + nowhere.getParent() + "\n");
        assertThat(printed(EXAMPLE, "--junit", directory.toString()))
                .endsWith("The report cannot be written to " + directory + ": it is a directory; name a file\n");
        Path report = directory.resolve("report.xml");
        printed(directory.toString(), "--junit", report.toString());
        assertThat(report).content().contains("it is a directory").doesNotContain("Exception");
    }

    /** What a run that fails says, on both of its outputs. */
    private static String printed(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(bytes, true, UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            assertThat(Main.run(Stream.concat(Stream.of("policy", "test"), Stream.of(arguments))
                            .toArray(String[]::new)))
                    .isEqualTo(1);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(UTF_8);
    }
}
