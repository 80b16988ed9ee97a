package io.torosim.virtio.device;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.profile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * virtio-blk over a {@link BlockDevice} (virtio 1.2 section 5.2): read, write, flush, get id, discard, write zeroes.
 *
 * <p>Requests are served when the driver notifies; what they cost in time is not known here. A device made by {@link
 * #deferred} takes them then and finishes them later, in an order that the caller chooses. A request whose answer has no
 * room (no header, no status byte) breaks the device, as in QEMU; every other one gets a status byte.
 *
 * <p>The disk behind it has a writeback cache, unless CONFIG_WCE was negotiated and the driver wrote 0 to {@code
 * writeback}, or a driver that was offered FLUSH negotiated neither: then each write is flushed before it is completed
 * (section 5.2.6.2).
 */
public final class BlkDevice implements DeviceModel {
    /** Feature: the disk is read-only (bit 5). */
    public static final long F_RO = 1L << 5;
    /** Feature: {@code blk_size} is valid (bit 6). */
    public static final long F_BLK_SIZE = 1L << 6;
    /** Feature: FLUSH (bit 9). */
    public static final long F_FLUSH = 1L << 9;
    /** Feature: {@code writeback} can be read and written (bit 11). */
    public static final long F_CONFIG_WCE = 1L << 11;
    /** Feature: DISCARD (bit 13). */
    public static final long F_DISCARD = 1L << 13;
    /** Feature: WRITE_ZEROES (bit 14). */
    public static final long F_WRITE_ZEROES = 1L << 14;

    /** Request type: read. */
    public static final int T_IN = 0;
    /** Request type: write. */
    public static final int T_OUT = 1;
    /** Request type: flush. */
    public static final int T_FLUSH = 4;
    /** Request type: get the name of the disk, 20 bytes. */
    public static final int T_GET_ID = 8;
    /** Request type: discard. */
    public static final int T_DISCARD = 11;
    /** Request type: write zeroes. */
    public static final int T_WRITE_ZEROES = 13;

    /** Status: done. */
    public static final int S_OK = 0;
    /** Status: failed. */
    public static final int S_IOERR = 1;
    /** Status: not understood. */
    public static final int S_UNSUPP = 2;

    /** Bytes of a request header. */
    public static final int HEADER_BYTES = 16;

    /** Offset of {@code writeback} in the configuration. */
    public static final int WRITEBACK = 32;

    private static final int ID_BYTES = 20;
    private static final int CONFIG_BYTES = 60;
    private static final int MAX_RANGE_SECTORS = 1 << 16;
    private static final int MAX_RANGES = 16;
    private static final int SECTOR = BlockDevice.SECTOR_BYTES;
    private static final int MOST_PIECE_BYTES = 1 << 20; // a chain may have 4 GiB

    private final BlockDevice disk;
    private final String id;
    private final boolean deferred;
    private final List<Request> inFlight = new ArrayList<>(); // deferred: in the order in which they came
    private boolean writeback = true;
    private boolean writebackFixed; // a modern driver has not taken CONFIG_WCE
    private DeviceContext context;

    /** A request whose header was read, once. */
    private record Request(DeviceQueue queue, BufferChain chain, int type, long sector) {
        boolean writes() {
            return type == T_OUT || type == T_DISCARD || type == T_WRITE_ZEROES;
        }
    }

    /**
     * Creates a disk.
     *
     * @param disk where the sectors are; not closed by this device
     * @param id its name, at most 20 ASCII characters
     */
    public BlkDevice(BlockDevice disk, String id) {
        this(disk, id, false);
    }

    /**
     * Creates a disk that takes requests when the driver notifies and finishes each in a call of {@link #finishOne}.
     *
     * @param disk where the sectors are; not closed by this device
     * @param id its name, at most 20 ASCII characters
     */
    public static BlkDevice deferred(BlockDevice disk, String id) {
        return new BlkDevice(disk, id, true);
    }

    private BlkDevice(BlockDevice disk, String id, boolean deferred) {
        if (id.length() > ID_BYTES) {
            throw new IllegalArgumentException("id has at most 20 characters, id=" + id);
        }
        this.disk = disk;
        this.id = id;
        this.deferred = deferred;
    }

    @Override
    public int deviceId() {
        return 2;
    }

    @Override
    public long features() {
        return F_BLK_SIZE | F_FLUSH | F_CONFIG_WCE | F_DISCARD | F_WRITE_ZEROES | (disk.readOnly() ? F_RO : 0);
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public int configByte(int offset) {
        if (offset < 0 || offset >= CONFIG_BYTES) {
            return 0;
        }
        ByteBuffer config = ByteBuffer.allocate(CONFIG_BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        config.putLong(0, disk.sectorCount());
        config.putInt(20, SECTOR);
        config.put(WRITEBACK, (byte) (writeback ? 1 : 0));
        config.putInt(36, MAX_RANGE_SECTORS);
        config.putInt(40, MAX_RANGES);
        config.putInt(44, 1);
        config.putInt(48, MAX_RANGE_SECTORS);
        config.putInt(52, MAX_RANGES);
        return config.get(offset) & 0xff;
    }

    @Override
    public void configByte(int offset, int value) {
        // a legacy driver may write it at any time (section 5.2.5.3)
        if (offset == WRITEBACK && value <= 1 && !writebackFixed) {
            writeback = value == 1;
        }
    }

    @Override
    public void featuresAgreed(long features) {
        writebackFixed = !VirtioFeatures.has(features, F_CONFIG_WCE);
        writeback = VirtioFeatures.has(features, F_FLUSH);
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (deferred) {
            take(queueIndex);
        } else {
            context.serveAll(queueIndex, this::serve);
        }
    }

    @Override
    public void queueReset(int queueIndex) {
        inFlight.clear();
    }

    @Override
    public void reset() {
        context = null;
        inFlight.clear();
        writeback = true;
        writebackFixed = false;
    }

    /** Takes what is available, without finishing any of it. */
    private void take(int queueIndex) {
        DeviceQueue queue = context.queue(queueIndex);
        if (queue == null) {
            return;
        }
        do {
            queue.disableNotifications();
            BufferChain chain = new BufferChain();
            while (queue.pop(chain)) {
                Request request = parse(queue, chain);
                if (request == null) {
                    context.fail("queue " + queueIndex + ": request without room for an answer");
                    return;
                }
                inFlight.add(request);
                chain = new BufferChain();
            }
            if (queue.error() != null) {
                context.finish(queueIndex); // breaks the device
                return;
            }
        } while (queue.enableNotifications());
    }

    /** Returns how many requests were taken and not finished; always 0 unless deferred. */
    public int inFlight() {
        return inFlight.size();
    }

    /**
     * Finishes one of the requests in flight: reads or writes the disk, answers, interrupts if asked for. With IN_ORDER
     * the oldest is the only choice; a FLUSH is none while a write that came before it is in flight. That is a little more
     * than section 5.2.6.2 asks for, which is about writes completed before the FLUSH was sent.
     *
     * @param choices picks among those that can be finished now, by age, at the point {@code "blk.completion"}
     * @return false if nothing is in flight
     */
    public boolean finishOne(Choices choices) {
        DeviceQueue queue = context == null ? null : context.queue(0);
        if (queue == null) {
            inFlight.clear(); // the device is broken
        }
        if (inFlight.isEmpty()) {
            return false;
        }
        List<Request> ready = new ArrayList<>();
        boolean writeBefore = false;
        for (Request request : inFlight) {
            if (request.type != T_FLUSH || !writeBefore) {
                ready.add(request);
            }
            writeBefore |= request.writes();
        }
        boolean inOrder = VirtioFeatures.has(context.features(), VirtioFeatures.IN_ORDER);
        Request request = ready.get(inOrder ? 0 : choices.choose("blk.completion", ready.size()));
        inFlight.remove(request);
        queue.complete(request.chain.token(), answer(request));
        context.finish(0);
        return true;
    }

    private long serve(BufferChain chain) {
        Request request = parse(null, chain);
        return request == null ? -1 : answer(request);
    }

    /** Reads the header; returns null, perhaps with the device broken, if there can be no answer. */
    private Request parse(DeviceQueue queue, BufferChain chain) {
        GuestMemory memory = context.memory();
        if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
            return null;
        }
        boolean fixedFraming = !VirtioFeatures.has(context.features(), VirtioFeatures.VERSION_1)
                && !VirtioFeatures.has(context.features(), VirtioFeatures.ANY_LAYOUT);
        if (fixedFraming && (chain.length(0) != HEADER_BYTES || chain.length(chain.count() - 1) != 1)) {
            context.fail("L9: without ANY_LAYOUT the 16-byte header and the status byte have elements of their own");
            return null;
        }
        byte[] header = new byte[HEADER_BYTES];
        chain.read(memory, 0, header, 0, HEADER_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return new Request(queue, chain, fields.getInt(0), fields.getLong(8));
    }

    private long answer(Request request) {
        GuestMemory memory = context.memory();
        BufferChain chain = request.chain;
        int type = request.type;
        long sector = request.sector;
        long room = chain.writableBytes() - 1;
        Answer answer;
        try {
            answer = switch (type) {
                case T_IN -> read(chain, sector, room);
                case T_OUT -> write(chain, sector);
                case T_FLUSH -> flush();
                case T_GET_ID -> name(chain, room);
                case T_DISCARD, T_WRITE_ZEROES -> ranges(chain, type == T_WRITE_ZEROES);
                default -> new Answer(S_UNSUPP, 0);
            };
            if (answer.status == S_OK && request.writes() && writethrough()) {
                disk.flush();
            }
        } catch (IOException e) {
            answer = new Answer(S_IOERR, 0);
        }
        chain.write(memory, room, new byte[] {(byte) answer.status}, 0, 1);
        // len counts from the first writable byte without a gap (section 2.7.8.2)
        return answer.dataBytes == room ? room + 1 : answer.reportedGap ? answer.dataBytes + 1 : answer.dataBytes;
    }

    private record Answer(int status, long dataBytes, boolean reportedGap) {
        Answer(int status, long dataBytes) {
            this(status, dataBytes, false);
        }
    }

    private boolean writethrough() {
        long features = context.features();
        if (VirtioFeatures.has(features, F_CONFIG_WCE)) {
            return !writeback;
        }
        return !VirtioFeatures.has(features, F_FLUSH)
                && VirtioFeatures.has(context.profile().featureMask(), F_FLUSH);
    }

    private boolean outside(long sector, long bytes) {
        return bytes % SECTOR != 0
                || sector < 0
                || sector > disk.sectorCount()
                || bytes / SECTOR > disk.sectorCount() - sector;
    }

    private Answer read(BufferChain chain, long sector, long room) throws IOException {
        if (outside(sector, room)) {
            return new Answer(S_IOERR, 0);
        }
        for (long at = 0; at < room; at += MOST_PIECE_BYTES) {
            byte[] data = piece(room - at);
            disk.read(sector + at / SECTOR, ByteBuffer.wrap(data));
            chain.write(context.memory(), at, data, 0, data.length);
        }
        return new Answer(S_OK, room);
    }

    private Answer write(BufferChain chain, long sector) throws IOException {
        long bytes = chain.readableBytes() - HEADER_BYTES;
        if (disk.readOnly() || outside(sector, bytes)) {
            return new Answer(S_IOERR, 0);
        }
        for (long at = 0; at < bytes; at += MOST_PIECE_BYTES) {
            byte[] data = piece(bytes - at);
            chain.read(context.memory(), HEADER_BYTES + at, data, 0, data.length);
            disk.write(sector + at / SECTOR, ByteBuffer.wrap(data));
        }
        return new Answer(S_OK, 0);
    }

    private static byte[] piece(long bytesLeft) {
        return new byte[(int) Math.min(MOST_PIECE_BYTES, bytesLeft)];
    }

    private Answer flush() throws IOException {
        if (!VirtioFeatures.has(context.features(), F_FLUSH)) {
            return new Answer(S_UNSUPP, 0);
        }
        disk.flush();
        return new Answer(S_OK, 0);
    }

    private Answer name(BufferChain chain, long room) {
        if (room < ID_BYTES) {
            return new Answer(S_IOERR, 0);
        }
        byte[] ascii = id.getBytes(StandardCharsets.US_ASCII);
        if (context.profile().deviates(DeviceDeviation.GET_ID_OVERREPORTED)) {
            byte[] withZero = Arrays.copyOf(ascii, Math.min(ID_BYTES, ascii.length + 1));
            chain.write(context.memory(), 0, withZero, 0, withZero.length);
            return new Answer(S_OK, ID_BYTES, true);
        }
        byte[] padded = Arrays.copyOf(ascii, ID_BYTES);
        chain.write(context.memory(), 0, padded, 0, padded.length);
        return new Answer(S_OK, ID_BYTES);
    }

    private Answer ranges(BufferChain chain, boolean zero) throws IOException {
        long bytes = chain.readableBytes() - HEADER_BYTES;
        if (!VirtioFeatures.has(context.features(), zero ? F_WRITE_ZEROES : F_DISCARD)) {
            return new Answer(S_UNSUPP, 0);
        }
        if (bytes == 0 || bytes % 16 != 0 || bytes / 16 > MAX_RANGES || disk.readOnly()) {
            return new Answer(S_IOERR, 0);
        }
        byte[] data = new byte[(int) bytes];
        chain.read(context.memory(), HEADER_BYTES, data, 0, data.length);
        ByteBuffer fields = ByteBuffer.wrap(data).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes; at += 16) {
            int flags = fields.getInt(at + 12);
            if ((flags & (zero ? ~1 : ~0)) != 0) {
                return new Answer(S_UNSUPP, 0);
            }
            long sectors = fields.getInt(at + 8) & 0xffff_ffffL;
            if (sectors > MAX_RANGE_SECTORS || outside(fields.getLong(at), sectors * SECTOR)) {
                return new Answer(S_IOERR, 0);
            }
        }
        for (int at = 0; at < bytes && zero; at += 16) {
            long from = fields.getLong(at);
            for (int i = 0; i < fields.getInt(at + 8); i++) {
                disk.write(from + i, ByteBuffer.allocate(SECTOR));
            }
        }
        return new Answer(S_OK, 0); // a discarded sector may keep its content
    }
}
