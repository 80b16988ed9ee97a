package io.torosim.core.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the monitor leaves if nobody looks after it: a directory, a process, and processes that this one has started. All of it is gone
 * after {@link #close}, and with this JVM, whenever it is told to end: nothing is made without the hook knowing, and nothing is made any more
 * once the hook runs. Where it is not told, by {@code kill -9} or for want of memory, a guardian does the same.
 */
public final class RunPlace implements AutoCloseable {
    private static final Set<RunPlace> LIVE = new LinkedHashSet<>();
    private static final int END_SECONDS = 5;
    private static final int TRIES = 50;

    private static boolean hooked;
    private static boolean ending;

    private final Path directory;
    private final Guardian guardian;
    private @Nullable Process process;

    private RunPlace(Path directory) {
        this.directory = directory;
        this.guardian = Guardian.over(directory);
    }

    /**
     * Makes a place with an empty directory, in memory where the host has such.
     *
     * @throws IOException if no directory can be made
     */
    public static RunPlace create() throws IOException {
        synchronized (LIVE) {
            unlessEnding();
            if (!hooked) {
                Runtime.getRuntime().addShutdownHook(new Thread(RunPlace::endAll, "end-qemu"));
                hooked = true;
            }
            RunPlace place = new RunPlace(newDirectory());
            LIVE.add(place);
            return place;
        }
    }

    private static Path newDirectory() throws IOException {
        String prefix = "torosim-qemu-" + ProcessHandle.current().pid() + "-";
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? Files.createTempDirectory(memory, prefix) : Files.createTempDirectory(prefix);
    }

    /** Returns the directory. */
    public Path directory() {
        return directory;
    }

    /**
     * Starts the place's process; once.
     *
     * @throws IOException if it does not start
     */
    public Process start(ProcessBuilder builder) throws IOException {
        synchronized (LIVE) {
            unlessEnding();
            Process started = builder.start();
            process = started;
            guardian.watch(started.toHandle());
            return started;
        }
    }

    /** Whoever asks while the JVM ends has nothing to say any more: it waits for the end. */
    public static void unlessEnding() {
        synchronized (LIVE) {
            while (ending) {
                try {
                    LIVE.wait();
                } catch (InterruptedException e) {
                    continue; // nothing is to be done but to end
                }
            }
        }
    }

    private static void endAll() {
        List<RunPlace> all;
        synchronized (LIVE) {
            ending = true;
            all = new ArrayList<>(LIVE);
        }
        all.forEach(RunPlace::end);
    }

    /** Ends the process and waits until it is gone, then deletes the directory; returns whether both are gone. */
    private boolean end() {
        boolean gone = process == null || ended(process);
        for (int i = 0; i < TRIES; i++) {
            if (deleted()) {
                return gone;
            }
            pause(); // another thread still writes or deletes
        }
        return false;
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(Process process) {
        // a script that has started the monitor does not take it along
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        try {
            return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    private boolean deleted() {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            return !Files.exists(directory);
        }
        return true;
    }

    /** Ends the process, waits until it is gone and deletes the directory. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        synchronized (LIVE) {
            if (!LIVE.contains(this)) {
                return;
            }
        }
        boolean gone = end();
        if (gone) {
            guardian.close();
        }
        synchronized (LIVE) {
            LIVE.remove(this);
        }
        if (!gone) {
            throw new IOException((process == null ? "" : "process " + process.pid() + " or ") + "directory "
                    + directory + " does not go away");
        }
    }
}
