package io.torosim.virtio.queue;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.layout.SplitRing;
import java.util.Arrays;

/**
 * A buffer as the specification has it: elements of guest memory, first those that the device reads, then those that it
 * writes. Reusable: a driver fills one and adds it, a device pops into one. Once it has grown to the longest buffer that
 * passes through it allocates nothing.
 *
 * <p>The copies treat the elements as one run of bytes, so results do not depend on how a buffer is cut (section
 * 2.7.4.1).
 *
 * <p>{@link DriverQueue} and {@link DeviceQueue} carry it; elements lie in {@link GuestMemory}.
 */
public final class BufferChain {
    /** In the second word of an element: its size. */
    static final long LENGTH = 0xffff_ffffL;
    /** In the second word of an element: another one follows. */
    static final long NEXT = (long) SplitRing.DESC_F_NEXT << 32;
    /** In the second word of an element: the device writes it. */
    static final long WRITE = (long) SplitRing.DESC_F_WRITE << 32;

    // Two words an element, as in a descriptor: its address; its size, NEXT and WRITE. So a driver half copies a word
    // as
    // it is, and knows from it where the buffer ends.
    long[] words = new long[8];
    int count;
    int readableCount;
    long readableBytes;
    long writableBytes;
    int token;
    int slots;

    /** Creates an empty chain. */
    public BufferChain() {}

    /** Removes all elements. */
    public void clear() {
        count = 0;
        readableCount = 0;
        readableBytes = 0;
        writableBytes = 0;
        token = -1;
        slots = 0;
    }

    /**
     * Appends an element that the device reads.
     *
     * @param address guest-physical address
     * @param lengthBytes its size, in {@code [0, 2^32)}
     * @throws IllegalStateException if there is a writable element already (section 2.7.4.2)
     */
    public void addReadable(long address, long lengthBytes) {
        if (readableCount != count) {
            throw new IllegalStateException("readable elements come before writable ones");
        }
        append(address, lengthBytes, false);
        readableCount = count;
        readableBytes += lengthBytes;
    }

    /**
     * Appends an element that the device writes.
     *
     * @param address guest-physical address
     * @param lengthBytes its size, in {@code [0, 2^32)}
     */
    public void addWritable(long address, long lengthBytes) {
        append(address, lengthBytes, true);
        writableBytes += lengthBytes;
    }

    private void append(long address, long lengthBytes, boolean writable) {
        if (lengthBytes < 0 || lengthBytes > LENGTH) {
            throw new IllegalArgumentException("lengthBytes must be in [0, 2^32), lengthBytes=" + lengthBytes);
        }
        store(address, lengthBytes, writable);
    }

    /** Appends without a check: the device halves make their own. */
    void put(long address, long lengthBytes, boolean writable) {
        store(address, lengthBytes, writable);
        if (writable) {
            writableBytes += lengthBytes;
        } else {
            readableCount = count;
            readableBytes += lengthBytes;
        }
    }

    private void store(long address, long lengthBytes, boolean writable) {
        int at = 2 * count++;
        if (at == words.length) {
            grow();
        }
        if (at > 0) {
            words[at - 1] |= NEXT;
        }
        words[at] = address;
        words[at + 1] = writable ? lengthBytes | WRITE : lengthBytes;
    }

    /** Makes room for more elements; returns the new {@link #words}. */
    long[] grow() {
        words = Arrays.copyOf(words, 2 * words.length);
        return words;
    }

    /** Sets everything but the words, the token and the slots. */
    void set(int elements, int writableElements, long bytes, long bytesWritable) {
        count = elements;
        readableCount = elements - writableElements;
        readableBytes = bytes - bytesWritable;
        writableBytes = bytesWritable;
    }

    /** Returns the number of elements. */
    public int count() {
        return count;
    }

    /** Returns how many of them, from the first, the device reads. */
    public int readableCount() {
        return readableCount;
    }

    /** Returns the address of an element. */
    public long address(int element) {
        return words[2 * element];
    }

    /** Returns the size of an element in bytes. */
    public long length(int element) {
        return words[2 * element + 1] & LENGTH;
    }

    /** Returns the sum of the readable elements in bytes. */
    public long readableBytes() {
        return readableBytes;
    }

    /** Returns the sum of the writable elements in bytes. */
    public long writableBytes() {
        return writableBytes;
    }

    /** Returns what the device half calls this buffer while it is in flight, or -1 before it was popped. */
    public int token() {
        return token;
    }

    /** Sets the token; for device halves. */
    public void token(int value) {
        token = value;
    }

    /**
     * Copies bytes out of the readable part.
     *
     * @param memory guest memory as the device sees it
     * @param from first byte, counted over all readable elements
     * @param target receives the bytes from {@code offset}
     * @param offset where in {@code target}
     * @param length how many at most
     * @return how many were there
     */
    public int read(GuestMemory memory, long from, byte[] target, int offset, int length) {
        return (int) transfer(memory, 0, readableCount, from, target, offset, length, false);
    }

    /**
     * Copies bytes into the writable part.
     *
     * @param memory guest memory as the device sees it
     * @param from first byte, counted over all writable elements
     * @param source the bytes, from {@code offset}
     * @param offset where in {@code source}
     * @param length how many at most
     * @return how many had room
     */
    public int write(GuestMemory memory, long from, byte[] source, int offset, int length) {
        return (int) transfer(memory, readableCount, count, from, source, offset, length, true);
    }

    private long transfer(
            GuestMemory memory, int first, int end, long from, byte[] bytes, int offset, int length, boolean store) {
        long skip = from;
        int done = 0;
        for (int i = first; i < end && done < length; i++) {
            long elementBytes = length(i);
            if (skip >= elementBytes) {
                skip -= elementBytes;
                continue;
            }
            int part = (int) Math.min(elementBytes - skip, length - done);
            move(memory, address(i) + skip, bytes, offset + done, part, store);
            done += part;
            skip = 0;
        }
        return done;
    }

    /** Moves bytes; what lies outside memory (only deviant devices let it through) is lost, or reads as 0. */
    private static void move(GuestMemory memory, long address, byte[] bytes, int offset, int length, boolean store) {
        boolean inside = address >= 0 && address <= memory.sizeBytes() - length;
        if (inside && store) {
            memory.copyIn(address, bytes, offset, length);
        } else if (inside) {
            memory.copyOut(address, bytes, offset, length);
        } else if (!store) {
            Arrays.fill(bytes, offset, offset + length, (byte) 0);
        }
    }
}
