package io.torosim.bench.cli.qemu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The files below a host directory beside those below a directory of another file system, by content. */
final class DirectoryComparison {
    private static final int PIECE = 64 * 1024;

    private DirectoryComparison() {}

    /**
     * One file.
     *
     * @param path path below both directories, with slashes
     * @param bytes its size, as seen through the other file system where it is there
     * @param sha256 its content there, or of the original where it is missing
     * @param verdict same, different, missing (in the other file system) or extra (only there)
     */
    record Entry(String path, long bytes, String sha256, String verdict) {
        static final String SAME = "same";
    }

    private record Content(long bytes, String sha256) {}

    /** Compares all regular files, links followed as QEMU follows them, in order of their paths. */
    static List<Entry> of(Path original, Path seen) throws IOException {
        Map<String, Content> here = contents(original);
        Map<String, Content> there = contents(seen);
        TreeSet<String> paths = new TreeSet<>(here.keySet());
        paths.addAll(there.keySet());
        List<Entry> entries = new ArrayList<>();
        for (String path : paths) {
            Content a = here.get(path);
            Content b = there.get(path);
            String verdict = b == null ? "missing" : a == null ? "extra" : a.equals(b) ? Entry.SAME : "different";
            Content shown = b == null ? Objects.requireNonNull(a) : b;
            entries.add(new Entry(path, shown.bytes(), shown.sha256(), verdict));
        }
        return entries;
    }

    private static Map<String, Content> contents(Path top) throws IOException {
        Map<String, Content> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(top, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = top.relativize(file).toString().replace('\\', '/');
                contents.put(name, content(file));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return contents;
    }

    private static Content content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[PIECE];
            long bytes = 0;
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                digest.update(piece, 0, count);
                bytes += count;
            }
            return new Content(bytes, HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
