package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;
import org.jspecify.annotations.Nullable;

/** A buffer of a script: what it holds, and what must come back. */
final class ScriptBuffer {
    private @Nullable InFlightBuffer ring;
    private final long sequence;
    private final int slot;
    private final int descriptors;
    private final boolean big;
    private long[] addresses = {};
    private long[] lengths = {};
    private int readable;
    private long capacity;
    private long written = -1; // -1: not completed
    private long announced; // what the ring says
    private long unmarked;
    private int hash;

    ScriptBuffer(long sequence, int slot, int descriptors, boolean big) {
        this.big = big;
        this.sequence = sequence;
        this.slot = slot;
        this.descriptors = descriptors;
    }

    long sequence() {
        return sequence;
    }

    boolean big() {
        return big;
    }

    int slot() {
        return slot;
    }

    int descriptors() {
        return descriptors;
    }

    /** The device half was told that so many bytes were written. */
    void completed(long bytes) {
        written = bytes;
    }

    long written() {
        return written;
    }

    /** The used ring says that so many bytes were written. */
    void announced(long bytes) {
        announced = bytes;
    }

    /** The used ring has this length where it says that nothing was written. */
    void unmarked(long bytes) {
        unmarked = bytes;
    }

    /** Whether this is what a driver finds that believes a length without WRITE. */
    boolean believed(long bytes) {
        return unmarked > 0 && bytes == Math.min(unmarked, capacity);
    }

    /** Returns what a driver may look at. */
    long usable() {
        return Math.min(announced, capacity);
    }

    /** Writes the readable bytes and canaries into the slot, and the elements into {@code chain}. */
    void prepare(GuestMemory memory, long base, long slotBytes, DriverScript.Step step, BufferChain chain, int canary) {
        readable = step.readable().size();
        int count = readable + step.writable().size();
        addresses = new long[count];
        lengths = new long[count];
        memory.fill(base, slotBytes, canary);
        chain.clear();
        int total = step.readable().stream().mapToInt(Integer::intValue).sum();
        byte[] content = new byte[total];
        for (int i = 0; i < total; i++) {
            content[i] = (byte) (sequence * 131 + i * 7 + (sequence >>> 8));
        }
        hash = EchoDevice.hash(content, total);
        long at = base + (sequence & 3); // odd addresses too
        int done = 0;
        for (int i = 0; i < count; i++) {
            int length = i < readable ? step.readable().get(i) : step.writable().get(i - readable);
            addresses[i] = at;
            lengths[i] = length;
            if (i < readable) {
                memory.copyIn(at, content, done, length);
                done += length;
                chain.addReadable(at, length);
            } else {
                capacity += length;
                chain.addWritable(at, length);
            }
            at += length + 1 + (i & 3);
        }
    }

    /** The ring has made it available. */
    void ring(InFlightBuffer inFlight) {
        ring = inFlight;
    }

    /** Returns what the ring held when it made this available, or null before. */
    @Nullable
    InFlightBuffer ring() {
        return ring;
    }

    /** Returns whether a device popped just this. */
    boolean sameAs(BufferChain chain) {
        if (chain.count() != addresses.length || chain.readableCount() != readable) {
            return false;
        }
        for (int i = 0; i < addresses.length; i++) {
            if (chain.address(i) != addresses[i] || chain.length(i) != lengths[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the ring holds just this. */
    boolean sameAs(InFlightBuffer ring) {
        if (ring.elements != addresses.length || ring.readableElements != readable) {
            return false;
        }
        for (int i = 0; i < addresses.length; i++) {
            if (ring.addresses[i] != addresses[i] || ring.lengths[i] != lengths[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the elements in a few words. */
    String shape() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < addresses.length; i++) {
            out.append(String.format(
                    java.util.Locale.ROOT, " %s 0x%x+%d", i < readable ? "read" : "write", addresses[i], lengths[i]));
        }
        return out.toString();
    }

    /** Returns whether a device popped the right buffer, if not all of it as it is. */
    boolean startsLike(BufferChain chain) {
        return chain.count() > 0 && chain.address(0) == addresses[0];
    }

    /** Returns what is wrong with the bytes that came back, or null. */
    @Nullable
    String check(GuestMemory memory, int canary) {
        long expected = EchoDevice.written(hash, capacity);
        if (written != expected) {
            return "the device made " + written + " bytes of what it read, not " + expected;
        }
        int n = 0;
        for (int i = readable; i < addresses.length; i++) {
            for (long b = 0; b < lengths[i]; b++, n++) {
                int found = memory.load8(addresses[i] + b);
                int wanted = n < expected ? EchoDevice.reply(hash, n) & 0xff : canary;
                if (found != wanted) {
                    return "byte " + n + " of the reply is " + found + ", not " + wanted;
                }
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return "buffer " + sequence;
    }
}
