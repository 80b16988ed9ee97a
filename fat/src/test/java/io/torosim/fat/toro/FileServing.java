package io.torosim.fat.toro;

import io.torosim.fat.toro.DirectorySearch.ToroInode;
import io.torosim.fat.toro.DiskWork.DiskCosts;
import java.io.IOException;
import java.util.Set;

/**
 * The file-serving experiment: a kernel mounts a disk and serves one file again and again, opening it and reading it in
 * pieces for every request, as Toro's static web server does. What the first request costs is mostly the disk; what the
 * later ones cost is the linear searches and the copies, which a compiler's optimisation changes.
 *
 * @param mountPs time of the mount
 * @param firstPs time of the first request
 * @param laterPs time of each later request, the mean rounded down
 * @param bytes size of the file
 * @param right whether the bytes delivered were the file's
 * @param work everything done
 */
record FileServing(long mountPs, long firstPs, long laterPs, long bytes, boolean right, DiskWork work) {

    /**
     * Runs the experiment.
     *
     * @param driver the disk, or partition
     * @param costs what the steps cost
     * @param quirks defects of the FAT driver that are on
     * @param path the file
     * @param expected its content, to tell whether the bytes served are right
     * @param requests number of requests, at least 2
     * @param pieceBytes bytes of one read, at least 1
     * @return the result
     * @throws IOException if the file is not found or the medium fails
     */
    public static FileServing run(
            DiskDriver driver,
            DiskCosts costs,
            Set<FatQuirk> quirks,
            String path,
            byte[] expected,
            int requests,
            int pieceBytes)
            throws IOException {
        if (requests < 2 || pieceBytes < 1) {
            throw new IllegalArgumentException("requests must be at least 2 and pieceBytes at least 1, requests="
                    + requests + ", pieceBytes=" + pieceBytes);
        }
        var work = new DiskWork();
        var fat = new ToroFat(driver, costs, quirks, work);
        long mounted = work.totalPs();
        boolean right = serve(fat, path, expected, pieceBytes);
        long first = work.totalPs() - mounted;
        for (int i = 1; i < requests; i++) {
            right &= serve(fat, path, expected, pieceBytes);
        }
        long later = (work.totalPs() - mounted - first) / (requests - 1);
        return new FileServing(mounted, first, later, expected.length, right, work);
    }

    private static boolean serve(ToroFat fat, String path, byte[] expected, int pieceBytes) throws IOException {
        ToroInode file = fat.open(path);
        boolean right = file.size() == expected.length;
        for (int at = 0; at < file.size(); at += pieceBytes) {
            byte[] piece = fat.read(file, at, pieceBytes);
            right &= at + piece.length <= expected.length
                    && java.util.Arrays.equals(piece, 0, piece.length, expected, at, at + piece.length);
        }
        return right;
    }
}
