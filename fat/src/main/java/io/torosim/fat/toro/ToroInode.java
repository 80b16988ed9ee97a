package io.torosim.fat.toro;

/**
 * An inode of Toro's FAT driver. Its number is the first cluster, so all empty files are inode 0.
 *
 * @param number first cluster; 1 for the root
 * @param size bytes
 * @param directory whether it is a directory
 */
public record ToroInode(int number, long size, boolean directory) {
    /** The root directory. */
    public static final ToroInode ROOT = new ToroInode(1, 0, true);
}
