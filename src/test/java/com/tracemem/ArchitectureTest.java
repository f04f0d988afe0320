package com.tracemem;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.modulith.core.ApplicationModules;

/** Holds the walls of the house: which room may use which, and the habits every room keeps. */
class ArchitectureTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("com.tracemem");

    /** Names that say nothing about what lives in a package. */
    private static final Set<String> EMPTY_NAMES =
            Set.of("util", "utils", "common", "impl", "manager", "helper", "helpers", "dto", "dtos", "misc");

    private static final Set<String> INJECTION = Set.of(
            "org.springframework.beans.factory.annotation.Autowired",
            "org.springframework.beans.factory.annotation.Value",
            "jakarta.annotation.Resource",
            "jakarta.inject.Inject");

    @ParameterizedTest
    @EnumSource
    void aRoomUsesOnlyTheRoomsItMay(Room room) {
        noClasses()
                .that()
                .resideInAPackage(room.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(room.forbiddenPackages())
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void everyClassLivesInARoom() {
        classes()
                .should()
                .resideInAnyPackage(
                        Arrays.stream(Room.values()).map(Room::packages).toArray(String[]::new))
                .check(MAIN);
    }

    @Test
    void roomsAreFreeOfCycles() {
        slices().matching("com.tracemem.(*)..").should().beFreeOfCycles().check(MAIN);
    }

    @Test
    void springSeesTheSameHouse() {
        System.setProperty("spring.modulith.detection-strategy", OpenRooms.class.getName());
        ApplicationModules.of("com.tracemem", new ImportOption.DoNotIncludeTests())
                .verify();
    }

    @Test
    void onlyTheCommandLineAndTheBenchmarksPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Room.SERVER.packages(), Room.BENCH.packages())
                .should(ACCESS_STANDARD_STREAMS)
                .because("the product speaks through SLF4J, which an operator can direct and filter")
                .check(MAIN);
    }

    @Test
    void oneLoggingInterface() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging..")
                .because("the product logs through SLF4J")
                .check(MAIN);
    }

    @Test
    void oneJsonLibrary() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .because("the product uses Jackson 3, under tools.jackson")
                .check(MAIN);
    }

    @Test
    void timeIsHandedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(Room.SERVER.packages(), Room.BENCH.packages())
                .should()
                .accessTargetWhere(describe("reads the wall clock", ArchitectureTest::readsTheWallClock))
                .because("a test must be able to turn the time: take a java.time.Clock (System.nanoTime may measure)")
                .check(MAIN);
    }

    private static boolean readsTheWallClock(JavaAccess<?> access) {
        if (!(access instanceof JavaCodeUnitAccess<?> call)) {
            return false;
        }
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        boolean withoutClock = call.getTarget().getRawParameterTypes().stream()
                .noneMatch(parameter -> parameter.isAssignableTo(Clock.class));
        return (owner.getPackageName().equals("java.time") && name.equals("now") && withoutClock)
                || (owner.isEquivalentTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick")))
                || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || (owner.isEquivalentTo(Date.class) && name.equals("<init>") && withoutParameters(call));
    }

    private static boolean withoutParameters(JavaCodeUnitAccess<?> call) {
        return call.getTarget().getRawParameterTypes().isEmpty();
    }

    @Test
    void packagesAreNamedForWhatLivesThere() {
        assertThat(packages()
                        .map(JavaPackage::getName)
                        .filter(name -> Arrays.stream(name.split("\\.")).anyMatch(EMPTY_NAMES::contains)))
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarkedAndSaysWhatItPromises() {
        assertThat(packages()
                        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName))
                .as("packages without a package-info.java that carries @NullMarked")
                .isEmpty();
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields()
                .should()
                .beAnnotatedWith(describe(
                        "an injection annotation",
                        annotation -> INJECTION.contains(annotation.getRawType().getName())))
                .because("a constructor shows what a class needs, and a test can call it")
                .allowEmptyShould(true)
                .check(MAIN);
    }

    private static Stream<JavaPackage> packages() {
        return MAIN.stream().map(JavaClass::getPackage).collect(Collectors.toSet()).stream();
    }
}
