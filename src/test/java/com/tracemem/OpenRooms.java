package com.tracemem;

import java.util.stream.Stream;
import org.springframework.modulith.core.ApplicationModuleDetectionStrategy;
import org.springframework.modulith.core.ApplicationModuleInformation;
import org.springframework.modulith.core.JavaPackage;
import org.springframework.modulith.core.NamedInterfaces;

/**
 * Tells Spring Modulith that each package under the root is a room whose public types, in sub-packages too, may be
 * used by the rooms {@link Room} allows; what is not for others is package-private.
 */
public final class OpenRooms implements ApplicationModuleDetectionStrategy {

    @Override
    public Stream<JavaPackage> getModuleBasePackages(JavaPackage root) {
        return root.getDirectSubPackages().stream();
    }

    @Override
    public NamedInterfaces detectNamedInterfaces(JavaPackage room, ApplicationModuleInformation information) {
        return NamedInterfaces.forOpen(room);
    }
}
