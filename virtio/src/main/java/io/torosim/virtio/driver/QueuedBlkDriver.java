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
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A virtio-blk driver with several requests in flight, which the device may finish in any order (virtio 1.2 section
 * 5.2.6). Each request has a tag; answers are matched to it by the id of their buffer. Requests that overlap are the
 * caller's affair, as they are with any disk. Confined to one thread.
 */
public final class QueuedBlkDriver implements AutoCloseable {
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
        if (bytes > DATA_BYTES || bytes % BlockDevice.SECTOR_BYTES != 0 || bytes == 0 && type != BlkDevice.T_FLUSH) {
            throw new IllegalArgumentException("a request has 1 to " + MOST_SECTORS + " whole sectors, bytes=" + bytes);
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
