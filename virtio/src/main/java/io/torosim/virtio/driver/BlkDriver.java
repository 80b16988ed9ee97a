package io.torosim.virtio.driver;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A virtio-blk driver that is itself a {@link BlockDevice}: whatever reads disks reads this one. One request at a time,
 * through a bounce buffer; header, data and status have elements of their own, which even the oldest devices accept.
 *
 * <p>A request that is not answered in time fails, and its bounce buffer stays the device's: the answer may still come.
 * The next request uses another one. When {@value #MOST_SLOTS} are out, requests fail until one comes back.
 */
public final class BlkDriver implements BlockDevice {
    /** What this driver accepts where offered. */
    public static final long FEATURES =
            BlkDevice.F_RO | BlkDevice.F_BLK_SIZE | BlkDevice.F_FLUSH | BlkDevice.F_CONFIG_WCE;

    private static final int BOUNCE_SECTORS = 128;
    private static final int MOST_WAITS = 100_000;
    private static final int MOST_SLOTS = 4;
    private static final int ID_BYTES = 20;
    private static final int LONGEST_REQUEST = 3; // elements: header, data, status

    // a slot: header, status, indirect table, and the data at the next sector
    private static final int STATUS = BlkDevice.HEADER_BYTES;
    private static final int TABLE = 32;
    private static final int DATA = SECTOR_BYTES;
    private static final int DATA_BYTES = BOUNCE_SECTORS * SECTOR_BYTES;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DeviceWait wait;
    private final long features;
    private final DriverQueue queue;
    private final DmaPool slots;
    private final boolean readOnly;
    private final long sectors;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private long slot; // the driver's own at the moment, or NONE

    /**
     * Brings up a disk.
     *
     * @param transport the device
     * @param memory guest memory as the driver sees it
     * @param dma where rings and buffers go
     * @param ringFeatures ring features to accept where offered
     * @param wait lets time pass while a request is under way
     * @throws HandshakeException if the device does not agree
     */
    public BlkDriver(
            VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, DeviceWait wait) {
        this.transport = transport;
        this.memory = memory;
        this.wait = wait;
        this.handshake =
                VirtioHandshake.begin(transport, 2, FEATURES | ringFeatures & VirtioFeatures.ALL_QUEUE_FEATURES);
        this.features = handshake.features();
        this.queue = handshake.queue(0, 64, LONGEST_REQUEST, memory, dma);
        this.slots = new DmaPool(dma, DATA + DATA_BYTES, SECTOR_BYTES, MOST_SLOTS, queue.freeDescriptors());
        this.slot = slots.take();
        this.readOnly = VirtioFeatures.has(features, BlkDevice.F_RO);
        this.sectors = transport.configRead64(0);
        handshake.ready();
    }

    /** Returns the features agreed on. */
    public long features() {
        return features;
    }

    /**
     * Returns whether the disk has a writeback cache: what was written is safe only after a flush (section 5.2.5).
     *
     * @return what the device says, or if it cannot say, whether there is a FLUSH
     */
    public boolean writeback() {
        return VirtioFeatures.has(features, BlkDevice.F_CONFIG_WCE)
                ? transport.configRead(BlkDevice.WRITEBACK, 1) != 0
                : VirtioFeatures.has(features, BlkDevice.F_FLUSH);
    }

    /**
     * Switches the cache of the disk. What was written before is not made safe by this: flush.
     *
     * @param on writeback, else writethrough
     * @throws IllegalStateException if CONFIG_WCE was not agreed on
     */
    public void writeback(boolean on) {
        if (!VirtioFeatures.has(features, BlkDevice.F_CONFIG_WCE)) {
            throw new IllegalStateException("CONFIG_WCE was not negotiated");
        }
        transport.configWrite(BlkDevice.WRITEBACK, 1, on ? 1 : 0);
    }

    @Override
    public long sectorCount() {
        return sectors;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        checkRange(sector, target.remaining());
        for (long at = sector; target.hasRemaining(); ) {
            int bytes = Math.min(target.remaining(), DATA_BYTES);
            expectOk(request(BlkDevice.T_IN, at, null, bytes), "read", at);
            byte[] part = new byte[bytes];
            memory.copyOut(slot + DATA, part, 0, bytes);
            target.put(part);
            at += bytes / SECTOR_BYTES;
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        checkRange(sector, source.remaining());
        if (readOnly) {
            throw new IOException("the disk is read-only");
        }
        for (long at = sector; source.hasRemaining(); ) {
            byte[] part = new byte[Math.min(source.remaining(), DATA_BYTES)];
            source.get(part);
            expectOk(request(BlkDevice.T_OUT, at, part, 0), "write", at);
            at += part.length / SECTOR_BYTES;
        }
    }

    @Override
    public void flush() throws IOException {
        if (VirtioFeatures.has(features, BlkDevice.F_FLUSH)) {
            expectOk(request(BlkDevice.T_FLUSH, 0, null, 0), "flush", 0);
        }
    }

    /** Returns the name of the disk. */
    public String id() throws IOException {
        expectOk(request(BlkDevice.T_GET_ID, 0, null, ID_BYTES), "get id", 0);
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_BYTES && memory.load8(slot + DATA + i) != 0; i++) {
            id.append((char) memory.load8(slot + DATA + i));
        }
        return id.toString();
    }

    private void checkRange(long sector, int bytes) {
        if (bytes % SECTOR_BYTES != 0 || sector < 0 || sector > sectors - bytes / SECTOR_BYTES) {
            throw new IllegalArgumentException(
                    "range must be whole sectors on the disk, sector=" + sector + " bytes=" + bytes);
        }
    }

    private static void expectOk(int status, String what, long sector) throws IOException {
        if (status != BlkDevice.S_OK) {
            throw new IOException(what + " at sector " + sector + ": status " + status);
        }
    }

    /**
     * Sends one request and waits for its end.
     *
     * @param type request type
     * @param sector first sector
     * @param out data for the device, at most 65536 bytes, or null
     * @param inBytes bytes that the device writes, in {@code [0, 65536]}
     * @return the status byte; the data read stand in the slot
     * @throws IOException if the device does not answer, or answers nonsense
     */
    private int request(int type, long sector, byte @Nullable [] out, int inBytes) throws IOException {
        prepare(type, sector, out, inBytes);
        int id = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC)
                ? queue.addIndirect(chain, slot + TABLE)
                : queue.add(chain);
        if (id < 0) {
            throw queue.error() != null ? broken() : unanswered("no room in the queue");
        }
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(0, queue);
        }
        for (int i = 0; i < MOST_WAITS; i++) {
            while (queue.poll(used)) {
                if (used.id() == id) {
                    transport.interruptStatus();
                    return status(inBytes);
                }
                slots.give(slots.back(used.id())); // the late answer to a request that has failed
            }
            if (queue.error() != null) {
                throw broken();
            }
            wait.await();
        }
        slots.lend(id, slot);
        slot = DmaPool.NONE;
        throw unanswered("no answer");
    }

    /** Writes a request into a slot that is the driver's. */
    private void prepare(int type, long sector, byte @Nullable [] out, int inBytes) throws IOException {
        if (slot == DmaPool.NONE) {
            while (queue.poll(used)) {
                slots.give(slots.back(used.id()));
            }
            slot = slots.take();
        }
        if (slot == DmaPool.NONE) {
            throw queue.error() != null ? broken() : unanswered("no buffer is free");
        }
        memory.store32(slot, type);
        memory.store32(slot + 4, 0);
        memory.store64(slot + 8, sector);
        memory.store8(slot + STATUS, 0xff);
        chain.clear();
        chain.addReadable(slot, BlkDevice.HEADER_BYTES);
        if (out != null) {
            memory.copyIn(slot + DATA, out, 0, out.length);
            chain.addReadable(slot + DATA, out.length);
        } else if (inBytes > 0) {
            chain.addWritable(slot + DATA, inBytes);
        }
        chain.addWritable(slot + STATUS, 1);
    }

    /**
     * Returns the status byte of the answer just polled. What lies beyond the length that a modern device reports may be
     * anything (section 2.7.8.3), so OK with too little of it is no answer; a legacy device's length says nothing.
     */
    private int status(int inBytes) throws IOException {
        int status = memory.load8(slot + STATUS);
        if (status == BlkDevice.S_OK && !transport.legacy() && used.lengthBytes() <= inBytes) {
            throw new IOException("status 0, but only " + used.lengthBytes() + " of " + (inBytes + 1)
                    + " bytes are said to be written (2.7.8.3)");
        }
        return status;
    }

    private IOException broken() {
        return new IOException("the queue is broken: " + queue.error());
    }

    private IOException unanswered(String what) {
        return new IOException(what + "; device status " + transport.status());
    }

    @Override
    public void close() {
        VirtioHandshake.reset(transport);
    }
}
