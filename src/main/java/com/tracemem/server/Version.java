package com.tracemem.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which release this is. */
final class Version implements IVersionProvider {
    private static final String BUILD = "/META-INF/build-info.properties";

    /** Such as {@code 0.1.0}; {@code development} when started from loose classes. */
    static String text() {
        Properties build = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(BUILD)) {
            if (file != null) {
                build.load(file);
            }
        } catch (IOException unreadable) {
            return "unknown";
        }
        return build.getProperty("build.version", "development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"TraceMem " + text()};
    }
}
