package io.torosim.sweep;

import com.google.common.io.CountingInputStream;
import io.torosim.core.file.WholeFile;
import io.torosim.sweep.Study.StudyException;
import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * The result file of a study, {@code cells.jsonl}: a line that says whose results these are, then a line for each run that is over, in the
 * order in which they ended. Lines are only ever appended, several by one write; whoever dies in the middle leaves at most one torn
 * line, which the next one cuts off. One process at a time, by a {@link DirectoryLock}.
 */
final class ResultLog implements AutoCloseable {
    static final String FILE = "cells.jsonl";
    private static final String BEGINNING = "{\"torosim-study\":";
    /** Of this version: every line has a check sum. */
    private static final String HEADING = BEGINNING + "2,\"fingerprint\":\"";
    /** Of an earlier one, whose lines may have none: it is gone on with as it is. */
    private static final String EARLIER = BEGINNING + "1,\"fingerprint\":\"";

    private final Study study;
    private final Path file;
    private final FileChannel channel;
    private final DirectoryLock lock;

    private ResultLog(Study study, Path file, FileChannel channel, DirectoryLock lock) {
        this.study = study;
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Opens the file in {@code directory}, with a new one if there is none.
     *
     * @param resume whether results that are there already are gone on with, then there must be a file; else they are refused, but for a file without a run
     * @param known told every line that is there
     * @throws StudyException if there are results without {@code resume} or none with it, of another study, or in use
     * @throws IOException naming the file
     */
    static ResultLog open(Study study, Path directory, boolean resume, Consumer<CellLine.Read> known)
            throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new StudyException(directory + ": is a file; results go into a directory");
        }
        if (resume && !Files.exists(file)) {
            throw new StudyException(directory + ": "
                    + (Files.exists(directory) ? "holds no study (there is no " + FILE + ")" : "no such directory")
                    + "; there is nothing to go on with, leave --resume out");
        }
        Files.createDirectories(directory);
        DirectoryLock lock = DirectoryLock.of(directory);
        try {
            return opened(study, file, lock, resume, known);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static ResultLog opened(
            Study study, Path file, DirectoryLock lock, boolean resume, Consumer<CellLine.Read> known)
            throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ResultLog log = new ResultLog(study, file, channel, lock);
            if (!resume && !holdsRuns(file)) {
                channel.truncate(0); // a study that was refused or killed before its first run: nothing is lost
            } else if (!resume) {
                throw new StudyException(
                        file + ": there are results already; go on with them (--resume) or choose another directory");
            }
            long end = read(study, file, known);
            channel.truncate(end);
            channel.position(end);
            if (end == 0) {
                log.write(heading(study) + "\n");
            }
            return log;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads what is in {@code directory}, without a lock: somebody may be writing to it, then the last line is left out if it is not whole. */
    static void look(Study study, Path directory, Consumer<CellLine.Read> known) throws IOException {
        read(study, directory.resolve(FILE), known);
    }

    /** Whether there is anything but a heading, or what is left of one. */
    private static boolean holdsRuns(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] start = in.readNBytes(256);
            String text = new String(start, StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            boolean heading = startsLike(HEADING, text) || startsLike(EARLIER, text);
            return !heading || end >= 0 && end < text.length() - 1 || end < 0 && start.length == 256;
        }
    }

    private static boolean startsLike(String heading, String text) {
        return heading.startsWith(text.substring(0, Math.min(text.length(), heading.length())));
    }

    private static String heading(Study study) {
        return HEADING + study.fingerprint() + "\"}";
    }

    /** Appends lines. */
    synchronized void append(List<String> lines) {
        StringBuilder text = new StringBuilder(lines.size() * 160);
        for (String line : lines) {
            text.append(line).append('\n');
        }
        try {
            write(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** Reads what is there; returns where the last whole line ends. */
    private static long read(Study study, Path file, Consumer<CellLine.Read> known) throws IOException {
        long[] end = {0};
        long[] number = {0};
        boolean[] earlier = {false};
        BitSet met = new BitSet();
        lines(file, (line, start, after) -> {
            number[0]++;
            if (start == 0) {
                earlier[0] = line.equals(EARLIER + heading(study).substring(HEADING.length()));
                if (!earlier[0] && !line.equals(heading(study))) {
                    throw foreign(file, line);
                }
            } else {
                try {
                    if (!earlier[0] && !CellLine.isChecked(line)) {
                        throw new IllegalArgumentException("not the line of a run: it does not end in a check sum");
                    }
                    CellLine.Read run = CellLine.read(study, line);
                    if (run.cell() > Integer.MAX_VALUE || met.get((int) run.cell())) {
                        throw new IllegalArgumentException("a run that stands there already, cell=" + run.cell());
                    }
                    met.set((int) run.cell());
                    known.accept(run);
                } catch (IllegalArgumentException e) {
                    throw new StudyException(file + ":" + number[0] + ": " + e.getMessage()
                            + " (the line begins at byte " + start + ")");
                }
            }
            end[0] = after;
        });
        return end[0];
    }

    private static StudyException foreign(Path file, String line) {
        if (line.endsWith("\r")) {
            return new StudyException(
                    file + ":1: the line ends in CR LF, as after a transfer as text; make it LF again");
        }
        if (!line.startsWith(BEGINNING)) {
            return new StudyException(
                    file + ":1: not the heading of a study's results, which begins with " + BEGINNING);
        }
        return new StudyException(
                file + ": these are the results of another study, or of another version of this one or of its model");
    }

    /**
     * Writes {@code cells.csv}, sorted by cell, whole or not at all.
     *
     * @param count runs of the study
     * @return a digest of the sorted lines
     */
    synchronized String sorted(long count) throws IOException {
        long[] starts = new long[Math.toIntExact(count)];
        int[] lengths = new int[starts.length];
        Arrays.fill(starts, -1);
        lines(file, (line, start, after) -> {
            if (start > 0) {
                long cell = CellLine.cell(line);
                if (cell < count) {
                    starts[(int) cell] = start;
                    lengths[(int) cell] = (int) (after - 1 - start);
                }
            }
        });
        LineDigest digest = new LineDigest();
        whole(file.resolveSibling("cells.csv"), out -> {
            out.write(CellCsv.heading(study));
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            for (int i = 0; i < starts.length; i++) {
                if (starts[i] < 0) {
                    continue;
                }
                if (bytes.capacity() < lengths[i]) {
                    bytes = ByteBuffer.allocate(lengths[i]);
                }
                bytes.clear().limit(lengths[i]);
                while (bytes.hasRemaining() && channel.read(bytes, starts[i] + bytes.position()) >= 0) {}
                String line = new String(bytes.array(), 0, lengths[i], StandardCharsets.UTF_8);
                digest.add(line);
                out.write(CellCsv.row(study, CellLine.read(study, line)));
            }
        });
        return digest.value();
    }

    /** Writes {@code summary.json}, whole or not at all. */
    synchronized void summary(StudyResults results) throws IOException {
        whole(file.resolveSibling("summary.json"), out -> Summary.write(results, out));
    }

    /** What a file holds. */
    private interface Content {
        void write(Writer out) throws IOException;
    }

    private static void whole(Path target, Content content) throws IOException {
        try (WholeFile whole = WholeFile.begin(target)) {
            Writer out = new BufferedWriter(new OutputStreamWriter(whole.stream(), StandardCharsets.UTF_8));
            content.write(out);
            out.flush();
            whole.keep();
        }
    }

    /** What a write through a channel or stream throws says what is wrong and not with which file. */
    private static IOException named(Path file, IOException e) {
        return e instanceof FileSystemException
                ? e
                : new FileSystemException(file.toString(), null, "cannot be written: " + e.getMessage());
    }

    /** Hears of a line: its text, where it starts and where the next one does. */
    private interface LineHearer {
        void line(String line, long start, long after);
    }

    private static void lines(Path file, LineHearer hearer) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                CountingInputStream in = new CountingInputStream(new BufferedInputStream(raw, 1 << 16))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(256);
            long start = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b == '\n') {
                    hearer.line(line.toString(StandardCharsets.UTF_8), start, in.getCount());
                    line.reset();
                    start = in.getCount();
                } else {
                    line.write(b);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            lock.close();
        }
    }
}
