package com.tracemem.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "say what is wrong with this installation, and how to mend it",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        List<Finding> findings = examine(System.getenv());
        findings.forEach(finding -> System.out.println(finding.line()));
        boolean broken = findings.stream().anyMatch(finding -> finding.health() == Finding.Health.BROKEN);
        System.out.println(broken ? "TraceMem cannot work like this." : "Nothing keeps TraceMem from working.");
        return broken ? 1 : 0;
    }

    static List<Finding> examine(Map<String, String> environment) {
        List<Finding> findings = new ArrayList<>();
        findings.add(MachineChecks.jdk());
        ServerSettings settings;
        try {
            settings = ServerSettings.read(environment, false);
        } catch (UnusableSettings unusable) {
            findings.add(Finding.broken(
                    "settings",
                    String.valueOf(unusable.getMessage()),
                    "Correct the environment variables named above."));
            return findings;
        }
        settings.warnings()
                .forEach(warning -> findings.add(Finding.doubtful("settings", warning, "Remove or rename it.")));
        findings.add(MachineChecks.dataDirectory(settings));
        findings.add(MachineChecks.port(settings));
        findings.addAll(DatabaseChecks.examine(settings));
        return findings;
    }
}
