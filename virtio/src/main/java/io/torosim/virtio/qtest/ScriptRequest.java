package io.torosim.virtio.qtest;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.testkit.DriverScript;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A submission of a {@link DriverScript} read as a virtio-blk request: the sizes of its elements choose what is asked
 * for, and cut header, data and status into elements. Requests in flight use sectors and memory of their own, because the
 * order of overlapping ones is open.
 */
final class ScriptRequest {
    /** Bytes of guest memory for one request. */
    static final int SLOT_BYTES = 8192;
    /** Sectors of the disk for one request. */
    static final int SLOT_SECTORS = 4;

    private static final int WRITABLE_OFFSET = 4096;
    private static final int UNKNOWN_TYPE = 0x77;
    private static final int ID_BYTES = 20;
    private static final int FILL = 0xee;

    private final long sequence;
    private final int slot;
    private final int type;
    private final long sector;
    private final int headerBytes;
    private final int outBytes;
    private final int inBytes;
    private final int descriptors;
    private final long base;

    private ScriptRequest(
            long sequence,
            int slot,
            int type,
            long sector,
            int headerBytes,
            int outBytes,
            int inBytes,
            int descriptors,
            long base) {
        this.sequence = sequence;
        this.slot = slot;
        this.type = type;
        this.sector = sector;
        this.headerBytes = headerBytes;
        this.outBytes = outBytes;
        this.inBytes = inBytes;
        this.descriptors = descriptors;
        this.base = base;
    }

    private static int mix(DriverScript.Step step) {
        int mixed = 17;
        for (int size : step.readable()) {
            mixed = mixed * 31 + size;
        }
        for (int size : step.writable()) {
            mixed = mixed * 37 + size;
        }
        return mixed >>> 3 & 0xffff;
    }

    /** Returns whether a submission stands for a request that no device can answer: its header is a byte short. */
    static boolean malformed(DriverScript.Step step) {
        return mix(step) % 61 == 5;
    }

    /** Writes a request into guest memory and its elements into {@code chain}. */
    static ScriptRequest prepare(
            DriverScript.Step step,
            long sequence,
            int slot,
            long base,
            long sectors,
            boolean indirect,
            GuestMemory memory,
            BufferChain chain) {
        int mixed = mix(step);
        int data = BlockDevice.SECTOR_BYTES * (1 + mixed % 3);
        long own = (long) slot * SLOT_SECTORS;
        int type = mixed % 2 == 0 ? BlkDevice.T_IN : BlkDevice.T_OUT;
        long sector = own;
        switch (mixed % 13) {
            case 0 -> type = BlkDevice.T_GET_ID;
            case 1 -> type = BlkDevice.T_FLUSH;
            case 2 -> type = UNKNOWN_TYPE;
            case 3 -> sector = mixed % 3 == 0 ? sectors - data / BlockDevice.SECTOR_BYTES + 1 : (1L << 55) + 1;
            case 4 -> data -= 1 + mixed % 100;
            default -> {} // a plain read or write
        }
        boolean in = type == BlkDevice.T_IN || type == UNKNOWN_TYPE;
        int inBytes = type == BlkDevice.T_GET_ID ? ID_BYTES : in ? data : 0;
        int outBytes = type == BlkDevice.T_OUT ? data : 0;
        int headerBytes = malformed(step) ? BlkDevice.HEADER_BYTES - 1 : BlkDevice.HEADER_BYTES;
        if (malformed(step)) {
            outBytes = 0;
        }
        byte[] readable = new byte[headerBytes + outBytes];
        ByteBuffer header = ByteBuffer.allocate(BlkDevice.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(type).putInt(0).putLong(type == BlkDevice.T_FLUSH ? 0 : sector);
        System.arraycopy(header.array(), 0, readable, 0, headerBytes);
        for (int i = headerBytes; i < readable.length; i++) {
            readable[i] = (byte) (sequence * 131 + i * 7 + i / 256);
        }
        memory.copyIn(base, readable, 0, readable.length);
        memory.fill(base + WRITABLE_OFFSET, inBytes + 1, FILL);
        chain.clear();
        cut(step.readable(), base, readable.length, true, chain);
        cut(step.writable(), base + WRITABLE_OFFSET, inBytes + 1, false, chain);
        return new ScriptRequest(
                sequence, slot, type, sector, headerBytes, outBytes, inBytes, indirect ? 1 : chain.count(), base);
    }

    /** Cuts a stream into elements of the sizes asked for; the last takes the rest. */
    private static void cut(List<Integer> sizes, long address, int bytes, boolean readable, BufferChain chain) {
        int at = 0;
        for (int i = 0; i + 1 < sizes.size() && at < bytes - 1; i++) {
            int length = Math.min(sizes.get(i), bytes - 1 - at);
            add(chain, address + at, length, readable);
            at += length;
        }
        add(chain, address + at, bytes - at, readable);
    }

    private static void add(BufferChain chain, long address, int length, boolean readable) {
        if (readable) {
            chain.addReadable(address, length);
        } else {
            chain.addWritable(address, length);
        }
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

    /** Reads what the device left in guest memory. */
    BufferOutcome outcome(GuestMemory memory, long reportedLength, boolean writeFlag) {
        byte[] written = new byte[inBytes + 1];
        memory.copyOut(base + WRITABLE_OFFSET, written, 0, written.length);
        byte[] data = Arrays.copyOf(written, inBytes);
        String what =
                "type " + type + " sector " + sector + " header " + headerBytes + " out " + outBytes + " in " + inBytes;
        return new BufferOutcome(
                what,
                type,
                written.length,
                reportedLength,
                written[inBytes] & 0xff,
                writeFlag == reportedLength > 0,
                data);
    }
}
