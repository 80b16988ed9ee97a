package io.torosim.bench.spec;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * What a jar or a directory of classes holds, as a hash: of the names and contents of all entries of a jar, in the order of their names, whatever their
 * times and compression, so that the same classes packed again are the same; of a directory the class files alone, since results may lie there too.
 */
final class ClassContent {
    private ClassContent() {}

    /** Returns 32 hexadecimal digits; reads everything once. */
    static String hash(Path where) throws IOException {
        Map<String, String> hashes = Files.isDirectory(where) ? classes(where) : entries(where);
        Hasher all = Hashing.sha256().newHasher();
        hashes.forEach((name, hash) ->
                all.putString(name, StandardCharsets.UTF_8).putByte((byte) 0).putString(hash, StandardCharsets.UTF_8));
        return all.hash().toString().substring(0, 32);
    }

    private static Map<String, String> classes(Path directory) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class"))
                    .filter(Files::isRegularFile)
                    .toList()) {
                String name = directory.relativize(file).toString().replace('\\', '/');
                hashes.put(name, hashOf(Files.readAllBytes(file)));
            }
        }
        return hashes;
    }

    private static Map<String, String> entries(Path jar) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (InputStream raw = Files.newInputStream(jar);
                ZipInputStream in = new ZipInputStream(raw)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    hashes.merge(entry.getName(), hashOf(in.readAllBytes()), String::concat);
                }
            }
        }
        return hashes;
    }

    private static String hashOf(byte[] content) {
        return Hashing.sha256().hashBytes(content).toString();
    }
}
