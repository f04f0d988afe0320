package com.tracemem.server;

import com.tracemem.policy.InvalidPolicyException;
import com.tracemem.policy.Policy;
import com.tracemem.policy.PolicyDocument;
import com.tracemem.policy.TestResult;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "policy",
        description = "work with policy documents, without a server",
        mixinStandardHelpOptions = true,
        subcommands = PolicyCommand.TestCommand.class)
final class PolicyCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to do: policy test FILE…");
        }
    }

    @Command(
            name = "test",
            description = "check policy documents and run the tests they carry",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:every document is right and every test passes",
                "1:something fails, or a file cannot be read or written",
                "2:the command was written wrongly"
            },
            mixinStandardHelpOptions = true)
    static final class TestCommand implements Callable<Integer> {
        private static final Pattern IMPOSSIBLE =
                Pattern.compile("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

        @Parameters(paramLabel = "FILE", arity = "1..*", description = "policies in YAML or JSON")
        private List<Path> files = List.of();

        @Option(names = "--junit", paramLabel = "FILE", description = "also write the results as JUnit XML")
        private @Nullable Path junit;

        /** What became of one file; a file that cannot be used has one result that says why. */
        private record Suite(String file, List<TestResult> results) {
            long failures() {
                return results.stream().filter(result -> !result.passed()).count();
            }
        }

        @Override
        public Integer call() throws XMLStreamException {
            List<Suite> suites = new ArrayList<>();
            for (Path file : files) {
                suites.add(new Suite(file.toString(), results(file)));
            }
            suites.forEach(TestCommand::print);
            if (junit != null) {
                try {
                    write(suites, junit);
                } catch (IOException failure) {
                    System.err.println("The report cannot be written to " + junit + ": " + why(failure, junit));
                    return 1;
                }
            }
            return suites.stream().allMatch(suite -> suite.failures() == 0) ? 0 : 1;
        }

        private static List<TestResult> results(Path file) {
            try {
                Policy policy = Policy.of(PolicyDocument.read(Files.readString(file)));
                List<TestResult> results = new ArrayList<>();
                results.add(new TestResult("document", null));
                results.addAll(policy.runTests());
                return results;
            } catch (InvalidPolicyException invalid) {
                return List.of(new TestResult("document", String.valueOf(invalid.getMessage())));
            } catch (IOException unreadable) {
                return List.of(new TestResult("document", "The file cannot be read: " + why(unreadable, file)));
            }
        }

        /** In words; the file system's own say little. */
        private static String why(IOException failure, Path file) {
            Path directory = file.toAbsolutePath().getParent();
            if (Files.isDirectory(file)) {
                return "it is a directory; name a file";
            }
            return switch (failure) {
                case NoSuchFileException missing
                when directory != null && !Files.isDirectory(directory) -> "there is no directory " + directory;
                case NoSuchFileException missing -> "there is no such file";
                case AccessDeniedException denied -> "the permission is missing";
                case CharacterCodingException notText -> "it is not text in UTF-8";
                case FileSystemException other when other.getReason() != null -> other.getReason();
                default -> "the operating system refused it";
            };
        }

        private static void print(Suite suite) {
            System.out.println((suite.failures() == 0 ? "ok      " : "FAILED  ") + suite.file() + ": "
                    + (suite.results().size() - 1) + " tests");
            suite.results().stream()
                    .filter(result -> !result.passed())
                    .forEach(result -> System.out.println("  " + result.name() + ": "
                            + String.valueOf(result.failure()).replace("\n", "\n  ")));
        }

        /** Without what XML cannot hold. */
        private static String possible(String text) {
            return IMPOSSIBLE.matcher(text).replaceAll(" ");
        }

        private static void write(List<Suite> suites, Path target) throws IOException, XMLStreamException {
            try (Writer file = Files.newBufferedWriter(target, StandardCharsets.UTF_8)) {
                XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(file);
                xml.writeStartDocument("UTF-8", "1.0");
                xml.writeStartElement("testsuites");
                for (Suite suite : suites) {
                    xml.writeStartElement("testsuite");
                    xml.writeAttribute("name", suite.file());
                    xml.writeAttribute("tests", String.valueOf(suite.results().size()));
                    xml.writeAttribute("failures", String.valueOf(suite.failures()));
                    xml.writeAttribute("errors", "0");
                    xml.writeAttribute("skipped", "0");
                    xml.writeAttribute("time", "0");
                    for (TestResult result : suite.results()) {
                        xml.writeStartElement("testcase");
                        xml.writeAttribute("classname", suite.file());
                        xml.writeAttribute("name", possible(result.name()));
                        xml.writeAttribute("time", "0");
                        if (result.failure() != null) {
                            String failure = possible(result.failure());
                            xml.writeStartElement("failure");
                            xml.writeAttribute(
                                    "message", failure.lines().findFirst().orElse(""));
                            xml.writeAttribute("type", "policy");
                            xml.writeCharacters(failure);
                            xml.writeEndElement();
                        }
                        xml.writeEndElement();
                    }
                    xml.writeEndElement();
                }
                xml.writeEndElement();
                xml.writeEndDocument();
                xml.close();
            }
        }
    }
}
