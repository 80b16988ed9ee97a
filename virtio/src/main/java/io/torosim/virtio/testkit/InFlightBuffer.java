package io.torosim.virtio.testkit;

import io.torosim.virtio.queue.BufferChain;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A buffer that the driver has exposed and the device has not returned: what the checker knows of it. */
final class InFlightBuffer {
    final int id; // head, or packed buffer id
    final long exposure; // how many were exposed before it
    int[] descriptors = new int[4]; // indices, or slots
    int descriptorCount;
    long[] addresses = new long[4];
    long[] lengths = new long[4];
    int elements;
    int readableElements;
    long total;
    long writableBytes;
    long tableAddr;
    long tableBytes; // as far as entries were followed
    long unmarkedLength; // of a packed ring: the length in a used descriptor without WRITE, which says nothing
    int usedSlot = -1; // where it was returned, if by an entry of its own
    boolean lengthCounts = true; // what that entry says of the length

    @Nullable
    Object tag; // a harness's own

    long operation; // of the driver, in which it was exposed
    private final BitSet written = new BitSet(); // over the writable part
    private @Nullable BitSet fetched; // bytes of the table that the device has loaded

    InFlightBuffer(int id, long exposure) {
        this.id = id;
        this.exposure = exposure;
    }

    void addDescriptor(int index) {
        if (descriptorCount == descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, 2 * descriptorCount);
        }
        descriptors[descriptorCount++] = index;
    }

    void addElement(long address, long length, boolean writable) {
        if (elements == addresses.length) {
            addresses = Arrays.copyOf(addresses, 2 * elements);
            lengths = Arrays.copyOf(lengths, 2 * elements);
        }
        addresses[elements] = address;
        lengths[elements++] = length;
        total += length;
        if (writable) {
            writableBytes += length;
        } else {
            readableElements = elements;
        }
    }

    /** Returns the elements in a few words. */
    String shape() {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < elements; i++) {
            out.append(shape(i < readableElements, addresses[i], lengths[i]));
        }
        return out.toString();
    }

    /** Returns the elements of a chain in the same words. */
    static String shape(BufferChain chain) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < chain.count(); i++) {
            out.append(shape(i < chain.readableCount(), chain.address(i), chain.length(i)));
        }
        return out.toString();
    }

    private static String shape(boolean readable, long address, long length) {
        return String.format(java.util.Locale.ROOT, " %s 0x%x+%d", readable ? "read" : "write", address, length);
    }

    /** Whether a device popped just this. */
    boolean sameAs(BufferChain chain) {
        return shape().equals(shape(chain));
    }

    boolean overlapsReadable(long address, long length) {
        for (int i = 0; i < readableElements; i++) {
            if (overlap(address, length, addresses[i], lengths[i])) {
                return true;
            }
        }
        return false;
    }

    boolean overlapsElement(long address, long length) {
        for (int i = 0; i < elements; i++) {
            if (overlap(address, length, addresses[i], lengths[i])) {
                return true;
            }
        }
        return false;
    }

    boolean overlapsTable(long address, long length) {
        return tableBytes > 0 && overlap(address, length, tableAddr, tableBytes);
    }

    /** Notes stored bytes; returns how many of them lie in the writable part. */
    long noteStore(long address, long length) {
        long inside = 0;
        long offset = 0;
        for (int i = readableElements; i < elements; i++) {
            long from = Math.max(address, addresses[i]);
            long to = Math.min(address + length, addresses[i] + lengths[i]);
            if (from < to) {
                inside += to - from;
                long at = offset + from - addresses[i];
                written.set((int) at, (int) (at + to - from));
            }
            offset += lengths[i];
        }
        return inside;
    }

    boolean anythingWritten() {
        return !written.isEmpty();
    }

    /** Returns how many bytes from the first of the writable part were written without a gap. */
    long writtenPrefix() {
        return written.nextClearBit(0);
    }

    /** Notes that the device loaded table bytes; returns false if it had loaded one of them before. */
    boolean noteTableFetch(long address, long length) {
        if (fetched == null) {
            fetched = new BitSet();
        }
        int from = (int) Math.max(0, address - tableAddr);
        int to = (int) Math.min(tableBytes, address + length - tableAddr);
        int seen = fetched.nextSetBit(from);
        fetched.set(from, to);
        return seen < 0 || seen >= to;
    }

    static boolean overlap(long a, long aLength, long b, long bLength) {
        return a < b + bLength && b < a + aLength;
    }
}
