package io.torosim.fat.check;

import io.torosim.core.block.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** A disk whose writes stay in memory until they are asked for: to look at what a repair would make. */
final class OverlayDevice implements BlockDevice {
    private final BlockDevice below;
    private final TreeMap<Long, byte[]> written = new TreeMap<>();

    OverlayDevice(BlockDevice below) {
        this.below = below;
    }

    /** Returns the sectors written, by number. */
    Map<Long, byte[]> written() {
        return written;
    }

    @Override
    public long sectorCount() {
        return below.sectorCount();
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        int sectors = checkedSectors(sector, target);
        int start = target.position();
        below.read(sector, target);
        for (Map.Entry<Long, byte[]> entry :
                written.subMap(sector, sector + sectors).entrySet()) {
            target.put(start + (int) (entry.getKey() - sector) * SECTOR_BYTES, entry.getValue());
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) {
        int sectors = checkedSectors(sector, source);
        for (int i = 0; i < sectors; i++) {
            byte[] bytes = new byte[SECTOR_BYTES];
            source.get(bytes);
            written.put(sector + i, bytes);
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
