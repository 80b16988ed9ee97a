package io.torosim.virtio.device;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    /** Feature: {@code seg_max} is valid (bit 2). */
    public static final long F_SEG_MAX = 1L << 2;
    /** Feature: cylinders, heads and sectors are valid (bit 4). */
    public static final long F_GEOMETRY = 1L << 4;
    /** Feature: the disk is read-only (bit 5). */
    public static final long F_RO = 1L << 5;
    /** Feature: {@code blk_size} is valid (bit 6). */
    public static final long F_BLK_SIZE = 1L << 6;
    /** Feature: FLUSH (bit 9). */
    public static final long F_FLUSH = 1L << 9;
    /** Feature: block sizes behind the logical one are valid (bit 10). */
    public static final long F_TOPOLOGY = 1L << 10;
    /** Feature: several request queues (bit 12). */
    public static final long F_MQ = 1L << 12;
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

    private static final int S_NONE = -1; // the request has no answer: it broke the device

    /** Bytes of a request header. */
    public static final int HEADER_BYTES = 16;

    /** Offset of {@code writeback} in the configuration. */
    public static final int WRITEBACK = 32;

    private static final int ID_BYTES = 20;
    private static final int CONFIG_BYTES = 57; // up to write_zeroes_may_unmap; three unused ones follow
    private static final int MAX_RANGE_SECTORS = 1 << 16;
    private static final int MAX_RANGES = 16;
    private static final int RANGE_BYTES = 16;
    private static final int MOST_SECTORS_OF_QEMU = Integer.MAX_VALUE / 512; // BDRV_REQUEST_MAX_SECTORS
    private static final int MOST_MERGED = 32; // VIRTIO_BLK_MAX_MERGE_REQS of QEMU
    private static final int SEG_MAX = 254; // the usual queue of 256, less header and status
    private static final int HEADS = 16;
    private static final int TRACK_SECTORS = 63;
    private static final int MOST_CYLINDERS = 16_383;
    private static final int T_SCSI = 2;
    private static final long F_SCSI = 1L << 7; // QEMU offers it where there is no VERSION_1, and serves none
    private static final int SCSI_ERRORS = 255;
    private static final int SECTOR = BlockDevice.SECTOR_BYTES;
    private static final int MOST_PIECE_BYTES = 1 << 20; // a chain may have 4 GiB

    private final BlockDevice disk;
    private final String id;
    private final boolean deferred;
    private final int queueCount;
    private final List<Request> inFlight = new ArrayList<>(); // deferred: in the order in which they came
    private byte[] configImage = new byte[CONFIG_BYTES]; // as last read; WRITEBACK_ALWAYS_WRITABLE
    private boolean writeback = true;
    private boolean writebackFixed; // a modern driver has not taken CONFIG_WCE
    private DeviceProfile profile = DeviceProfile.STRICT;

    @SuppressWarnings("NullAway.Init") // attach comes first
    private DeviceContext context;

    /** A request whose header was read, once. */
    private record Request(int queueIndex, BufferChain chain, int type, long sector) {
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
        this(disk, id, false, 1);
    }

    /**
     * Creates a disk with several request queues.
     *
     * @param disk where the sectors are; not closed by this device
     * @param id its name, at most 20 ASCII characters
     * @param queueCount how many, in {@code [1, 65535]}; MQ is offered if there are more than one
     */
    public BlkDevice(BlockDevice disk, String id, int queueCount) {
        this(disk, id, false, queueCount);
    }

    /**
     * Creates a disk that takes requests when the driver notifies and finishes each in a call of {@link #finishOne}.
     *
     * @param disk where the sectors are; not closed by this device
     * @param id its name, at most 20 ASCII characters
     */
    public static BlkDevice deferred(BlockDevice disk, String id) {
        Objects.requireNonNull(disk, "disk");
        Objects.requireNonNull(id, "id");
        return new BlkDevice(disk, id, true, 1);
    }

    private BlkDevice(BlockDevice disk, String id, boolean deferred, int queueCount) {
        Objects.requireNonNull(disk, "disk");
        Objects.requireNonNull(id, "id");
        if (queueCount < 1 || queueCount > 0xffff) {
            throw new IllegalArgumentException("queueCount must be in [1, 65535], queueCount=" + queueCount);
        }
        if (id.length() > ID_BYTES) {
            throw new IllegalArgumentException("id has at most 20 characters, id=" + id);
        }
        this.disk = disk;
        this.id = id;
        this.deferred = deferred;
        this.queueCount = queueCount;
    }

    @Override
    public int deviceId() {
        return 2;
    }

    @Override
    public long features() {
        long always =
                F_SEG_MAX | F_GEOMETRY | F_BLK_SIZE | F_FLUSH | F_TOPOLOGY | F_CONFIG_WCE | F_DISCARD | F_WRITE_ZEROES;
        return always | (disk.readOnly() ? F_RO : 0) | (queueCount > 1 ? F_MQ : 0);
    }

    @Override
    public int queueCount() {
        return queueCount;
    }

    @Override
    public long legacyOnly(long features) {
        return features & ~VirtioFeatures.ANY_LAYOUT | F_SCSI;
    }

    @Override
    public boolean servesEarly() {
        return true;
    }

    @Override
    public int configBytes() {
        return CONFIG_BYTES;
    }

    @Override
    public void configAccess() {
        configImage = config();
    }

    @Override
    public int configByte(int offset) {
        return offset < 0 || offset >= CONFIG_BYTES ? 0 : config()[offset] & 0xff;
    }

    private byte[] config() {
        boolean oneRange = deviates(DeviceDeviation.ONE_RANGE);
        int rangeSectors = oneRange ? MOST_SECTORS_OF_QEMU : MAX_RANGE_SECTORS;
        ByteBuffer config = ByteBuffer.allocate(CONFIG_BYTES).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        config.putLong(0, disk.sectorCount());
        config.putInt(12, SEG_MAX);
        config.putShort(
                16, (short) Math.min(MOST_CYLINDERS, Math.max(2, disk.sectorCount() / (HEADS * TRACK_SECTORS))));
        config.put(18, (byte) HEADS);
        config.put(19, (byte) TRACK_SECTORS);
        config.putInt(20, SECTOR);
        config.put(WRITEBACK, (byte) (writeback ? 1 : 0));
        config.putShort(34, (short) queueCount);
        config.putInt(36, rangeSectors);
        config.putInt(40, oneRange ? 1 : MAX_RANGES);
        config.putInt(44, 1);
        config.putInt(48, rangeSectors);
        config.putInt(52, oneRange ? 1 : MAX_RANGES);
        config.put(56, (byte) (oneRange ? 1 : 0)); // write_zeroes_may_unmap
        return config.array();
    }

    @Override
    public void configByte(int offset, int value) {
        if (deviates(DeviceDeviation.WRITEBACK_ALWAYS_WRITABLE)) {
            configImage[offset] = (byte) value;
            writeback = configImage[WRITEBACK] != 0;
        } else if (offset == WRITEBACK && value <= 1 && !writebackFixed) {
            // a legacy driver may write it at any time (section 5.2.5.3)
            writeback = value == 1;
        }
    }

    @Override
    public void featuresAgreed(long features) {
        if (!deviates(DeviceDeviation.WRITEBACK_ALWAYS_WRITABLE)) {
            writebackFixed = !VirtioFeatures.has(features, F_CONFIG_WCE);
            writeback = VirtioFeatures.has(features, F_FLUSH);
        }
    }

    @Override
    public void driverReady(long features) {
        if (deviates(DeviceDeviation.WRITEBACK_ALWAYS_WRITABLE) && !VirtioFeatures.has(features, F_CONFIG_WCE)) {
            writeback = VirtioFeatures.has(features, F_FLUSH);
        }
    }

    @Override
    public void attach(DeviceProfile deviceProfile) {
        profile = deviceProfile;
    }

    private boolean deviates(DeviceDeviation deviation) {
        return profile.deviates(deviation);
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (deferred) {
            take(queueIndex);
        } else if (deviates(DeviceDeviation.BATCH_SORTED)) {
            serveBatch(queueIndex);
        } else {
            context.serveAll(queueIndex, this::serve);
        }
    }

    @Override
    public void queueReset(int queueIndex) {
        inFlight.removeIf(request -> request.queueIndex == queueIndex);
    }

    @Override
    @SuppressWarnings("NullAway") // nothing is asked of it until it is attached again
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
                Request request = parse(queueIndex, chain);
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
        inFlight.removeIf(request -> context.queue(request.queueIndex) == null); // the device is broken
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
        Objects.requireNonNull(context.queue(request.queueIndex), "the queue of a request in flight")
                .complete(request.chain.token(), answer(request));
        context.finish(request.queueIndex);
        return true;
    }

    private long serve(BufferChain chain) {
        Request request = parse(0, chain);
        return request == null ? -1 : answer(request);
    }

    /**
     * Serves what is available as QEMU does: reads that came together, and writes, are gathered and finished in the order of
     * their sectors; what needs no disk, or fails, is finished when it is met.
     */
    private void serveBatch(int queueIndex) {
        DeviceQueue queue = Objects.requireNonNull(context.queue(queueIndex), "a queue that notifies");
        List<Request> batch = new ArrayList<>(); // reads, or writes, that have not been sent to the disk
        List<Request> sent = new ArrayList<>(); // to the disk, which ends them when all that came was looked at
        do {
            queue.disableNotifications();
            BufferChain chain = new BufferChain();
            while (queue.pop(chain)) {
                Request request = parse(queueIndex, chain);
                if (request == null) {
                    context.fail("queue " + queueIndex + ": request without room for an answer");
                    submit(batch, sent);
                    sent.forEach(this::answer); // nobody hears of it
                    return;
                }
                boolean transfer = request.type == T_IN || request.type == T_OUT;
                boolean gathered = transfer && !outside(request);
                boolean otherWay = !batch.isEmpty() && batch.get(0).type != request.type;
                if (gathered && (otherWay || batch.size() == MOST_MERGED)
                        || request.type == T_FLUSH && otherWay && batch.get(0).type == T_OUT) {
                    submit(batch, sent);
                }
                if (gathered) {
                    batch.add(request);
                } else if (request.type == T_FLUSH) {
                    sent.add(request);
                } else {
                    long written = answer(request);
                    if (context.queue(queueIndex) == null) {
                        return; // broken by a request that has no answer
                    }
                    queue.complete(chain.token(), written);
                }
                chain = new BufferChain();
            }
            if (queue.error() != null) {
                context.finish(queueIndex); // breaks the device
                return;
            }
        } while (queue.enableNotifications());
        submit(batch, sent);
        for (Request request : sent) {
            queue.complete(request.chain.token(), answer(request));
        }
        context.finish(queueIndex);
    }

    private static void submit(List<Request> batch, List<Request> sent) {
        batch.sort(Comparator.comparingLong(Request::sector));
        sent.addAll(batch);
        batch.clear();
    }

    private boolean outside(Request request) {
        BufferChain chain = request.chain;
        return request.type == T_IN
                ? outside(request.sector, chain.writableBytes() - 1)
                : outside(request.sector, chain.readableBytes() - HEADER_BYTES);
    }

    /** Reads the header; returns null, perhaps with the device broken, if there can be no answer. */
    private @Nullable Request parse(int queueIndex, BufferChain chain) {
        GuestMemory memory = context.memory();
        if (chain.readableBytes() < HEADER_BYTES || chain.writableBytes() < 1) {
            return null;
        }
        boolean fixedFraming = !deviates(DeviceDeviation.ANY_LAYOUT_ALWAYS)
                && !VirtioFeatures.has(context.features(), VirtioFeatures.VERSION_1)
                && !VirtioFeatures.has(context.features(), VirtioFeatures.ANY_LAYOUT);
        if (fixedFraming && (chain.length(0) != HEADER_BYTES || chain.length(chain.count() - 1) != 1)) {
            context.fail("L9: without ANY_LAYOUT the 16-byte header and the status byte have elements of their own");
            return null;
        }
        byte[] header = new byte[HEADER_BYTES];
        chain.read(memory, 0, header, 0, HEADER_BYTES);
        ByteBuffer fields = ByteBuffer.wrap(header).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return new Request(queueIndex, chain, type(fields.getInt(0)), fields.getLong(8));
    }

    /** Returns the type as this device understands it; -1 for one that it does not. */
    private int type(int given) {
        if (!deviates(DeviceDeviation.TYPE_BITS_IGNORED)) {
            return given;
        }
        boolean out = (given & T_OUT) != 0;
        return switch (given & ~(T_OUT | 1 << 31)) {
            case T_IN -> out ? T_OUT : T_IN;
            case T_SCSI -> T_SCSI;
            case T_FLUSH -> T_FLUSH;
            case T_GET_ID -> T_GET_ID;
            case T_DISCARD & ~T_OUT -> out ? T_DISCARD : -1;
            case T_WRITE_ZEROES & ~T_OUT -> out ? T_WRITE_ZEROES : -1;
            default -> -1;
        };
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
                case T_DISCARD, T_WRITE_ZEROES -> deviates(DeviceDeviation.ONE_RANGE)
                        ? oneRange(chain, type == T_WRITE_ZEROES)
                        : ranges(chain, type == T_WRITE_ZEROES);
                case T_SCSI -> scsi(chain);
                default -> new Answer(S_UNSUPP, 0);
            };
            if (answer.status == S_OK && request.writes() && writethrough()) {
                disk.flush();
            }
        } catch (IOException e) {
            answer = new Answer(S_IOERR, 0);
        }
        if (answer.status == S_NONE) {
            return 0;
        }
        chain.write(memory, room, new byte[] {(byte) answer.status}, 0, 1);
        // len counts from the first writable byte without a gap (section 2.7.8.2)
        return answer.dataBytes == room || deviates(DeviceDeviation.ALL_WRITABLE_REPORTED)
                ? room + 1
                : answer.dataBytes;
    }

    private Answer scsi(BufferChain chain) {
        if (!deviates(DeviceDeviation.SCSI_ANSWERED)) {
            return new Answer(S_UNSUPP, 0);
        }
        int writable = chain.count() - chain.readableCount();
        if (chain.readableCount() < 2 || writable < 3) {
            return new Answer(S_IOERR, 0);
        }
        context.memory().store32(chain.address(chain.count() - 2), SCSI_ERRORS); // however small that element is
        return new Answer(S_UNSUPP, 0);
    }

    private record Answer(int status, long dataBytes) {}

    private boolean writethrough() {
        if (deviates(DeviceDeviation.WRITEBACK_ALWAYS_WRITABLE)) {
            return !writeback;
        }
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

    private boolean unnegotiated(long feature) {
        return !VirtioFeatures.has(context.features(), feature)
                && !deviates(DeviceDeviation.UNNEGOTIATED_REQUESTS_SERVED);
    }

    private Answer flush() throws IOException {
        if (unnegotiated(F_FLUSH)) {
            return new Answer(S_UNSUPP, 0);
        }
        disk.flush();
        return new Answer(S_OK, 0);
    }

    private Answer name(BufferChain chain, long room) {
        byte[] ascii = id.getBytes(StandardCharsets.US_ASCII);
        if (deviates(DeviceDeviation.GET_ID_CUT)) {
            int bytes = (int) Math.min(room, Math.min(ID_BYTES, ascii.length + 1));
            chain.write(context.memory(), 0, Arrays.copyOf(ascii, bytes), 0, bytes);
            return new Answer(S_OK, bytes);
        }
        if (room < ID_BYTES) {
            return new Answer(S_IOERR, 0);
        }
        byte[] padded = Arrays.copyOf(ascii, ID_BYTES);
        chain.write(context.memory(), 0, padded, 0, padded.length);
        return new Answer(S_OK, ID_BYTES);
    }

    private Answer ranges(BufferChain chain, boolean zero) throws IOException {
        long bytes = chain.readableBytes() - HEADER_BYTES;
        if (unnegotiated(zero ? F_WRITE_ZEROES : F_DISCARD)) {
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
            zero(fields.getLong(at), fields.getInt(at + 8));
        }
        return new Answer(S_OK, 0); // a discarded sector may keep its content
    }

    private void zero(long sector, int sectors) throws IOException {
        for (int i = 0; i < sectors; i++) {
            disk.write(sector + i, ByteBuffer.allocate(SECTOR));
        }
    }

    /** DISCARD and WRITE_ZEROES as QEMU has them. */
    private Answer oneRange(BufferChain chain, boolean zero) throws IOException {
        if (unnegotiated(zero ? F_WRITE_ZEROES : F_DISCARD) || chain.readableBytes() > HEADER_BYTES + RANGE_BYTES) {
            return new Answer(S_UNSUPP, 0);
        }
        if (chain.readableBytes() < HEADER_BYTES + RANGE_BYTES) {
            context.fail("a range has 16 bytes");
            return new Answer(S_NONE, 0);
        }
        byte[] data = new byte[RANGE_BYTES];
        chain.read(context.memory(), HEADER_BYTES, data, 0, data.length);
        ByteBuffer range = ByteBuffer.wrap(data).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        long sectors = range.getInt(8) & 0xffff_ffffL;
        if (sectors > MOST_SECTORS_OF_QEMU || outside(range.getLong(0), sectors * SECTOR)) {
            return new Answer(S_IOERR, 0);
        }
        int flags = range.getInt(12);
        if ((flags & ~1) != 0 || !zero && flags != 0) {
            return new Answer(S_UNSUPP, 0);
        }
        if (sectors > 0 && disk.readOnly() && (zero || !deviates(DeviceDeviation.DISCARD_ON_READ_ONLY))) {
            return new Answer(S_IOERR, 0);
        }
        if (zero) {
            zero(range.getLong(0), (int) sectors);
        }
        return new Answer(S_OK, 0);
    }
}
