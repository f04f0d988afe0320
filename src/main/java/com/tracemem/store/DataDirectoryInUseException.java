package com.tracemem.store;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Another TraceMem process works on this data directory; a server command answers with exit code 1. */
public final class DataDirectoryInUseException extends DatabaseUnavailableException {
    private static final long serialVersionUID = 1L;

    DataDirectoryInUseException(Path dataDirectory, OptionalLong processId) {
        super("The data directory " + dataDirectory + " is in use by another TraceMem server"
                + (processId.isPresent() ? " (process " + processId.getAsLong() + ")" : "")
                + ". Two servers on one embedded database would corrupt it, so this one does not start. Stop the other"
                + " server, or set TRACEMEM_DATA_DIR to another directory, or set TRACEMEM_DATABASE_URL on both"
                + " to share one PostgreSQL.");
    }
}
