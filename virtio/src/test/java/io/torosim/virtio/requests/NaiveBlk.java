package io.torosim.virtio.requests;

import static io.torosim.virtio.requests.RequestFault.*;

import io.torosim.virtio.queue.BufferChain;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A disk of one byte array. */
final class NaiveBlk extends NaiveDevice {
    private static final long RO = 1 << 5;
    private static final long FLUSH = 1 << 9;
    private static final long DISCARD = 1 << 13;
    private static final long ZEROES = 1 << 14;

    private final byte[] disk;
    private final boolean readOnly;

    NaiveBlk(byte[] content, boolean readOnly, RequestFault fault) {
        super(fault);
        this.disk = content.clone();
        this.readOnly = readOnly;
    }

    @Override
    public int deviceId() {
        return 2;
    }

    @Override
    public long features() {
        return FLUSH | (readOnly ? RO : DISCARD | ZEROES);
    }

    @Override
    public int queueCount() {
        return 1;
    }

    @Override
    public int configByte(int offset) {
        long capacity = is(BD_CAPACITY_BYTES) ? disk.length : disk.length / 512;
        return switch (offset) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> (int) (capacity >>> 8 * offset) & 0xff;
            case 37, 49 -> 1; // 256 sectors
            case 40, 52 -> 4; // ranges
            case 44 -> 1;
            default -> 0;
        };
    }

    @Override
    boolean oneAKick() {
        return is(BD_ONE_A_KICK);
    }

    @Override
    boolean swaps() {
        return is(BD_SWAPPED);
    }

    @Override
    boolean interrupts() {
        return !is(BD_NO_INTERRUPT);
    }

    @Override
    boolean forgets() {
        return !is(BD_QUEUE_RESET_KEEPS);
    }

    @Override
    boolean forgetsAtReset() {
        return !is(BD_RESET_KEEPS);
    }

    @Override
    public void notified(int queueIndex) {
        take(queueIndex);
    }

    @Override
    long serve(int queueIndex, BufferChain chain) {
        if (chain.readableBytes() < 16 || chain.writableBytes() < 1) {
            return -1;
        }
        byte[] header = new byte[16];
        chain.read(context.memory(), 0, header, 0, 16);
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int type = fields.getInt(0) & (is(BD_TYPE_31) ? 0x7fff_ffff : -1);
        long sector = is(BD_SECTOR_32) ? fields.getLong(8) & 0xffff_ffffL : fields.getLong(8);
        long status;
        long written = 1;
        switch (type) {
            case 0 -> {
                byte[] data = read(sector, length(chain.writableBytes() - 1));
                if (is(BD_ODD_LOST) && (chain.writableBytes() - 1) % 512 != 0) {
                    return -2;
                }
                status = data == null ? 1 : 0;
                if (data != null) {
                    int part = is(BD_FIRST_ELEMENT)
                            ? (int) Math.min(data.length, chain.length(chain.readableCount()))
                            : data.length;
                    chain.write(context.memory(), 0, data, 0, part);
                    written += data.length;
                }
            }
            case 1 -> status = write(sector, data(chain)) ? 0 : 1;
            case 4 -> status = is(BD_FLUSH_UNSUPPORTED) ? 2 : 0;
            case 8 -> {
                byte[] id = Arrays.copyOf("naive".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 20);
                chain.write(context.memory(), 0, id, 0, is(BD_ID_NOT_PADDED) ? 5 : (int) Math.min(20, room(chain)));
                status = 0;
                written += 20;
            }
            case 11, 13 -> status = readOnly ? 1 : ranges(type, readable(chain, 16));
            default -> status = is(BD_UNKNOWN_OK) ? 0 : is(BD_UNKNOWN_IOERR) ? 1 : 2;
        }
        long at = is(BD_STATUS_FIRST)
                ? 0
                : is(BD_STATUS_ALONE)
                        ? chain.writableBytes() - chain.length(chain.count() - 1)
                        : chain.writableBytes() - 1;
        if (status != 0 || !is(BD_STATUS_MISSING)) {
            chain.write(context.memory(), at, new byte[] {(byte) status}, 0, 1);
        }
        if (is(BD_WRITES_READABLE)) {
            context.memory().store8(chain.address(0), (int) status + 1);
        }
        return is(BD_LENGTH_ZERO)
                ? 0
                : is(BD_LENGTH_WITH_HEADER)
                        ? written + 16
                        : is(BD_CLAIMS_ROOM) && status != 0 ? chain.writableBytes() : status == 0 ? written : 1;
    }

    private static long room(BufferChain chain) {
        return chain.writableBytes() - 1;
    }

    private long length(long bytes) {
        return is(BD_LENGTH_16) ? bytes & 0xffff : is(BD_INT_CAST) || is(BD_READ_CAST) ? (int) bytes : bytes;
    }

    private byte[] data(BufferChain chain) {
        if (is(BD_INT_CAST)) {
            byte[] all = new byte[(int) chain.readableBytes() - 16];
            chain.read(context.memory(), 16, all, 0, all.length);
            return all;
        }
        long from = is(BD_HEADER_ALONE) ? chain.length(0) : 16;
        byte[] bytes = readable(chain, from);
        return is(BD_LENGTH_16) ? Arrays.copyOf(bytes, bytes.length & 0xffff) : bytes;
    }

    private boolean inside(long sector, long bytes) {
        if (is(BD_SECTOR_OVERFLOW)) {
            return sector * 512 >= 0 && sector * 512 + bytes <= disk.length;
        }
        long capacity = disk.length / 512;
        long end = is(BD_END_REFUSED) ? capacity - 1 : capacity;
        return sector >= 0 && sector <= end && bytes / 512 <= end - sector;
    }

    private byte[] read(long sector, long bytes) {
        if ((is(BD_INT_CAST) || is(BD_READ_CAST)) && bytes < 0) {
            return new byte[(int) bytes];
        }
        if (is(BD_PAST_END_OK) && bytes % 512 == 0 && sector >= 0 && sector < 1 << 20) {
            byte[] data = new byte[(int) Math.min(1 << 20, bytes)];
            for (int i = 0; i < data.length; i++) {
                data[i] = sector * 512 + i < disk.length ? disk[(int) sector * 512 + i] : 0;
            }
            return data;
        }
        if (bytes % 512 != 0 || !inside(sector, bytes)) {
            return null;
        }
        return Arrays.copyOfRange(disk, (int) (sector * 512), (int) (sector * 512 + bytes));
    }

    private boolean write(long sector, byte[] data) {
        if (readOnly && !is(BD_READ_ONLY_WRITES) || data.length % 512 != 0) {
            return false;
        }
        if (!inside(sector, data.length)) {
            if (is(BD_PARTIAL_WRITE) && sector >= 0 && sector < disk.length / 512) {
                System.arraycopy(data, 0, disk, (int) sector * 512, disk.length - (int) sector * 512);
            }
            return false;
        }
        System.arraycopy(data, 0, disk, (int) (sector * 512), data.length);
        return true;
    }

    private int ranges(int type, byte[] bytes) {
        if (bytes.length == 0 || bytes.length % 16 != 0 || bytes.length > 64) {
            return 1;
        }
        ByteBuffer ranges = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < bytes.length; at += 16) {
            int flags = ranges.getInt(at + 12);
            int allowed = type == 13 ? 1 : 0;
            boolean lax = is(BD_ZEROES_FLAGS) && type == 13 || is(BD_DISCARD_UNMAP) && type == 11 && flags == 1;
            if ((flags & ~allowed) != 0 && !lax) {
                return 2;
            }
            if (!inside(ranges.getLong(at), (ranges.getInt(at + 8) & 0xffff_ffffL) * 512)) {
                return 1;
            }
        }
        for (int at = 0; at < bytes.length; at += 16) {
            int from = (int) ranges.getLong(at) * 512;
            Arrays.fill(disk, from, from + ranges.getInt(at + 8) * 512, (byte) 0);
            if (is(BD_ZEROES_FIRST_RANGE)) {
                break;
            }
        }
        return 0;
    }
}
