package io.torosim.virtio.qtest;

import io.torosim.core.block.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A disk that cannot be written. */
record ReadOnlyDisk(BlockDevice disk) implements BlockDevice {
    @Override
    public long sectorCount() {
        return disk.sectorCount();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        disk.read(sector, target);
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        throw new IOException("the disk is read-only");
    }

    @Override
    public void flush() throws IOException {
        disk.flush();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
