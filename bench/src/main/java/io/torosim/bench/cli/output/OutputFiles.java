package io.torosim.bench.cli.output;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that are there whole or not at all: each is written beside its name, and all are renamed by {@link #commit}. What was
 * there before stays until then; without it the beginnings are removed by {@link #close}. A device or a pipe is written to
 * at once. An exception of a stream names its file.
 */
public final class OutputFiles implements Closeable {
    private final List<Pending> files = new ArrayList<>();

    /** Creates an empty set of files. */
    public OutputFiles() {}

    /** One file; {@code beside} is null where the target is no regular file. */
    private record Pending(Path target, Path beside, OutputStream stream) {}

    /**
     * Begins a file.
     *
     * @return a buffered stream, which {@link #commit} closes
     * @throws IOException if the file cannot be written, or is one of these already
     */
    public OutputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            OutputStream stream = new NamedStream(file, Files.newOutputStream(file, StandardOpenOption.WRITE));
            files.add(new Pending(file, null, stream));
            return stream;
        }
        Path target = Files.exists(file) ? file.toRealPath() : file; // not over a symbolic link
        for (Pending other : files) {
            if (other.beside != null && isSame(other.target, target)) {
                throw new FileSystemException(file.toString(), null, "named for two outputs");
            }
        }
        Path beside = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        OutputStream stream = new NamedStream(file, create(beside, file));
        files.add(new Pending(target, beside, stream));
        return stream;
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    /** Creates the file {@code beside}, of which nobody but this class knows: what fails is said of {@code file}. */
    private static OutputStream create(Path beside, Path file) throws IOException {
        try {
            return Files.newOutputStream(
                    beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw new FileSystemException(file.toString(), null, "its directory does not exist");
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(file.toString(), null, e.getReason());
        } catch (FileSystemException e) {
            throw new FileSystemException(file.toString(), null, e.getReason());
        }
    }

    /** Writes a whole file. */
    public void write(Path file, byte[] content) throws IOException {
        OutputStream stream = open(file);
        stream.write(content);
        stream.close(); // not one descriptor for each chart
    }

    /** Writes a whole file as UTF-8. */
    public void write(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends all files and gives them their names. */
    public void commit() throws IOException {
        for (Pending file : files) {
            file.stream.close();
        }
        for (Pending file : files) {
            if (file.beside != null) {
                rename(file.beside, file.target);
            }
        }
        files.clear();
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        for (Pending file : files) {
            try {
                file.stream.close();
            } catch (IOException e) {
                // the reader has heard of the first failure, and this file is removed
            }
            if (file.beside != null) {
                try {
                    Files.deleteIfExists(file.beside);
                } catch (IOException e) {
                    // a file that cannot be removed is no better for a second message
                }
            }
        }
        files.clear();
    }

    private static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Says which file an exception is about, which the operating system does not. */
    private static final class NamedStream extends OutputStream {
        private final Path file;
        private final OutputStream out;

        NamedStream(Path file, OutputStream out) {
            this.file = file;
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
            if (e instanceof FileSystemException) {
                return e;
            }
            FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
            named.initCause(e);
            return named;
        }
    }
}
