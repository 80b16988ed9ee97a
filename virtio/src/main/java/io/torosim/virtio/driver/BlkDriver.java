package io.torosim.virtio.driver;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A virtio-blk driver that is itself a {@link BlockDevice}: whatever reads disks reads this one. One request at a time,
 * through a bounce buffer; header, data and status have elements of their own, which even the oldest devices accept.
 */
public final class BlkDriver implements BlockDevice {
    /** What this driver accepts where offered. */
    public static final long FEATURES =
            BlkDevice.F_RO | BlkDevice.F_BLK_SIZE | BlkDevice.F_FLUSH | BlkDevice.F_CONFIG_WCE;

    private static final int BOUNCE_SECTORS = 128;
    private static final int MOST_WAITS = 100_000;

    private final VirtioTransport transport;
    private final VirtioHandshake handshake;
    private final GuestMemory memory;
    private final DeviceWait wait;
    private final long features;
    private final DriverQueue queue;
    private final long header;
    private final long data;
    private final long status;
    private final long table;
    private final boolean readOnly;
    private final long sectors;
    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();

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
        this.handshake = VirtioHandshake.begin(transport, 2, FEATURES | ringFeatures);
        this.features = handshake.features();
        this.queue = handshake.queue(0, 64, memory, dma);
        this.header = dma.allocate(BlkDevice.HEADER_BYTES, 16);
        this.data = dma.allocate(BOUNCE_SECTORS * SECTOR_BYTES, 512);
        this.status = dma.allocate(1, 1);
        this.table = dma.allocate(3 * 16, 16);
        this.readOnly = VirtioFeatures.has(features, BlkDevice.F_RO);
        this.sectors = DeviceConfig.read64(transport, 0);
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
            int bytes = Math.min(target.remaining(), BOUNCE_SECTORS * SECTOR_BYTES);
            expectOk(request(BlkDevice.T_IN, at, bytes, true), "read", at);
            byte[] part = new byte[bytes];
            memory.copyOut(data, part, 0, bytes);
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
            byte[] part = new byte[Math.min(source.remaining(), BOUNCE_SECTORS * SECTOR_BYTES)];
            source.get(part);
            memory.copyIn(data, part, 0, part.length);
            expectOk(request(BlkDevice.T_OUT, at, part.length, false), "write", at);
            at += part.length / SECTOR_BYTES;
        }
    }

    @Override
    public void flush() throws IOException {
        if (VirtioFeatures.has(features, BlkDevice.F_FLUSH)) {
            expectOk(request(BlkDevice.T_FLUSH, 0, 0, false), "flush", 0);
        }
    }

    /** Returns the name of the disk. */
    public String id() throws IOException {
        expectOk(request(BlkDevice.T_GET_ID, 0, 20, true), "get id", 0);
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 20 && memory.load8(data + i) != 0; i++) {
            id.append((char) memory.load8(data + i));
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
     * @param bytes bytes of data, in {@code [0, 65536]}
     * @param toGuest whether the device writes the data
     * @return the status byte
     * @throws IOException if the device does not answer, or answers nonsense
     */
    int request(int type, long sector, int bytes, boolean toGuest) throws IOException {
        memory.store32(header, type);
        memory.store32(header + 4, 0);
        memory.store64(header + 8, sector);
        memory.store8(status, 0xff);
        chain.clear();
        chain.addReadable(header, BlkDevice.HEADER_BYTES);
        if (bytes > 0 && toGuest) {
            chain.addWritable(data, bytes);
        } else if (bytes > 0) {
            chain.addReadable(data, bytes);
        }
        chain.addWritable(status, 1);
        int id = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC)
                ? queue.addIndirect(chain, table)
                : queue.add(chain);
        if (id < 0) {
            throw new IOException("the queue is broken: " + queue.error());
        }
        queue.publish();
        if (queue.notificationNeeded()) {
            handshake.notifyQueue(0, queue);
        }
        for (int i = 0; i < MOST_WAITS; i++) {
            if (queue.poll(used)) {
                transport.interruptStatus();
                return memory.load8(status);
            }
            if (queue.error() != null) {
                throw new IOException("the queue is broken: " + queue.error());
            }
            wait.await();
        }
        throw new IOException("no answer; device status " + transport.status());
    }

    @Override
    public void close() {
        VirtioHandshake.reset(transport);
    }
}
