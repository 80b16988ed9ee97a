package io.torosim.bench.cli.lab;

import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** A scenario that a class of the user's gives: it implements {@code Supplier<Scenario>} and has a constructor without arguments. */
final class UserScenario {
    private UserScenario() {}

    /**
     * Makes the scenario.
     *
     * @param classPath directories and jar files, separated as paths are; empty for none
     * @throws IllegalArgumentException with one line that names the class and what is wrong with it
     */
    static Scenario of(String className, String classPath) {
        Object made = UserClass.make(className, classPath);
        if (!(made instanceof Supplier<?> supplier)) {
            throw new IllegalArgumentException("the class must implement Supplier<Scenario>, class=" + className);
        }
        Object given;
        try {
            given = supplier.get();
        } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
            throw new IllegalArgumentException("the class gives no Scenario, class=" + className + ": " + e, e);
        }
        if (!(given instanceof Scenario scenario)) {
            throw new IllegalArgumentException("the class gives no Scenario, class=" + className + ", gives=" + given);
        }
        return scenario;
    }
}
