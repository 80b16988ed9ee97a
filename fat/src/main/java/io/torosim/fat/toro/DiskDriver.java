package io.torosim.fat.toro;

/** A disk as the kernel drives it. */
@FunctionalInterface
interface DiskDriver {
    /**
     * Begins to read.
     *
     * @param sector first sector
     * @param target takes a whole number of sectors
     * @param work counts what is done
     * @return the request
     */
    DiskRequest read(long sector, byte[] target, DiskWork work);
}
