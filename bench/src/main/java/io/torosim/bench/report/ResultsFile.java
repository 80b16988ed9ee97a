package io.torosim.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.jr.ob.JSON;

/**
 * A {@code results.json} that was read back.
 *
 * @param seed seed of every random stream
 * @param digest digest of the whole run
 * @param jdk version of the Java virtual machine
 * @param commit commit of the program
 * @param digests digest of each experiment, in order
 * @param figures every figure by "experiment / case / metric", in order
 */
public record ResultsFile(
        String seed,
        String digest,
        String jdk,
        String commit,
        Map<String, String> digests,
        Map<String, Figure> figures) {
    private static final int MAX_BYTES = 64 << 20;

    /**
     * One figure.
     *
     * @param value what was obtained; NaN if it was none
     * @param unit its unit
     * @param verdict PASS, FAIL or INFO
     */
    public record Figure(double value, String unit, String verdict) {}

    /**
     * Reads {@code file}, or {@code results.json} in it if it is a directory.
     *
     * @throws IOException if it cannot be read, or is not what {@code torosim run} writes; the message names file and key
     */
    public static ResultsFile read(Path file) throws IOException {
        Path json = Files.isDirectory(file) ? file.resolve("results.json") : file;
        byte[] bytes;
        try (InputStream in = Files.newInputStream(json)) { // a pipe has no size beforehand
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new IOException(json + ": no such file", e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(json + ": larger than 64 MiB");
        }
        Map<String, Object> root;
        String read = "";
        try {
            read = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            root = document(json, read);
        } catch (CharacterCodingException e) {
            throw new IOException(json + ": not UTF-8 text", e);
        } catch (JacksonException e) {
            throw new IOException(NotJson.text(json, read, e), e);
        }
        Map<String, String> digests = new LinkedHashMap<>();
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (Object entry : list(json, root, "experiments")) {
            Map<?, ?> experiment = map(json, entry, "experiments");
            String name = text(json, experiment, "name");
            digests.put(name, text(json, experiment, "digest"));
            for (Object figure : list(json, experiment, "cases")) {
                Map<?, ?> c = map(json, figure, "cases");
                Object value = c.get("obtained");
                if (value != null && !(value instanceof Number)) {
                    throw new IOException(json + ": obtained: must be a number, value=" + value);
                }
                figures.put(
                        name + " / " + text(json, c, "name") + " / " + text(json, c, "metric"),
                        new Figure(
                                value == null ? Double.NaN : ((Number) value).doubleValue(),
                                text(json, c, "unit"),
                                text(json, c, "verdict")));
            }
        }
        return new ResultsFile(
                String.valueOf(root.get("seed")),
                text(json, root, "digest"),
                text(json, root, "jdk"),
                text(json, root, "commit"),
                digests,
                figures);
    }

    /** The one document in {@code text}: what follows it, be it a second one, is refused. */
    private static Map<String, Object> document(Path file, String text) throws IOException {
        String json = text.startsWith("\ufeff") ? text.substring(1) : text;
        try (JsonParser parser = JSON.std.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(file + ": must be an object, as torosim run writes it");
            }
            Map<String, Object> root = JSON.std.mapFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException(
                        file + ":" + parser.currentTokenLocation().getLineNr() + ": something follows the document");
            }
            return root;
        }
    }

    private static List<?> list(Path file, Map<?, ?> map, String key) throws IOException {
        if (map.get(key) instanceof List<?> list) {
            return list;
        }
        throw new IOException(file + ": " + key + ": must be an array, value=" + map.get(key));
    }

    private static Map<?, ?> map(Path file, Object value, String key) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IOException(file + ": " + key + ": must hold objects, value=" + value);
    }

    private static String text(Path file, Map<?, ?> map, String key) throws IOException {
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw new IOException(file + ": " + key + ": must be a string, value=" + map.get(key));
    }
}
