package io.torosim.fat.testkit;

/**
 * The rules of the on-disk format, each with the heading of Microsoft's "FAT: General Overview of On-Disk Format" (version
 * 1.03, 2000) that it is read from.
 */
public enum DiskRule {
    /** Boot sector. */
    B1("Boot Sector and BPB Structure", "bytes per sector is 512, 1024, 2048 or 4096"),
    /** Boot sector. */
    B2("Boot Sector and BPB Structure", "sectors per cluster is a power of two from 1 to 128"),
    /** Boot sector. */
    B3("Boot Sector and BPB Structure", "at least one sector is reserved"),
    /** Boot sector. */
    B4("Boot Sector and BPB Structure", "there is at least one FAT"),
    /** Boot sector. */
    B5("Boot Sector and BPB Structure", "the root directory has entries"),
    /** Boot sector. */
    B6("Boot Sector and BPB Structure", "the total sector count holds all parts and is not larger than the disk"),
    /** Boot sector. */
    B7("FAT Data Structure", "a FAT has an entry for every cluster"),
    /** Boot sector. */
    B8("FAT Type Determination", "there are 1 to 65524 clusters, and their count alone decides the type"),
    /** Boot sector. */
    B9("Boot Sector and BPB Structure", "the media byte is F0h or F8h to FFh"),
    /** Boot sector. */
    B10("Boot Sector and BPB Structure", "the sector ends in 55h AAh at byte 510"),
    /** FAT. */
    F1("FAT Data Structure", "the low byte of entry 0 is the media byte, its other bits are set"),
    /** FAT. */
    F2("FAT Data Structure", "all FATs are equal"),
    /** FAT. */
    F3("FAT Data Structure", "a chain leads to clusters of the volume and ends in an end mark"),
    /** FAT. */
    F4("FAT Data Structure", "a chain does not lead to a free cluster"),
    /** FAT. */
    F5("FAT Data Structure", "a chain does not lead to a bad cluster"),
    /** FAT. */
    F6("FAT Data Structure", "a chain does not come back to itself"),
    /** FAT. */
    F7("FAT Data Structure", "a cluster belongs to one file"),
    /** FAT. */
    F8("FAT Data Structure", "a used cluster belongs to a file"),
    /** FAT. */
    F9("FAT Directory Structure", "a chain has as many clusters as the file size asks for"),
    /** Directory. */
    D1("FAT Directory Structure", "an empty file starts at 0, another file and a directory at a cluster"),
    /** Directory. */
    D2("FAT Directory Structure", "the size field of a directory is 0"),
    /** Directory. */
    D3("FAT Directory Structure", "a directory begins with . for itself and .. for its parent, 0 for the root"),
    /** Directory. */
    D4("FAT Directory Structure", "no other entry is a dot entry"),
    /** Directory. */
    D5("FAT Directory Structure", "short names in a directory differ"),
    /** Directory. */
    D6("FAT Long Directory Entries", "long names in a directory differ in more than case"),
    /** Directory. */
    D7("FAT Directory Structure", "the upper two attribute bits are 0"),
    /** Directory. */
    D8("FAT Directory Structure", "a volume label stands in the root directory, once, without clusters and size"),
    /** Directory. */
    D9("FAT Directory Structure", "the high half of a start cluster is 0"),
    /** Directory. */
    D10("Date and Time Formats", "date and time of the last write exist, of creation and access exist or are 0"),
    /** Directory. */
    D11("FAT Directory Structure", "slots behind the end mark are free"),
    /** Names. */
    N1("Name Limits and Character Sets", "a short name has legal characters only"),
    /** Names. */
    N2("Name Limits and Character Sets", "a short name has no lower-case letters"),
    /** Names. */
    N3("FAT Directory Structure", "a short name does not begin with a space"),
    /** Long names. */
    L1("FAT Long Directory Entries", "slots count down to 1, the first marked 40h, right before their short entry"),
    /** Long names. */
    L2("FAT Long Directory Entries", "every slot has the checksum of the short name"),
    /** Long names. */
    L3("FAT Long Directory Entries", "type and start cluster of a slot are 0"),
    /** Long names. */
    L4("FAT Long Directory Entries", "a name ends in 0000h if it leaves room, then FFFFh"),
    /** Long names. */
    L5(
            "Name Limits and Character Sets",
            "a long name has legal characters, at most 255, and does not end in a dot or space");

    private final String section;
    private final String text;

    DiskRule(String section, String text) {
        this.section = section;
        this.text = text;
    }

    /**
     * Returns where the rule is written down.
     *
     * @return a heading of the specification
     */
    public String section() {
        return section;
    }

    /**
     * Returns the rule.
     *
     * @return a short sentence
     */
    public String text() {
        return text;
    }
}
