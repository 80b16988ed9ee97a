package io.torosim.fat.layout;

import static io.torosim.fat.layout.LittleEndian.put16;
import static io.torosim.fat.layout.LittleEndian.put32;
import static io.torosim.fat.layout.LittleEndian.u16;
import static io.torosim.fat.layout.LittleEndian.u32;

/**
 * A 32-byte slot of a directory that holds a short entry ("FAT Directory Structure").
 *
 * <pre>
 * 00 Name (8 + 3)   0c NTRes (1)         0e CrtTime (2)   12 LstAccDate (2)   16 WrtTime (2)   1a FstClusLO (2)
 * 0b Attr (1)       0d CrtTimeTenth (1)  10 CrtDate (2)   14 FstClusHI (2)    18 WrtDate (2)   1c FileSize (4)
 * </pre>
 */
public final class DirectorySlot {
    /** Bytes of a slot. */
    public static final int BYTES = 32;
    /** First byte of the end mark: this slot and all behind it are free. */
    public static final int END_MARK = 0x00;
    /** First byte of a deleted slot. */
    public static final int DELETED = 0xe5;
    /** First byte that stands for a name's leading E5h. */
    public static final int KANJI_E5 = 0x05;

    /** Attribute: may not be written. */
    public static final int READ_ONLY = 0x01;
    /** Attribute: hidden. */
    public static final int HIDDEN = 0x02;
    /** Attribute: belongs to the operating system. */
    public static final int SYSTEM = 0x04;
    /** Attribute: the entry is the volume label. */
    public static final int VOLUME_ID = 0x08;
    /** Attribute: the entry is a directory. */
    public static final int DIRECTORY = 0x10;
    /** Attribute: changed since the last backup. */
    public static final int ARCHIVE = 0x20;
    /** The attribute bits of a long-name slot. */
    public static final int LONG_NAME = READ_ONLY | HIDDEN | SYSTEM | VOLUME_ID;
    /** The bits that {@link #LONG_NAME} is compared under. */
    public static final int LONG_NAME_MASK = LONG_NAME | DIRECTORY | ARCHIVE;
    /** Bit of byte 0ch: the base name is shown in lower case (Windows NT). */
    public static final int LOWER_BASE = 0x08;
    /** Bit of byte 0ch: the extension is shown in lower case (Windows NT). */
    public static final int LOWER_EXTENSION = 0x10;

    static final int LOWER_BASE_AND_EXTENSION = LOWER_BASE | LOWER_EXTENSION;

    /** Offset of the attributes. */
    public static final int ATTRIBUTES_OFFSET = 0x0b;
    /** Offset of the case flags. */
    public static final int CASE_OFFSET = 0x0c;
    /** Offset of the hundredths of the creation time. */
    public static final int CREATE_TENTHS_OFFSET = 0x0d;
    /** Offset of the creation time. */
    public static final int CREATE_TIME_OFFSET = 0x0e;
    /** Offset of the creation date. */
    public static final int CREATE_DATE_OFFSET = 0x10;
    /** Offset of the access date. */
    public static final int ACCESS_DATE_OFFSET = 0x12;
    /** Offset of the high half of the first cluster, 0 on FAT16. */
    public static final int CLUSTER_HIGH_OFFSET = 0x14;
    /** Offset of the write time. */
    public static final int WRITE_TIME_OFFSET = 0x16;
    /** Offset of the write date. */
    public static final int WRITE_DATE_OFFSET = 0x18;
    /** Offset of the first cluster. */
    public static final int CLUSTER_OFFSET = 0x1a;
    /** Offset of the size. */
    public static final int SIZE_OFFSET = 0x1c;

    private DirectorySlot() {}

    /**
     * Returns the attributes.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return attribute bits
     */
    public static int attributes(byte[] bytes, int slot) {
        return bytes[slot + ATTRIBUTES_OFFSET] & 0xff;
    }

    /**
     * Returns whether a slot is part of a long name.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return true for a long-name slot
     */
    public static boolean isLongName(byte[] bytes, int slot) {
        return (bytes[slot + ATTRIBUTES_OFFSET] & LONG_NAME_MASK) == LONG_NAME;
    }

    /**
     * Returns the first cluster.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return 0 to 65535, unchecked
     */
    public static int firstCluster(byte[] bytes, int slot) {
        return u16(bytes, slot + CLUSTER_OFFSET);
    }

    /**
     * Returns the size.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @return bytes
     */
    public static long size(byte[] bytes, int slot) {
        return u32(bytes, slot + SIZE_OFFSET);
    }

    /**
     * Writes the three times of an entry.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @param created {@link FatTime} of creation
     * @param accessed {@link FatTime} of the last access, of which the date is kept
     * @param written {@link FatTime} of the last write
     */
    public static void putTimes(byte[] bytes, int slot, long created, long accessed, long written) {
        bytes[slot + CREATE_TENTHS_OFFSET] = (byte) FatTime.tenths(created);
        put16(bytes, slot + CREATE_TIME_OFFSET, FatTime.time(created));
        put16(bytes, slot + CREATE_DATE_OFFSET, FatTime.date(created));
        put16(bytes, slot + ACCESS_DATE_OFFSET, FatTime.date(accessed));
        put16(bytes, slot + WRITE_TIME_OFFSET, FatTime.time(written));
        put16(bytes, slot + WRITE_DATE_OFFSET, FatTime.date(written));
    }

    /**
     * Writes first cluster and size.
     *
     * @param bytes a directory
     * @param slot offset of the slot in it
     * @param firstCluster first cluster, 0 for none
     * @param size bytes
     */
    public static void putExtent(byte[] bytes, int slot, int firstCluster, long size) {
        put16(bytes, slot + CLUSTER_OFFSET, firstCluster);
        put32(bytes, slot + SIZE_OFFSET, size);
    }
}
