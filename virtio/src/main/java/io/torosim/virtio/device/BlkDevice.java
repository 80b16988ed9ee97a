package io.torosim.virtio.device;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.profile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * virtio-blk over a {@link BlockDevice} (virtio 1.2 section 5.2): read, write, flush, get id, discard, write zeroes.
 *
 * <p>Requests are served when the driver notifies; what they cost in time is not known here. A request whose answer has
 * no room (no header, no status byte) breaks the device, as in QEMU; every other one gets a status byte.
 */
public final class BlkDevice implements DeviceModel {
    /** Feature: the disk is read-only (bit 5). */
    public static final long F_RO = 1L << 5;
    /** Feature: {@code blk_size} is valid (bit 6). */
    public static final long F_BLK_SIZE = 1L << 6;
    /** Feature: FLUSH (bit 9). */
    public static final long F_FLUSH = 1L << 9;
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

    private static final int ID_BYTES = 20;
    private static final int CONFIG_BYTES = 60;
    private static final int MAX_RANGE_SECTORS = 1 << 16;
    private static final int MAX_RANGES = 16;
    private static final int SECTOR = BlockDevice.SECTOR_BYTES;

    private final BlockDevice disk;
    private final String id;
    private DeviceContext context;

    /**
     * Creates a disk.
     *
     * @param disk where the sectors are; not closed by this device
     * @param id its name, at most 20 ASCII characters
     */
    public BlkDevice(BlockDevice disk, String id) {
        if (id.length() > ID_BYTES) {
            throw new IllegalArgumentException("id has at most 20 characters, id=" + id);
        }
        this.disk = disk;
        this.id = id;
    }

    @Override
    public int deviceId() {
        return 2;
    }

    @Override
    public long features() {
        return F_BLK_SIZE | F_FLUSH | F_DISCARD | F_WRITE_ZEROES | (disk.readOnly() ? F_RO : 0);
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
        config.putInt(36, MAX_RANGE_SECTORS);
        config.putInt(40, MAX_RANGES);
        config.putInt(44, 1);
        config.putInt(48, MAX_RANGE_SECTORS);
        config.putInt(52, MAX_RANGES);
        return config.get(offset) & 0xff;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        context.serveAll(queueIndex, this::serve);
    }

    @Override
    public void reset() {
        context = null;
    }

    private long serve(BufferChain chain) {
        GuestMemory memory = context.memory();
        if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
            return -1;
        }
        boolean fixedFraming = !VirtioFeatures.has(context.features(), VirtioFeatures.VERSION_1)
                && !VirtioFeatures.has(context.features(), VirtioFeatures.ANY_LAYOUT);
        if (fixedFraming && (chain.length(0) != HEADER_BYTES || chain.length(chain.count() - 1) != 1)) {
            context.fail("L9: without ANY_LAYOUT the 16-byte header and the status byte have elements of their own");
            return 0;
        }
        byte[] header = new byte[HEADER_BYTES];
        chain.read(memory, 0, header, 0, HEADER_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int type = fields.getInt(0);
        long sector = fields.getLong(8);
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
        byte[] data = new byte[(int) room];
        disk.read(sector, ByteBuffer.wrap(data));
        chain.write(context.memory(), 0, data, 0, data.length);
        return new Answer(S_OK, room);
    }

    private Answer write(BufferChain chain, long sector) throws IOException {
        long bytes = chain.readableBytes() - HEADER_BYTES;
        if (disk.readOnly() || outside(sector, bytes)) {
            return new Answer(S_IOERR, 0);
        }
        byte[] data = new byte[(int) bytes];
        chain.read(context.memory(), HEADER_BYTES, data, 0, data.length);
        disk.write(sector, ByteBuffer.wrap(data));
        return new Answer(S_OK, 0);
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
        byte[] padded = Arrays.copyOf(ascii, (int) room);
        chain.write(context.memory(), 0, padded, 0, padded.length);
        return new Answer(S_OK, room);
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
