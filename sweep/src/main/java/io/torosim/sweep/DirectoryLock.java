package io.torosim.sweep;

import io.torosim.sweep.Study.StudyException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;

/**
 * Keeps everybody else from writing results into a directory: an empty file {@code lock} that is locked as long as this is open, and left there.
 *
 * <p>It is a file of its own, opened once by a process and never again, since POSIX lets go of all of a process's locks on a file as soon as the process closes
 * any descriptor of it (fcntl(2), "Advisory record locking"); for the same reason a second call of this process is turned away by a set in memory, before it
 * opens anything.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = "lock";
    private static final Set<Path> HELD = new TreeSet<>();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Locks a directory that is there.
     *
     * @throws StudyException if another process, or another call of this one, holds it
     */
    static DirectoryLock of(Path where) throws IOException {
        Path directory = where.toRealPath();
        synchronized (HELD) {
            if (!HELD.add(directory)) {
                throw held(where);
            }
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw held(where);
            }
            return new DirectoryLock(directory, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            release(directory);
            throw e;
        }
    }

    private static StudyException held(Path where) {
        return new StudyException(where + ": another run of the study is writing to it");
    }

    private static void release(Path directory) {
        synchronized (HELD) {
            HELD.remove(directory);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close(); // and with it the lock
        } finally {
            release(directory);
        }
    }
}
