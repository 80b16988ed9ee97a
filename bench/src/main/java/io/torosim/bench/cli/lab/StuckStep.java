package io.torosim.bench.cli.lab;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says where a search is that no longer goes on, because a step or an invariant of the user's does not come back. It looks at the threads now and then: one
 * that was found in the same method of somebody else's code {@value #LOOKS} times running is named, once. The search itself cannot be ended from here.
 */
final class StuckStep implements AutoCloseable {
    private static final int LOOKS = 10;
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final String SEARCH = "io.torosim.core.explore.";

    private final Thread watcher;

    private StuckStep(PrintWriter to, Duration each) {
        watcher = new Thread(() -> watch(to, each), "stuck step");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Watches until it is closed. */
    static StuckStep watched(PrintWriter to) {
        return watched(to, EACH);
    }

    static StuckStep watched(PrintWriter to, Duration each) {
        return new StuckStep(to, each);
    }

    private static void watch(PrintWriter to, Duration each) {
        Map<String, Integer> seen = new TreeMap<>();
        while (true) {
            try {
                Thread.sleep(each.toMillis());
            } catch (InterruptedException e) {
                return;
            }
            Map<String, Integer> now = new TreeMap<>();
            for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
                String key = place(stack);
                if (!key.isEmpty()) {
                    now.put(key, seen.getOrDefault(key, 0) + 1);
                    if (now.get(key) == LOOKS) {
                        to.println("torosim: this does not come back: " + key + ", for "
                                + each.multipliedBy(LOOKS).toSeconds()
                                + " s; a search goes on only when a step or an invariant returns, ctrl-C ends it");
                        to.flush();
                        return;
                    }
                }
            }
            seen = now;
        }
    }

    /** Returns the method of somebody else's that a search has called and that runs, empty if there is none. */
    private static String place(StackTraceElement[] stack) {
        String place = "";
        for (StackTraceElement frame : stack) {
            String name = frame.getClassName();
            if (name.startsWith(SEARCH)) {
                return place;
            }
            boolean written = frame.getFileName() != null; // not one that the VM made for a lambda
            if (written
                    && !name.startsWith("io.torosim.core.")
                    && !name.startsWith("java.")
                    && !name.startsWith("jdk.")) {
                place = name + "." + frame.getMethodName() + " (" + frame.getFileName() + ")";
            }
        }
        return "";
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
