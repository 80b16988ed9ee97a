package io.torosim.core.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Beginnings of files that nobody wants of a process that ends before they are whole. */
final class PartsAtExit {
    private static final Set<Path> PARTS = new LinkedHashSet<>();
    private static boolean hooked;
    private static boolean ending;

    private PartsAtExit() {}

    static void add(Path part) {
        synchronized (PARTS) {
            unlessEnding();
            if (!hooked) {
                Runtime.getRuntime().addShutdownHook(new Thread(PartsAtExit::removeAll, "remove-parts"));
                hooked = true;
            }
            PARTS.add(part);
        }
    }

    /** The part is whole, or is gone. Does not return once the process is ending. */
    static void remove(Path part) {
        synchronized (PARTS) {
            unlessEnding();
            PARTS.remove(part);
        }
    }

    /** Whoever writes a file while the process ends would leave it, or complain that it has gone. */
    private static void unlessEnding() {
        while (ending) {
            try {
                PARTS.wait();
            } catch (InterruptedException e) {
                continue; // nothing is to be done but to end
            }
        }
    }

    static void removeAll() {
        List<Path> all;
        synchronized (PARTS) {
            ending = true;
            all = new ArrayList<>(PARTS);
        }
        for (Path part : all) {
            try {
                Files.deleteIfExists(part);
            } catch (IOException e) {
                // nobody is left to be told
            }
        }
    }
}
