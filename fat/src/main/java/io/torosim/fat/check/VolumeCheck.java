package io.torosim.fat.check;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck.CheckReport.Finding;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.layout.FatEntries;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.rule.FatType;
import io.torosim.fat.volume.Partitions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads a whole volume and lists every rule broken. It shares only the layout classes with the mounted volume, so that
 * it is a second opinion on what that writes.
 *
 * <p>Cost: the FATs and every directory are read once, file data is not. Memory: a few bytes a cluster, and one
 * directory at a time.
 *
 * <p>The chains are checked by {@link Chains}, each directory by {@link DirectoryCheck}; {@link VolumeRepair} mends what can be mended.
 * {@link Partitions} finds the volume on a disk.
 */
public final class VolumeCheck {
    /** Findings that are kept; a badly damaged volume has millions. */
    public static final int MAX_FINDINGS = 10_000;

    private final BlockDevice device;
    private final MountOptions options;
    private final BootSector boot;
    private final Chains chains;
    private final List<Finding> findings = new ArrayList<>();
    private final ArrayDeque<DirectoryCheck.Pending> pending = new ArrayDeque<>();
    private String label = "";
    private int files;
    private int directories;

    private VolumeCheck(BlockDevice device, MountOptions options, BootSector boot) throws IOException {
        this.device = device;
        this.options = options;
        this.boot = boot;
        this.chains = new Chains(boot, fat(0), device.sectorCount() * BlockDevice.SECTOR_BYTES);
    }

    /**
     * Checks the volume on a device, or on one of its partitions. Nothing is written.
     *
     * @param disk the device
     * @param options partition, code page and name of the image
     * @return what was found
     * @throws FatException if the volume cannot be mounted, naming the rule of weight {@link FatRule.Weight#REFUSE}
     * @throws IOException if the device fails
     */
    public static CheckReport check(BlockDevice disk, MountOptions options) throws IOException {
        Objects.requireNonNull(disk, "disk");
        Objects.requireNonNull(options, "options");
        BlockDevice device = Partitions.volumeOn(disk, options);
        return new VolumeCheck(device, options, BootSector.read(options.image(), device)).run();
    }

    private CheckReport run() throws IOException {
        checkBoot();
        checkFats();
        pending.add(DirectoryCheck.Pending.ROOT);
        while (!pending.isEmpty()) {
            new DirectoryCheck(this, pending.poll()).run();
        }
        chains.reportLost(this);
        checkLabel();
        return new CheckReport(boot, findings, files, directories, chains.used(), chains.bad());
    }

    private void checkBoot() {
        if (!boot.signed()) {
            report(FatRule.BOOT_SIGNATURE, "/", -1, "bytes 510 and 511 are not 55 AA");
        }
        if (boot.media() != 0xf0 && boot.media() < 0xf8) {
            report(FatRule.MEDIA_BYTE, "/", -1, "media=" + Integer.toHexString(boot.media()) + "h");
        } else if ((chains.entry(0) & 0xff) != boot.media()) {
            String found = "media=" + Integer.toHexString(boot.media()) + "h, FAT entry 0="
                    + Integer.toHexString(chains.entry(0)) + "h";
            report(FatRule.MEDIA_BYTE, "/", -1, found);
        }
        long deviceBytes = device.sectorCount() * BlockDevice.SECTOR_BYTES;
        if (boot.volumeBytes() > deviceBytes) {
            report(
                    FatRule.LARGER_THAN_DEVICE,
                    "/",
                    -1,
                    "volume bytes=" + boot.volumeBytes() + ", device bytes=" + deviceBytes);
        }
        boolean markedClean = boot.type() == FatType.FAT12 || (chains.entry(1) & FatEntries.CLEAN_BIT) != 0;
        if ((boot.state() & 1) != 0 || !markedClean) {
            report(FatRule.DIRTY, "/", -1, "state=" + boot.state() + ", FAT entry 1=" + (int) chains.entry(1));
        }
    }

    /** Notes the root directory's label. */
    void label(String text) {
        label = text;
    }

    private void checkLabel() {
        String inBoot = boot.label().equals("NO NAME") ? "" : boot.label();
        if (boot.extended() && !inBoot.equals(label)) {
            report(
                    FatRule.LABELS_DIFFER,
                    "/",
                    -1,
                    "boot sector has \"" + boot.label() + "\", root directory "
                            + (label.isEmpty() ? "none" : "\"" + label + "\""));
        }
    }

    private void checkFats() throws IOException {
        for (int copy = 1; copy < boot.fatCount(); copy++) {
            char[] other = fat(copy);
            int different = 0;
            int first = -1;
            for (int c = 0; c < other.length; c++) {
                if (other[c] != chains.entry(c)) {
                    first = different++ == 0 ? c : first;
                }
            }
            if (different > 0) {
                report(
                        FatRule.FATS_DIFFER,
                        "/",
                        first,
                        "FAT " + (copy + 1) + " differs from FAT 1 in " + different + " entries, first at cluster "
                                + first);
            }
        }
    }

    private char[] fat(int copy) throws IOException {
        byte[] raw = new byte[FatEntries.bytes(boot)];
        device.read(FatEntries.offset(boot, copy) / BlockDevice.SECTOR_BYTES, ByteBuffer.wrap(raw));
        return FatEntries.decode(raw, boot);
    }

    void report(FatRule rule, String path, int cluster, String detail) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(rule, path, cluster, detail));
        }
    }

    void countFile() {
        files++;
    }

    void later(DirectoryCheck.Pending directory) {
        directories++;
        pending.add(directory);
    }

    BlockDevice device() {
        return device;
    }

    MountOptions options() {
        return options;
    }

    BootSector boot() {
        return boot;
    }

    Chains chains() {
        return chains;
    }

    /**
     * What a check found.
     *
     * @param boot the boot sector of the volume
     * @param findings every rule broken, in the order of the walk, at most {@value VolumeCheck#MAX_FINDINGS}
     * @param files number of files
     * @param directories number of directories beside the root
     * @param usedClusters clusters of files and directories
     * @param badClusters clusters marked bad
     */
    @SuppressWarnings("exports") // the layout is the library's own
    public record CheckReport(
            BootSector boot, List<Finding> findings, int files, int directories, int usedClusters, int badClusters) {

        /** Copies the list. */
        public CheckReport {
            findings = List.copyOf(findings);
        }

        /**
         * Returns whether no damage was found; notes are allowed.
         *
         * @return true if clean
         */
        public boolean isClean() {
            return findings.stream().noneMatch(Finding::isDamage);
        }

        /**
         * A rule that a volume breaks.
         *
         * @param rule the rule
         * @param path where, {@code /} for the whole volume
         * @param cluster the cluster concerned, or -1
         * @param detail what was found: names and values
         */
        public record Finding(FatRule rule, String path, int cluster, String detail) {
            /**
             * Returns whether the volume is damaged, and not only worth a note.
             *
             * @return true for damage
             */
            public boolean isDamage() {
                return rule.weight() != FatRule.Weight.NOTE;
            }

            @Override
            public String toString() {
                return rule + " " + path + ": " + detail + " (" + rule.text() + "; " + rule.section() + ")";
            }
        }
    }

    /**
     * Repairs what a power cut leaves of the volume on a device, or on one of its partitions: lost clusters are freed, the first FAT is copied
     * over the others, chains are cut where their files end, slots of a long name without a short entry are deleted, of two entries of one
     * move one stays (of a directory the one that {@code ..} fits), and the mark of use is cleared. It is done on a copy first. If the copy is
     * clean then, the volume is written; if anything else is wrong with it, nothing is: what looks lost may belong to what cannot be read.
     *
     * @param disk the device, writable
     * @param options partition, code page and name of the image
     * @return what was found and done
     * @throws FatException if the volume cannot be mounted
     * @throws IOException if the device fails
     */
    public static Repair repair(BlockDevice disk, MountOptions options) throws IOException {
        Objects.requireNonNull(disk, "disk");
        Objects.requireNonNull(options, "options");
        return VolumeRepair.repair(disk, options);
    }

    /**
     * What a repair did.
     *
     * @param before what was wrong
     * @param actions what was changed, empty if nothing needed to be or could be
     * @param after what is wrong now
     */
    public record Repair(CheckReport before, List<String> actions, CheckReport after) {}
}
