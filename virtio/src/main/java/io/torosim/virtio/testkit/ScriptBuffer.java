package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;

/** A buffer of a script: what it holds, and what must come back. */
final class ScriptBuffer {
    private final long sequence;
    private final int slot;
    private final int descriptors;
    private long[] addresses;
    private long[] lengths;
    private int readable;
    private long capacity;
    private int hash;

    ScriptBuffer(long sequence, int slot, int descriptors) {
        this.sequence = sequence;
        this.slot = slot;
        this.descriptors = descriptors;
    }

    long sequence() {
        return sequence;
    }

    int slot() {
        return slot;
    }

    int descriptors() {
        return descriptors;
    }

    /** Writes the readable bytes and canaries into the slot, and the elements into {@code chain}. */
    void prepare(GuestMemory memory, long base, DriverScript.Step step, BufferChain chain, int canary) {
        readable = step.readable().size();
        int count = readable + step.writable().size();
        addresses = new long[count];
        lengths = new long[count];
        memory.fill(base, QueueHarness.SLOT_BYTES, canary);
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

    /** Returns whether a device popped the right buffer, if not all of it as it is. */
    boolean startsLike(BufferChain chain) {
        return chain.count() > 0 && chain.address(0) == addresses[0];
    }

    /** Returns what is wrong with the bytes that came back, or null. */
    String check(GuestMemory memory, long length, int canary) {
        int expected = EchoDevice.written(hash, capacity);
        if (length != expected) {
            return "length is " + length + ", the device wrote " + expected;
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
