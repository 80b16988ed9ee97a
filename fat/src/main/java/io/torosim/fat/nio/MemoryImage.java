package io.torosim.fat.nio;

import io.torosim.core.block.BlockDevice;
import java.nio.ByteBuffer;

/**
 * The disk of a volume in memory, zeros at first, taken 64 KiB at a time when it is first written. Several readers or one
 * writer at a time: the lock of its volume, its only user, sees to that.
 */
final class MemoryImage implements BlockDevice {
    private static final int PAGE_SHIFT = 7; // 128 sectors
    private static final int PAGE_SECTORS = 1 << PAGE_SHIFT;

    private final long sectorCount;
    private final byte[][] pages;

    MemoryImage(long sectorCount) {
        this.sectorCount = sectorCount;
        this.pages = new byte[(int) (sectorCount + PAGE_SECTORS - 1 >> PAGE_SHIFT)][];
    }

    @Override
    public long sectorCount() {
        return sectorCount;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public void read(long sector, ByteBuffer target) {
        int left = checkedSectors(sector, target);
        for (int at = (int) sector; left > 0; ) {
            int inPage = at & PAGE_SECTORS - 1;
            int count = Math.min(left, PAGE_SECTORS - inPage);
            byte[] page = pages[at >> PAGE_SHIFT];
            if (page == null) {
                target.put(new byte[count * SECTOR_BYTES]);
            } else {
                target.put(page, inPage * SECTOR_BYTES, count * SECTOR_BYTES);
            }
            at += count;
            left -= count;
        }
    }

    @Override
    public void readPart(long sector, int offset, ByteBuffer target) {
        checkPart(sector, offset, target);
        byte[] page = pages[(int) sector >> PAGE_SHIFT];
        if (page == null) {
            target.put(new byte[target.remaining()]);
        } else {
            int at = ((int) sector & PAGE_SECTORS - 1) * SECTOR_BYTES + offset;
            target.put(page, at, target.remaining());
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) {
        int left = checkedSectors(sector, source);
        for (int at = (int) sector; left > 0; ) {
            int inPage = at & PAGE_SECTORS - 1;
            int count = Math.min(left, PAGE_SECTORS - inPage);
            byte[] page = pages[at >> PAGE_SHIFT];
            if (page == null) {
                page = new byte[PAGE_SECTORS * SECTOR_BYTES];
                pages[at >> PAGE_SHIFT] = page;
            }
            source.get(page, inPage * SECTOR_BYTES, count * SECTOR_BYTES);
            at += count;
            left -= count;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
