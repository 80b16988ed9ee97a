package io.torosim.bench.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Standard output whose failure is not forgotten: print streams and writers swallow exceptions, so that a full disk or a
 * closed pipe would end in silence and status 0.
 */
public final class StandardOutput {
    private final Remembering stream;
    private final PrintStream bytes;
    private final PrintWriter text;

    /** Creates one that writes to {@code out} as {@code encoding}. */
    public StandardOutput(OutputStream out, Charset encoding) {
        stream = new Remembering(out);
        OutputStream buffered = new BufferedOutputStream(stream, 1 << 13);
        bytes = new PrintStream(buffered, false, encoding);
        text = new PrintWriter(new OutputStreamWriter(bytes, encoding));
    }

    /** Returns the process's, in the encoding that Java has found for it, and puts it into {@link System#out}. */
    public static StandardOutput install() {
        StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out), encoding());
        System.setOut(out.bytes);
        return out;
    }

    private static Charset encoding() {
        for (String name : List.of("stdout.encoding", "sun.stdout.encoding", "native.encoding")) {
            if (System.getProperty(name) != null) {
                return Charset.forName(System.getProperty(name));
            }
        }
        return StandardCharsets.UTF_8;
    }

    /** Returns what text goes to. */
    public PrintWriter text() {
        return text;
    }

    /** Returns what bytes go to. */
    public PrintStream bytes() {
        return bytes;
    }

    /** Writes what is left; returns what has gone wrong since the beginning. */
    public Optional<IOException> finish() {
        text.flush();
        bytes.flush();
        return Optional.ofNullable(stream.failure);
    }

    private static final class Remembering extends OutputStream {
        private final OutputStream out;
        private @Nullable IOException failure;

        Remembering(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] data, int from, int count) throws IOException {
            if (failure != null) {
                throw failure;
            }
            try {
                out.write(data, from, count);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
