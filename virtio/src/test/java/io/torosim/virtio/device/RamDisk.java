package io.torosim.virtio.device;

import io.torosim.core.block.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk in an array, which can be told to fail. */
public final class RamDisk implements BlockDevice {
    public final byte[] bytes;
    public final boolean readOnly;
    public int flushes;
    public boolean failing;

    public RamDisk(int sectors, boolean readOnly) {
        this.bytes = new byte[sectors * SECTOR_BYTES];
        this.readOnly = readOnly;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i / SECTOR_BYTES * 7 + i);
        }
    }

    @Override
    public long sectorCount() {
        return bytes.length / SECTOR_BYTES;
    }

    @Override
    public boolean readOnly() {
        return readOnly;
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        check();
        target.put(bytes, (int) sector * SECTOR_BYTES, target.remaining());
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        check();
        source.get(bytes, (int) sector * SECTOR_BYTES, source.remaining());
    }

    private void check() throws IOException {
        if (failing) {
            throw new IOException("medium");
        }
    }

    @Override
    public void flush() {
        flushes++;
    }

    @Override
    public void close() {}
}
