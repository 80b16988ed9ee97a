package io.torosim.fat.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Trees of files, and their contents as hashes. */
public final class Trees {
    public static final Instant TIME = Instant.parse("2023-07-08T09:10:12Z");

    private Trees() {}

    /** Makes a tree that meets names and sizes of every kind; clusters larger than 64 KiB count as 64 KiB. */
    public static void make(Path directory, int clusterBytes, long seed) throws IOException {
        var random = new Random(seed);
        int cluster = Math.min(clusterBytes, 65536);
        file(directory.resolve("HELLO.TXT"), 12, random);
        file(directory.resolve("empty.txt"), 0, random);
        file(directory.resolve("MiXeD.Txt"), 1, random);
        file(directory.resolve("minus.bin"), cluster - 1, random);
        file(directory.resolve("exact.bin"), cluster, random);
        file(directory.resolve("plus.bin"), cluster + 1, random);
        file(directory.resolve("three.bin"), 3 * cluster + 17, random);
        file(directory.resolve("A long name with spaces, commas and dots.tar.gz"), 700, random);
        file(directory.resolve(".hidden"), 5, random);
        file(directory.resolve("gr\u00f6\u00dfe.txt"), 33, random);
        file(directory.resolve("\u65e5\u672c\u8a9e.txt"), 44, random);
        file(directory.resolve("x".repeat(60) + ".abc"), 66, random);
        Path deep = Files.createDirectories(directory.resolve("Sub/deep directory/DEEPER"));
        file(deep.resolve("FILE.DAT"), 1000, random);
        Path many = Files.createDirectories(directory.resolve("many"));
        for (int i = 0; i < 60; i++) {
            file(many.resolve("file number " + i + ".text"), i, random);
        }
    }

    private static void file(Path file, int size, Random random) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, FileTime.from(TIME));
    }

    /** Returns relative path to SHA-256, or to "directory". */
    public static TreeMap<String, String> hashes(Path root) throws IOException {
        var found = new TreeMap<String, String>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.filter(path -> !path.equals(root)).forEach(path -> {
                String name = root.relativize(path).toString();
                found.put(name, Files.isDirectory(path) ? "directory" : sha256(path));
            });
        }
        return found;
    }

    private static String sha256(Path file) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Copies a tree between file systems. */
    public static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                Path target = to;
                for (Path name : from.relativize(path)) {
                    target = name.toString().isEmpty() ? target : target.resolve(name.toString());
                }
                if (!path.equals(from) && Files.isDirectory(path)) {
                    Files.createDirectory(target);
                } else if (!path.equals(from)) {
                    Files.copy(path, target);
                }
            }
        }
    }

    /** Returns what differs between two trees, empty if nothing does. */
    public static Map<String, String> difference(Map<String, String> expected, Map<String, String> actual) {
        var different = new TreeMap<String, String>();
        expected.forEach((name, hash) -> {
            if (!hash.equals(actual.get(name))) {
                different.put(name, "expected " + hash + ", was " + actual.get(name));
            }
        });
        actual.forEach((name, hash) -> {
            if (!expected.containsKey(name)) {
                different.put(name, "not expected");
            }
        });
        return different;
    }
}
