package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;

/**
 * The device of the scripts: what it writes is a function of what it reads, and not of how the buffer is cut. It reads
 * the readable bytes as one run, takes their hash, and writes that many bytes, drawn from the hash, as follow from it.
 */
final class EchoDevice {
    private byte[] bytes = new byte[256];

    /** Serves one buffer; returns how many bytes it wrote. */
    long serve(GuestMemory memory, BufferChain chain) {
        int length = (int) chain.readableBytes();
        room(length);
        chain.read(memory, 0, bytes, 0, length);
        int hash = hash(bytes, length);
        int written = written(hash, chain.writableBytes());
        room(written);
        for (int i = 0; i < written; i++) {
            bytes[i] = reply(hash, i);
        }
        chain.write(memory, 0, bytes, 0, written);
        return written;
    }

    private void room(int length) {
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
    }

    /** Returns a hash of bytes (FNV-1a). */
    static int hash(byte[] bytes, int length) {
        int hash = 0x811c9dc5;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ bytes[i] & 0xff) * 0x01000193;
        }
        return hash;
    }

    /** Returns how many bytes the device writes: all there is room for in half of the cases, else fewer. */
    static int written(int hash, long capacity) {
        int mixed = (hash ^ hash >>> 15) * 0x2c1b3c6d >>> 1;
        return (int) ((mixed & 1) == 0 ? capacity : (mixed >>> 1) % (capacity + 1));
    }

    /** Returns byte {@code i} of the reply. */
    static byte reply(int hash, int i) {
        return (byte) (hash + i * 31 + (hash >>> 16));
    }
}
