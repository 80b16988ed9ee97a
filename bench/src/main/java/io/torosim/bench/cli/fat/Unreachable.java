package io.torosim.bench.cli.fat;

import io.torosim.fat.nio.FatFileAttributeView.FatFileAttributes;
import io.torosim.fat.nio.FatFileSystemProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells of entries that are not, or not by their own name, reached by a path. */
final class Unreachable {
    private Unreachable() {}

    /** Says so if an entry goes by its short name, because an earlier one has its long name. */
    static boolean tellTaken(Path entry, PrintWriter err) throws IOException {
        String taken = Files.readAttributes(entry, FatFileAttributes.class).takenName();
        if (taken == null) {
            return false;
        }
        err.println("torosim fat: " + entry + ": goes by its short name: an earlier entry has its name " + taken);
        return true;
    }

    /** Names the entries of a directory that no path reaches. */
    static boolean tellLeftOut(Path directory, PrintWriter err) throws IOException {
        var leftOut = FatFileSystemProvider.leftOut(directory);
        leftOut.forEach(entry -> err.println("torosim fat: " + directory + ": left out: " + entry));
        return !leftOut.isEmpty();
    }
}
