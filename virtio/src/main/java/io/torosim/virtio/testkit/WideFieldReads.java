package io.torosim.virtio.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows how a driver reads one configuration field of more than 32 bits (rule F18, sections 2.5.1 and 2.5.4): every
 * byte between two equal generations, or on the legacy interface until two whole reads agree.
 */
final class WideFieldReads {
    final String name;
    final int offset;
    final int bytes;

    private final boolean legacy;
    private final byte[] current;
    private final byte[] last;
    private int seen; // bytes of this round, a mask
    private int stale; // bytes read before the generation changed and not since
    private boolean anyRead;
    private boolean whole; // legacy: last is a whole read
    private boolean agreed; // legacy: two whole reads were equal

    WideFieldReads(String name, int offset, int bytes, boolean legacy) {
        this.name = name;
        this.offset = offset;
        this.bytes = bytes;
        this.legacy = legacy;
        this.current = new byte[bytes];
        this.last = new byte[bytes];
    }

    void reset() {
        seen = 0;
        stale = 0;
        anyRead = false;
        whole = false;
        agreed = false;
    }

    private int mask(int at, int widthBytes) {
        int mask = 0;
        for (int i = 0; i < bytes; i++) {
            mask |= offset + i >= at && offset + i < at + widthBytes ? 1 << i : 0;
        }
        return mask;
    }

    boolean touchedBy(int at, int widthBytes) {
        return mask(at, widthBytes) != 0;
    }

    /** The driver has read some of the configuration. */
    void read(int at, int widthBytes, long value) {
        int mask = mask(at, widthBytes);
        if (mask == 0) {
            return;
        }
        anyRead = true;
        stale &= ~mask;
        if (legacy && (seen & mask) != 0) {
            seen = 0; // a byte again before all of them: a new round
        }
        if (legacy && seen == 0) {
            agreed = false;
        }
        seen |= mask;
        for (int i = 0; i < bytes; i++) {
            if ((mask >> i & 1) != 0) {
                current[i] = (byte) (value >>> 8 * (offset + i - at));
            }
        }
        if (legacy && seen == (1 << bytes) - 1) {
            agreed = whole && Arrays.equals(current, last);
            System.arraycopy(current, 0, last, 0, bytes);
            whole = true;
            seen = 0;
        }
    }

    /** The driver has read the generation; on the legacy interface there is none. */
    void generation(boolean changed) {
        stale |= changed ? seen : 0;
        seen = 0;
    }

    /** Returns what is missing now that the driver goes by what it read, or null. */
    @Nullable
    String missing() {
        if (!anyRead) {
            return null;
        }
        if (legacy) {
            return agreed ? null : "must be read until two reads of the whole field agree";
        }
        return stale != 0
                ? "must be read again: the generation has changed"
                : seen != 0 ? "the generation must be read again after the field" : null;
    }

    /** Returns the value last read, its first 8 bytes. */
    long value() {
        long value = 0;
        for (int i = 0; i < Math.min(8, bytes); i++) {
            value |= (current[i] & 0xffL) << 8 * i;
        }
        return value;
    }
}
