package io.torosim.system.device;

import io.torosim.core.block.BlockDevice;
import java.nio.ByteBuffer;

/** A disk in an array. */
final class BytesDisk implements BlockDevice {
    private final byte[] content;

    BytesDisk(byte[] content) {
        this.content = content;
    }

    @Override
    public long sectorCount() {
        return content.length / SECTOR_BYTES;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public void read(long sector, ByteBuffer target) {
        target.put(content, (int) sector * SECTOR_BYTES, target.remaining());
    }

    @Override
    public void write(long sector, ByteBuffer source) {
        source.get(content, (int) sector * SECTOR_BYTES, source.remaining());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
