package io.torosim.fat.crash;

import io.torosim.core.block.BlockDevice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A disk over a fixed base that notes every sector written and every flush, in order. */
final class CrashDevice implements BlockDevice {
    /** A sector written, or a flush if the bytes are null. */
    record Event(int sector, byte[] bytes) {
        boolean isFlush() {
            return bytes == null;
        }
    }

    private final byte[] base;
    private final Map<Integer, byte[]> now;
    final List<Event> log = new ArrayList<>();

    CrashDevice(byte[] base, Map<Integer, byte[]> changed) {
        this.base = base;
        this.now = new HashMap<>(changed);
    }

    CrashDevice(byte[] base) {
        this(base, Map.of());
    }

    @Override
    public long sectorCount() {
        return base.length / SECTOR_BYTES;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public void read(long sector, ByteBuffer target) {
        for (int s = (int) sector; target.hasRemaining(); s++) {
            byte[] changed = now.get(s);
            if (changed != null) {
                target.put(changed);
            } else {
                target.put(base, s * SECTOR_BYTES, SECTOR_BYTES);
            }
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) {
        for (int s = (int) sector; source.hasRemaining(); s++) {
            byte[] bytes = new byte[SECTOR_BYTES];
            source.get(bytes);
            now.put(s, bytes);
            log.add(new Event(s, bytes));
        }
    }

    @Override
    public void flush() {
        log.add(new Event(-1, null));
    }

    @Override
    public void close() {}
}
