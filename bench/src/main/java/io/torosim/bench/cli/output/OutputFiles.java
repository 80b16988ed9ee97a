package io.torosim.bench.cli.output;

import io.torosim.core.file.WholeFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Several {@linkplain WholeFile files that are there whole or not at all}, which get their names together, by {@link #commit}; without it the
 * beginnings are removed by {@link #close}, or by the end of the process.
 */
public final class OutputFiles implements Closeable {
    private final List<Pending> files = new ArrayList<>();
    private final boolean evenAtExit;

    /** Creates an empty set of files. */
    public OutputFiles() {
        this(false);
    }

    private OutputFiles(boolean evenAtExit) {
        this.evenAtExit = evenAtExit;
    }

    /** Creates a set of files that are written although the process is ending, which waits for them. */
    public static OutputFiles evenAtExit() {
        return new OutputFiles(true);
    }

    /** A file, and where it will be. */
    private record Pending(Path target, WholeFile file) {}

    /**
     * Begins a file.
     *
     * @return a buffered stream, which {@link #commit} closes
     * @throws IOException if the file cannot be written, or is one of these already
     */
    public OutputStream open(Path file) throws IOException {
        Path target = WholeFile.targetOf(file).toAbsolutePath().normalize();
        boolean again = files.stream().anyMatch(other -> other.target.equals(target));
        if (again && (Files.isRegularFile(target) || !Files.exists(target))) {
            throw new FileSystemException(file.toString(), null, "named for two outputs");
        }
        WholeFile begun = WholeFile.begin(file);
        if (!evenAtExit) {
            begun.removeAtExit();
        }
        files.add(new Pending(target, begun));
        return begun.stream();
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
        for (Pending pending : files) {
            pending.file.stream().close(); // before the first gets its name
        }
        for (Pending pending : files) {
            pending.file.keep();
        }
        files.clear();
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        for (Pending pending : files) {
            try {
                pending.file.close();
            } catch (IOException e) {
                // a file that cannot be removed is no better for a second message
            }
        }
        files.clear();
    }
}
