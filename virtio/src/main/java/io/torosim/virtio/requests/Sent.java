package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.queue.BufferChain;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A buffer that the guest gave to the device, between guard bytes. */
final class Sent {
    static final int GUARD = 8;
    private static final byte GUARD_BYTE = (byte) 0xa5;

    final int queueIndex;
    final BufferChain chain;
    final byte[] readable;
    final long begin; // of the memory that it takes
    final long end;
    long length = -1; // as reported; -1: the device has it still
    private byte @Nullable [] returned; // what was writable, when it came back

    Sent(int queueIndex, BufferChain chain, byte[] readable, long begin, long end) {
        this.queueIndex = queueIndex;
        this.chain = chain;
        this.readable = readable;
        this.begin = begin;
        this.end = end;
    }

    void back(GuestMemory memory, long reported) {
        length = reported;
        if (reported > chain.writableBytes()) {
            throw new Wrong(
                    "U4: used length " + reported + " of a buffer with " + chain.writableBytes() + " writable bytes");
        }
        returned = writable(memory);
    }

    boolean isBack() {
        return length >= 0;
    }

    /** What is in the writable part. */
    byte[] writable(GuestMemory memory) {
        byte[] bytes = new byte[(int) chain.writableBytes()];
        int at = 0;
        for (int i = chain.readableCount(); i < chain.count(); i++) {
            memory.copyOut(chain.address(i), bytes, at, (int) chain.length(i));
            at += (int) chain.length(i);
        }
        return bytes;
    }

    /** The first bytes of what was returned, as many as the device says it wrote. */
    byte[] written() {
        return java.util.Arrays.copyOf(returned(), (int) length);
    }

    byte[] returned() {
        return Objects.requireNonNull(returned, "of a buffer that is back");
    }

    /** Nothing but the writable part may have changed, and that only while the device has the buffer. */
    void check(GuestMemory memory) {
        int at = 0;
        byte[] guard = new byte[GUARD];
        for (int i = 0; i < chain.count(); i++) {
            for (long side : new long[] {chain.address(i) - GUARD, chain.address(i) + chain.length(i)}) {
                memory.copyOut(side, guard, 0, GUARD);
                for (byte b : guard) {
                    if (b != GUARD_BYTE) {
                        throw new Wrong("S15: a byte beside an element of queue " + queueIndex + " has changed");
                    }
                }
            }
            if (i < chain.readableCount()) {
                byte[] now = new byte[(int) chain.length(i)];
                memory.copyOut(chain.address(i), now, 0, now.length);
                if (!java.util.Arrays.equals(now, 0, now.length, readable, at, at + now.length)) {
                    throw new Wrong("S14: a readable element of queue " + queueIndex + " has changed");
                }
                at += now.length;
            }
        }
        if (isBack() && !java.util.Arrays.equals(writable(memory), returned)) {
            throw new Wrong("S15: a buffer of queue " + queueIndex + " changes after it was used");
        }
    }
}
