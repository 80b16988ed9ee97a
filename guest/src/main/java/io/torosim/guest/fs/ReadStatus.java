package io.torosim.guest.fs;

/** How a routine of the {@link FatReader} ended; a word of its frame holds the ordinal. */
public enum ReadStatus {
    /** Done. */
    OK("done"),
    /** The type string of the boot sector is not that of FAT16. */
    NOT_FAT16("type string is not FAT16"),
    /** All buffers are in use. */
    NO_BUFFER("no buffer is free"),
    /** All buffers are in use, by the table itself. */
    TABLE_FILLS_CACHE("buffer cache is full of the table"),
    /** The disk answered with its error bit. */
    DISK_ERROR("disk error"),
    /** A directory's chain of clusters has no end. */
    ENDLESS("the driver searches for ever"),
    /** A component of the path is not there. */
    NOT_FOUND("no such file"),
    /** The boot sector has 0 bytes in a sector or 0 sectors in a cluster: the driver divides by it. */
    DIVISION_BY_ZERO("division by zero: bytesPerSector or sectorsPerCluster is 0"),
    /** There is no memory for the table or for a buffer. */
    NO_MEMORY("out of memory"),
    /** Nothing is mounted. */
    NOT_MOUNTED("nothing is mounted");

    private static final ReadStatus[] ALL = values();

    private final String text;

    ReadStatus(String text) {
        this.text = text;
    }

    /** Returns what happened, in words. */
    public String text() {
        return text;
    }

    static ReadStatus of(long ordinal) {
        return ALL[(int) ordinal];
    }
}
