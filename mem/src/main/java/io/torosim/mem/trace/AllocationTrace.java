package io.torosim.mem.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of requests to an allocator. As text, one line each: {@code a cpu id bytes} (allocate), {@code f cpu id}
 * (free), {@code r cpu id bytes} (reallocate); {@code #} begins a comment. An id names a block from its allocation to its
 * free.
 *
 * @param name such as {@code "http-serving"}
 * @param cpuCount number of cores it needs
 * @param ops in order
 */
public record AllocationTrace(String name, int cpuCount, List<Op> ops) {
    /** Copies the list. */
    public AllocationTrace {
        ops = List.copyOf(ops);
    }

    /** What is asked for. */
    public enum Kind {
        /** Allocate. */
        ALLOC('a'),
        /** Free. */
        FREE('f'),
        /** Reallocate. */
        REALLOC('r');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /**
     * One request.
     *
     * @param kind what is asked for
     * @param cpuId the executing core
     * @param id the block, in {@code [0, 10^6)}
     * @param sizeBytes bytes asked for; 0 for a free
     */
    public record Op(Kind kind, int cpuId, int id, long sizeBytes) {
        @Override
        public String toString() {
            return kind.letter + " " + cpuId + " " + id + (kind == Kind.FREE ? "" : " " + sizeBytes);
        }
    }

    /** Reads one of the traces that come with the library: {@link ToroWorkloads#NAMES}. */
    public static AllocationTrace shipped(String name) {
        String resource = name + ".trace";
        var stream = AllocationTrace.class.getResourceAsStream(resource);
        if (stream == null) {
            throw new IllegalArgumentException("no such trace: " + name);
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            return read(name, reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a trace.
     *
     * @throws IllegalArgumentException naming the line, if one is not as described or a block is used that is not live
     */
    public static AllocationTrace read(String name, BufferedReader reader) throws IOException {
        List<Op> ops = new ArrayList<>();
        boolean[] live = new boolean[1_000_000];
        int cpus = 1;
        int line = 0;
        for (String text = reader.readLine(); text != null; text = reader.readLine()) {
            line++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            Op op;
            try {
                op = parse(text);
                if (live[op.id] == (op.kind == Kind.ALLOC)) {
                    throw new IllegalArgumentException("block " + op.id + (live[op.id] ? " is live" : " is not live"));
                }
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException(name + ":" + line + ": '" + text + "': " + e.getMessage(), e);
            }
            live[op.id] = op.kind != Kind.FREE;
            cpus = Math.max(cpus, op.cpuId + 1);
            ops.add(op);
        }
        return new AllocationTrace(name, cpus, ops);
    }

    private static Op parse(String text) {
        String[] words = text.split(" ");
        for (Kind kind : Kind.values()) {
            if (words[0].equals(String.valueOf(kind.letter)) && words.length == (kind == Kind.FREE ? 3 : 4)) {
                int cpu = Integer.parseInt(words[1]);
                long size = kind == Kind.FREE ? 0 : Long.parseLong(words[3]);
                if (cpu < 0 || cpu > 7 || size < 0) {
                    throw new IllegalArgumentException("cpu must be in [0, 7] and bytes at least 0");
                }
                return new Op(kind, cpu, Integer.parseInt(words[2]), size);
            }
        }
        throw new IllegalArgumentException("a line must be 'a cpu id bytes', 'f cpu id' or 'r cpu id bytes'");
    }
}
