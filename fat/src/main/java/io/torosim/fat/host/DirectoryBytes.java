package io.torosim.fat.host;

import io.torosim.fat.host.HostDirectoryDisk.HostDirectoryOptions;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.FatTime;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * Writes the slots of a directory as QEMU does: a label in the root, {@code .} and {@code ..} below it, then for every
 * entry a long name, even when the name is plain 8.3, and the short entry. QEMU writes the host's ctime and atime where
 * this writes the modification time: Java has no portable ctime.
 */
final class DirectoryBytes {
    private static final int LABEL_BITS = DirectorySlot.VOLUME_ID | DirectorySlot.ARCHIVE;

    private DirectoryBytes() {}

    static int slotCount(HostFile directory) {
        int slots = directory.parent == null ? 1 : 2;
        for (HostFile child : directory.children) {
            slots += LongName.slotCount(child.name) + 1;
        }
        return slots;
    }

    static byte[] of(HostFile directory, HostDirectoryOptions options) throws FatException {
        byte[] bytes = new byte[slotCount(directory) * DirectorySlot.BYTES];
        int at = 0;
        if (directory.parent == null) {
            if (bytes.length > VvfatLayout.ROOT_ENTRIES * DirectorySlot.BYTES) {
                throw new FatException(
                        "fat:" + directory.path,
                        null,
                        FatRule.DIRECTORY_FULL,
                        FatException.NO_CLUSTER,
                        "too many entries in root directory: " + slotCount(directory) + " slots of 512");
            }
            Arrays.fill(bytes, 0, ShortName.BYTES, (byte) ' ');
            byte[] label = options.label().getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(label, 0, bytes, 0, label.length);
            bytes[DirectorySlot.ATTRIBUTES_OFFSET] = LABEL_BITS;
            at += DirectorySlot.BYTES;
        } else {
            at = dot(bytes, at, ".", directory, options.zone());
            at = dot(bytes, at, "..", directory.parent, options.zone());
        }
        var shortNames = new VvfatShortNames();
        for (HostFile child : directory.children) {
            byte[] shortName = shortNames.next(child.name);
            byte[] longName = LongName.slots(child.name, ShortName.checksum(shortName, 0), 0);
            System.arraycopy(longName, 0, bytes, at, longName.length);
            at += longName.length;
            System.arraycopy(shortName, 0, bytes, at, ShortName.BYTES);
            at = entry(bytes, at, child, options.zone());
        }
        return bytes;
    }

    private static int dot(byte[] bytes, int at, String name, HostFile directory, ZoneId zone) {
        Arrays.fill(bytes, at, at + ShortName.BYTES, (byte) ' ');
        Arrays.fill(bytes, at, at + name.length(), (byte) '.');
        return entry(bytes, at, directory, zone);
    }

    private static int entry(byte[] bytes, int at, HostFile file, ZoneId zone) {
        bytes[at + DirectorySlot.ATTRIBUTES_OFFSET] =
                (byte) (file.directory ? DirectorySlot.DIRECTORY : DirectorySlot.ARCHIVE);
        long time = FatTime.twoSeconds(FatTime.of(file.modified().toInstant(), zone));
        DirectorySlot.putTimes(bytes, at, time, time, time);
        DirectorySlot.putExtent(bytes, at, file.firstCluster, file.directory ? 0 : file.size);
        return at + DirectorySlot.BYTES;
    }
}
