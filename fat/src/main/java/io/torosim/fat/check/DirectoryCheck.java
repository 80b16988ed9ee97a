package io.torosim.fat.check;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.DirectorySlot;
import io.torosim.fat.layout.LongName;
import io.torosim.fat.layout.NameFolding;
import io.torosim.fat.layout.ShortName;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the slots of one directory, and takes the chains of its files.
 *
 * <p>{@link VolumeCheck} makes one for each directory and hears what is broken; slots are {@link DirectorySlot}s, their names {@link LongName} and
 * {@link ShortName}, folded by {@link NameFolding} to find two that are the same.
 */
final class DirectoryCheck {
    private static final int MAX_SLOTS = 65536;

    /**
     * A directory still to be checked.
     *
     * @param path its path
     * @param cluster its first cluster, 0 for the root
     * @param parent first cluster of its parent, 0 for the root
     */
    record Pending(String path, int cluster, int parent) {
        static final Pending ROOT = new Pending("/", 0, 0);

        String child(String name) {
            return cluster == 0 ? "/" + name : path + "/" + name;
        }
    }

    private final VolumeCheck check;
    private final Pending self;
    private final LongName longName = new LongName();
    private final Set<String> names = new HashSet<>();
    private int slots;
    private boolean ended;
    private boolean stale;
    private boolean labelled;

    DirectoryCheck(VolumeCheck check, Pending self) {
        this.check = check;
        this.self = self;
    }

    void run() throws IOException {
        BootSector boot = check.boot();
        if (self.cluster() == 0) {
            long start = boot.rootStartSector() * boot.bytesPerSector();
            takeAll(start, boot.rootEntries() * DirectorySlot.BYTES);
        } else {
            for (int cluster : check.chains().claim(check, self.path(), self.cluster(), -1)) {
                takeAll(boot.clusterOffset(cluster), boot.clusterBytes());
            }
            if (slots > MAX_SLOTS) {
                report(FatRule.DIRECTORY_SIZE, self.path(), "directory has " + slots + " slots");
            }
        }
        orphan();
        if (stale) {
            report(FatRule.STALE_SLOTS, self.path(), "used slots stand behind the end mark");
        }
    }

    private void takeAll(long offset, int bytes) throws IOException {
        byte[] all = new byte[(bytes + 511) / 512 * 512];
        long room = check.device().sectorCount() - offset / BlockDevice.SECTOR_BYTES;
        int readable = (int) Math.max(0, Math.min(all.length / 512, room)) * 512;
        if (readable == 0) {
            return; // behind the end of the device, of which the volume's own check tells
        }
        check.device().read(offset / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(all, 0, readable));
        for (int at = 0; at + DirectorySlot.BYTES <= Math.min(bytes, readable); at += DirectorySlot.BYTES) {
            if (slots < MAX_SLOTS) {
                take(all, at);
            }
            slots++;
        }
    }

    private void take(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        boolean dot = !ended && checkDots(bytes, at);
        if (ended) {
            stale |= first != DirectorySlot.END_MARK && first != DirectorySlot.DELETED;
        } else if (first == DirectorySlot.END_MARK) {
            ended = true;
            orphan();
        } else if (first == DirectorySlot.DELETED) {
            orphan();
        } else if (DirectorySlot.isLongName(bytes, at)) {
            if (!longName.accept(bytes, at)) {
                report(FatRule.LONG_NAME, self.path(), "slot " + slots + " does not continue a long name");
            }
            String defect = LongName.defect(bytes, at);
            if (defect != null) {
                report(FatRule.LONG_NAME, self.path(), "slot " + slots + " of a long name " + defect);
            }
        } else if (!dot) {
            takeShort(bytes, at);
        } else {
            orphan();
        }
    }

    private void orphan() {
        if (longName.pending()) {
            report(FatRule.LONG_NAME, self.path(), "long name before slot " + slots + " has no short entry");
            longName.reset();
        }
    }

    private void takeShort(byte[] bytes, int at) {
        boolean pending = longName.pending();
        String shown = longName.finish(bytes, at);
        if (pending && shown == null) {
            report(FatRule.LONG_NAME, self.path(), "long name before slot " + slots + " does not fit its short entry");
        }
        int bits = DirectorySlot.attributes(bytes, at);
        if ((bits & DirectorySlot.VOLUME_ID) != 0) {
            if (self.cluster() != 0 || labelled) {
                report(FatRule.VOLUME_LABEL, self.path(), "slot " + slots + " is a volume label");
            }
            if (!labelled && self.cluster() == 0) {
                check.label(ShortName.bytes(bytes, at));
            }
            labelled = true;
            return;
        }
        String shortName = ShortName.decode(bytes, at, check.options().codePage(), false);
        String name = shown != null
                ? shown
                : ShortName.decode(bytes, at, check.options().codePage(), true);
        String illegal = shown == null ? null : LongName.defect(shown);
        if (shown != null && illegal != null) {
            report(FatRule.LONG_NAME_CHARACTERS, self.child(shown), illegal);
        }
        checkNames(bytes, at, name, shortName);
        checkContent(bytes, at, self.child(name), (bits & DirectorySlot.DIRECTORY) != 0);
    }

    /** Checks that the first two slots of a sub-directory, and no others, are dot entries; says if this one is. */
    private boolean checkDots(byte[] bytes, int at) {
        boolean dot = isDot(bytes, at, ".          ");
        boolean dotDot = isDot(bytes, at, "..         ");
        boolean place = self.cluster() != 0 && slots < 2;
        if (place && (slots == 0 ? !dot : !dotDot)) {
            report(FatRule.DOT_ENTRIES, self.path(), "slot " + slots + " is not " + (slots == 0 ? "." : ".."));
        } else if (place) {
            int cluster = DirectorySlot.firstCluster(bytes, at);
            int right = dot ? self.cluster() : self.parent();
            if (cluster != right) {
                report(
                        FatRule.DOT_ENTRIES,
                        self.path(),
                        (dot ? "." : "..") + " is cluster " + cluster + ", should be " + right);
            }
        } else if (dot || dotDot) {
            report(FatRule.DOT_ENTRIES, self.path(), "slot " + slots + " is a dot entry");
        }
        return dot || dotDot;
    }

    private static boolean isDot(byte[] bytes, int at, String name) {
        for (int i = 0; i < ShortName.BYTES; i++) {
            if (bytes[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void checkNames(byte[] bytes, int at, String name, String shortName) {
        String defect = ShortName.defect(bytes, at);
        if (defect != null) {
            report(FatRule.SHORT_NAME, self.child(name), "short name " + defect);
        }
        String foldedName = NameFolding.fold(name);
        String foldedShort = NameFolding.fold(shortName);
        boolean fresh = names.add(foldedName);
        if (!foldedShort.equals(foldedName)) {
            fresh &= names.add(foldedShort);
        }
        if (!fresh) {
            report(FatRule.DUPLICATE_NAME, self.child(name), "name or short name " + shortName + " stands twice");
        }
    }

    private void checkContent(byte[] bytes, int at, String path, boolean directory) {
        int cluster = DirectorySlot.firstCluster(bytes, at);
        long size = DirectorySlot.size(bytes, at);
        if (directory) {
            if (size != 0) {
                report(FatRule.DIRECTORY_SIZE, path, "size of a directory is " + size);
            }
            if (cluster == 0) {
                report(FatRule.DIRECTORY_START, path, "first cluster is 0");
            } else {
                check.later(new Pending(path, cluster, self.cluster()));
            }
            return;
        }
        check.countFile();
        if (cluster != 0 || size != 0) {
            int clusterBytes = check.boot().clusterBytes();
            check.chains().claim(check, path, cluster, (size + clusterBytes - 1) / clusterBytes);
        }
    }

    private void report(FatRule rule, String path, String detail) {
        check.report(rule, path, self.cluster() == 0 ? -1 : self.cluster(), detail);
    }
}
