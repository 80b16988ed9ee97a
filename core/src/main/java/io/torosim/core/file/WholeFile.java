package io.torosim.core.file;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file that is there whole or not at all: written beside its name and renamed by {@link #keep}; without that {@link #close} removes the
 * beginning, and what was there before stays. A symbolic link stays one: the file at its end is replaced. A device or a pipe is
 * written to at once. Every exception names the file that was asked for.
 *
 * <p>What is begun and not kept when the process ends is removed by {@link PartsAtExit}. Traces, captures and result logs are written through it.
 */
public final class WholeFile implements Closeable {
    private static final int LONG_NAME = 70;

    private final Path target;
    /** Null where nothing can be renamed to the target. */
    private final @Nullable Path beside;

    private final NamedStream stream;
    private boolean removedAtExit;
    private boolean over;

    private WholeFile(Path file, Path target, @Nullable Path beside, OutputStream stream) {
        this.target = target;
        this.beside = beside;
        this.stream = new NamedStream(file, stream);
    }

    /**
     * Begins a file.
     *
     * @throws IOException if it cannot be written, as where it is a directory or lies in one that does not exist
     */
    public static WholeFile begin(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        try {
            Path target = targetOf(file);
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                return new WholeFile(file, target, null, Files.newOutputStream(target, StandardOpenOption.WRITE));
            }
            checkName(target);
            Path beside = target.resolveSibling(nameBeside(target.getFileName().toString()));
            Files.newOutputStream(beside).close(); // which says why it cannot
            return new WholeFile(file, target, beside, new FileOutputStream(beside.toFile()));
        } catch (NoSuchFileException e) {
            Path directory = file.toAbsolutePath().getParent();
            boolean there = directory != null && Files.isDirectory(directory); // as of /proc
            throw new FileSystemException(
                    file.toString(), null, there ? "no file can be made there" : "its directory does not exist");
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(file.toString(), null, "access denied");
        } catch (FileSystemException e) {
            throw new FileSystemException(file.toString(), null, e.getReason());
        }
    }

    /** Another process may write the same file at the same time; a file system bears no more than 255 bytes. */
    private static String nameBeside(String name) {
        String begin = name.length() > LONG_NAME ? Integer.toHexString(name.hashCode()) : name;
        return "." + begin + "." + ProcessHandle.current().pid() + ".part";
    }

    /** A name that the file system refuses would only be found by the renaming. */
    private static void checkName(Path target) throws IOException {
        try {
            Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            // it will be there
        }
    }

    /** Returns what is written in the end if {@code file} is asked for: the same, or what is at the end of a symbolic link. */
    public static Path targetOf(Path file) throws IOException {
        return Files.isRegularFile(file) ? file.toRealPath() : file;
    }

    /**
     * Says that the beginning is removed if the process ends before {@link #keep}, as by ctrl-C or SIGTERM: for what takes long. Once the
     * process is ending {@link #keep} does not return any more, so this is nothing for files that are written because it ends.
     *
     * @return this
     */
    public WholeFile removeAtExit() {
        if (beside != null) {
            removedAtExit = true;
            PartsAtExit.add(beside);
        }
        return this;
    }

    /** Removes what {@link #removeAtExit} promises: for a shutdown hook that halts the process, so that others do not come to their end. */
    public static void removePartsNow() {
        PartsAtExit.removeAll();
    }

    /** Returns where to write, buffered; it may be closed, which keeps nothing. */
    public OutputStream stream() {
        return stream;
    }

    /**
     * Writes zeros that take no space where the file system can leave them out. Something must be written behind them, else the
     * file ends before.
     *
     * @param bytes how many, at least 0
     */
    public void hole(long bytes) throws IOException {
        stream.hole(bytes, beside != null);
    }

    /**
     * Ends the file and gives it its name.
     *
     * @throws IOException if that fails, or a write had failed
     */
    public void keep() throws IOException {
        stream.close();
        if (stream.failure != null) {
            throw stream.failure;
        }
        if (beside != null) {
            if (removedAtExit) {
                PartsAtExit.remove(beside);
            }
            try {
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        over = true;
    }

    /** Removes what was not kept. */
    @Override
    public void close() throws IOException {
        if (over) {
            return;
        }
        over = true;
        try {
            stream.close();
        } catch (IOException e) {
            // nobody wants what could not be written
        }
        if (beside != null) {
            Files.deleteIfExists(beside);
            if (removedAtExit) {
                PartsAtExit.remove(beside);
            }
        }
    }

    /** Says which file an exception is about, which the operating system does not. */
    private static final class NamedStream extends OutputStream {
        private final Path file;
        private final OutputStream raw;
        private final OutputStream out;
        /** The first one: a stream that is closed again does not throw it again. */
        private @Nullable IOException failure;

        NamedStream(Path file, OutputStream out) {
            this.file = file;
            this.raw = out;
            this.out = new BufferedOutputStream(out, 1 << 16);
        }

        @Override
        public void write(int b) throws IOException {
            try {
                out.write(b);
            } catch (IOException e) {
                throw named(e);
            }
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            try {
                out.write(bytes, from, count);
            } catch (IOException e) {
                throw named(e);
            }
        }

        void hole(long bytes, boolean canSkip) throws IOException {
            if (!canSkip || !(raw instanceof FileOutputStream skipping)) {
                for (long i = 0; i < bytes; i++) {
                    write(0);
                }
                return;
            }
            try {
                out.flush();
                skipping.getChannel().position(skipping.getChannel().position() + bytes);
            } catch (IOException e) {
                throw named(e);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw named(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                throw named(e);
            }
        }

        private IOException named(IOException e) {
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            if (failure == null) {
                failure = named;
            }
            return named;
        }
    }
}
