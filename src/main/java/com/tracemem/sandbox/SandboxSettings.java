package com.tracemem.sandbox;

import java.nio.file.Path;

/**
 * Where the sandbox listens and remembers.
 *
 * @param port the TCP port on 127.0.0.1; 0 takes the port of the last start if it is free, else any
 * @param stateDirectory holds what arrived, the credentials, and the port; created when missing
 */
public record SandboxSettings(int port, Path stateDirectory) {
    public SandboxSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("The sandbox's port is " + port + ": use 0 to 65535.");
        }
    }
}
