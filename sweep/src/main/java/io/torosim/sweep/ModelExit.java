package io.torosim.sweep;

import java.util.Optional;

/** A model that ends the process it runs in: whose shutdown hook asks here whether that is why the process ends. */
public final class ModelExit {
    private ModelExit() {}

    /**
     * Returns where {@code System.exit} was called, as {@code my.Model.run(Model.java:15)}, if some thread is on its way out by it; a signal's handler
     * does not pass there. Looks at the stacks of all threads, so it costs about as much as a thread dump.
     */
    public static Optional<String> place() {
        for (StackTraceElement[] frames : Thread.getAllStackTraces().values()) { // one of them at most
            for (int i = 0; i < frames.length - 1; i++) {
                if (frames[i].getClassName().equals("java.lang.Runtime")
                        && frames[i].getMethodName().equals("exit")) {
                    StackTraceElement next = frames[i + 1];
                    boolean through = next.getClassName().equals("java.lang.System") && i + 2 < frames.length;
                    return Optional.of(
                            (through ? frames[i + 2] : next).toString().replaceAll("^.*//|^[a-z]+/", ""));
                }
            }
        }
        return Optional.empty();
    }
}
