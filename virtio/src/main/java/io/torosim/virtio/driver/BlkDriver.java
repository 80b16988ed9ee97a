package io.torosim.virtio.driver;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.BlkDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.driver.VirtioHandshake.HandshakeException;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
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
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(dma, "dma");
        Objects.requireNonNull(wait, "wait");
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

    /**
     * A virtio-blk driver with several requests in flight, which the device may finish in any order (virtio 1.2 section
     * 5.2.6). Each request has a tag; answers are matched to it by the id of their buffer. Requests that overlap are the
     * caller's affair, as they are with any disk. Confined to one thread.
     */
    public static final class QueuedBlkDriver implements AutoCloseable {
        /** Most sectors of one request. */
        public static final int MOST_SECTORS = 8;

        private static final int DATA_BYTES = MOST_SECTORS * BlockDevice.SECTOR_BYTES;

        /**
         * An answer.
         *
         * @param tag of the request
         * @param status status byte: {@link BlkDevice#S_OK} or another
         * @param data what was read; empty for other requests and for a read that failed
         */
        public record Completion(int tag, int status, byte[] data) {}

        private final VirtioTransport transport;
        private final VirtioHandshake handshake;
        private final GuestMemory memory;
        private final DriverQueue queue;
        private final boolean indirect;
        private final long sectors;
        private final long[] headerOf;
        private final long[] dataOf;
        private final int[] tagOf; // 0: free
        private final int[] readBytesOf;
        private final int[] slotOfId = new int[1 << 16];
        private final BufferChain chain = new BufferChain();
        private final UsedBuffer used = new UsedBuffer();
        private int lastTag;
        private int inFlight;

        /**
         * Brings up a disk.
         *
         * @param transport the device
         * @param memory guest memory as the driver sees it
         * @param dma where rings and buffers go
         * @param ringFeatures ring features to accept where offered
         * @param depth most requests in flight, at least 1; fewer if the queue has less room
         * @throws HandshakeException if the device does not agree
         */
        public QueuedBlkDriver(
                VirtioTransport transport, GuestMemory memory, DmaAllocator dma, long ringFeatures, int depth) {
            Objects.requireNonNull(transport, "transport");
            Objects.requireNonNull(memory, "memory");
            Objects.requireNonNull(dma, "dma");
            this.transport = transport;
            this.memory = memory;
            this.handshake = VirtioHandshake.begin(
                    transport, 2, BlkDriver.FEATURES | ringFeatures & VirtioFeatures.ALL_QUEUE_FEATURES);
            this.indirect = VirtioFeatures.has(handshake.features(), VirtioFeatures.INDIRECT_DESC);
            this.queue = handshake.queue(0, 64, 3, memory, dma);
            this.headerOf = new long[depth];
            this.dataOf = new long[depth];
            this.tagOf = new int[depth];
            this.readBytesOf = new int[depth];
            for (int slot = 0; slot < depth; slot++) {
                headerOf[slot] = dma.allocate(BlkDevice.HEADER_BYTES + 3 * 16 + 16, 16); // header, table, status
                dataOf[slot] = dma.allocate(DATA_BYTES, 16);
            }
            this.sectors = transport.configRead64(0);
            handshake.ready();
        }

        /** Returns the number of sectors. */
        public long sectorCount() {
            return sectors;
        }

        /** Returns the features agreed on. */
        public long features() {
            return handshake.features();
        }

        /** Returns how many requests are in flight. */
        public int inFlight() {
            return inFlight;
        }

        /**
         * Begins to read.
         *
         * @param sector first sector
         * @param sectorCount how many, in {@code [1, MOST_SECTORS]}
         * @return the tag of the request, or 0 if there is no room now
         */
        public int read(long sector, int sectorCount) {
            return submit(BlkDevice.T_IN, sector, null, sectorCount * BlockDevice.SECTOR_BYTES);
        }

        /**
         * Begins to write.
         *
         * @param sector first sector
         * @param data whole sectors, at most MOST_SECTORS
         * @return the tag of the request, or 0 if there is no room now
         */
        public int write(long sector, byte[] data) {
            return submit(BlkDevice.T_OUT, sector, data, 0);
        }

        /** Begins to flush: what was written before is safe when it is answered. Returns as {@link #write}. */
        public int flush() {
            return submit(BlkDevice.T_FLUSH, 0, null, 0);
        }

        private int submit(int type, long sector, byte @Nullable [] out, int readBytes) {
            int bytes = out == null ? readBytes : out.length;
            if (bytes > DATA_BYTES
                    || bytes % BlockDevice.SECTOR_BYTES != 0
                    || bytes == 0 && type != BlkDevice.T_FLUSH) {
                throw new IllegalArgumentException(
                        "a request has 1 to " + MOST_SECTORS + " whole sectors, bytes=" + bytes);
            }
            int slot = 0;
            while (slot < tagOf.length && tagOf[slot] != 0) {
                slot++;
            }
            if (slot == tagOf.length) {
                return 0;
            }
            long header = headerOf[slot];
            memory.store32(header, type);
            memory.store32(header + 4, 0);
            memory.store64(header + 8, sector);
            memory.store8(statusAt(slot), 0xff);
            chain.clear();
            chain.addReadable(header, BlkDevice.HEADER_BYTES);
            if (out != null) {
                memory.copyIn(dataOf[slot], out, 0, bytes);
                chain.addReadable(dataOf[slot], bytes);
            } else if (bytes > 0) {
                chain.addWritable(dataOf[slot], bytes);
            }
            chain.addWritable(statusAt(slot), 1);
            int id = indirect ? queue.addIndirect(chain, header + BlkDevice.HEADER_BYTES) : queue.add(chain);
            if (id < 0) {
                return 0;
            }
            lastTag = lastTag == Integer.MAX_VALUE ? 1 : lastTag + 1;
            slotOfId[id] = slot;
            tagOf[slot] = lastTag;
            readBytesOf[slot] = readBytes;
            inFlight++;
            queue.publish();
            if (queue.notificationNeeded()) {
                handshake.notifyQueue(0, queue);
            }
            return lastTag;
        }

        private long statusAt(int slot) {
            return headerOf[slot] + BlkDevice.HEADER_BYTES + 3 * 16;
        }

        /**
         * Returns the next answer, or null.
         *
         * @throws IOException if the queue is broken
         */
        public @Nullable Completion poll() throws IOException {
            if (!queue.poll(used)) {
                if (queue.error() != null) {
                    throw new IOException("the queue is broken: " + queue.error());
                }
                return null;
            }
            int slot = slotOfId[used.id()];
            int status = memory.load8(statusAt(slot)) & 0xff;
            if (status == BlkDevice.S_OK && !transport.legacy() && used.lengthBytes() <= readBytesOf[slot]) {
                status = BlkDevice.S_IOERR; // what lies beyond the length may be anything (section 2.7.8.3)
            }
            byte[] data = new byte[status == BlkDevice.S_OK ? readBytesOf[slot] : 0];
            memory.copyOut(dataOf[slot], data, 0, data.length);
            Completion completion = new Completion(tagOf[slot], status, data);
            tagOf[slot] = 0;
            inFlight--;
            return completion;
        }

        @Override
        public void close() {
            VirtioHandshake.reset(transport);
        }
    }
}
