package io.torosim.guest.fs;

import java.util.Set;

/**
 * Where the driver believes that the parts of a volume lie, in blocks of 512 bytes ({@code FatReadSuper}).
 *
 * @param tableStart first block of the table
 * @param tableBlocks its blocks
 * @param rootStart first block of the root directory
 * @param rootEnd first block of cluster 2
 * @param blocksPerCluster at least 1
 */
record ToroLayout(int tableStart, int tableBlocks, int rootStart, int rootEnd, int blocksPerCluster) {
    private static final int BLOCK = 512;
    private static final int SLOT = 32;

    /**
     * Works the places out.
     *
     * @param bytesPerSector of the boot sector, not 0, as the others are
     * @param sectorsPerCluster not 0
     * @param reservedSectors before the first table
     * @param tables how many there are
     * @param rootEntries slots of the root directory
     * @param tableSectors sectors of one table
     * @param quirks the defects that are on
     * @return the places, right or not
     */
    static ToroLayout of(
            int bytesPerSector,
            int sectorsPerCluster,
            int reservedSectors,
            int tables,
            int rootEntries,
            int tableSectors,
            Set<FatQuirk> quirks) {
        int perSector = quirks.contains(FatQuirk.SECTOR_IS_BLOCK) ? 1 : Math.max(1, bytesPerSector / BLOCK);
        int before = quirks.contains(FatQuirk.ONE_RESERVED_SECTOR) ? 1 : reservedSectors;
        int copies = quirks.contains(FatQuirk.TWO_TABLES) ? 2 : tables;
        int rest = quirks.contains(FatQuirk.ROOT_ROUNDED_DOWN) ? 0 : bytesPerSector - 1;
        int rootStart = reservedSectors + copies * tableSectors;
        int rootSectors = (rootEntries * SLOT + rest) / bytesPerSector;
        return new ToroLayout(
                before * perSector,
                tableSectors * perSector,
                rootStart * perSector,
                (rootStart + rootSectors) * perSector,
                sectorsPerCluster * perSector);
    }
}
