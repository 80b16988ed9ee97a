package io.torosim.fat.check;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.MountOptions;
import io.torosim.fat.check.VolumeCheck.CheckReport;
import io.torosim.fat.check.VolumeCheck.Repair;
import io.torosim.fat.layout.BootSector;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import io.torosim.fat.volume.Partitions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Repairs what a power cut leaves of a volume: lost clusters are freed, the first FAT is copied over the others, chains
 * are cut where their files end, slots of a long name without a short entry are deleted, of two entries of one move one
 * stays (of a directory the one that {@code ..} fits), and the mark of use is cleared.
 *
 * <p>It is done on a copy first. If the copy is clean then, the volume is written; if anything else is wrong with it, nothing
 * is: what looks lost may belong to what cannot be read.
 */
final class VolumeRepair {
    private static final Set<FatRule> REPAIRABLE = EnumSet.of(
            FatRule.LOST_CLUSTERS,
            FatRule.FATS_DIFFER,
            FatRule.CHAIN_TOO_LONG,
            FatRule.DIRTY,
            FatRule.LONG_NAME,
            FatRule.LONG_NAME_CHARACTERS,
            FatRule.CROSS_LINKED,
            FatRule.DUPLICATE_NAME,
            FatRule.DOT_ENTRIES,
            FatRule.LABELS_DIFFER,
            FatRule.STALE_SLOTS);

    private VolumeRepair() {}

    /**
     * Repairs the volume on a device, or on one of its partitions.
     *
     * @param disk the device, writable
     * @param options partition, code page and name of the image
     * @return what was found and done
     * @throws FatException if the volume cannot be mounted
     * @throws IOException if the device fails
     */
    static Repair repair(BlockDevice disk, MountOptions options) throws IOException {
        BlockDevice volume = Partitions.volumeOn(disk, options);
        MountOptions inside = options.withPartition(0);
        CheckReport before = VolumeCheck.check(volume, inside);
        boolean dirty = before.findings().stream().anyMatch(finding -> finding.rule() == FatRule.DIRTY);
        if (before.isClean() && !dirty
                || !before.findings().stream().allMatch(finding -> REPAIRABLE.contains(finding.rule()))) {
            return new Repair(before, List.of(), before);
        }
        var copy = new OverlayDevice(volume);
        List<String> actions =
                new RepairPlan(copy, BootSector.read(options.image(), volume), options.codePage()).carryOut();
        CheckReport after = VolumeCheck.check(copy, inside);
        if (!isSound(after)) {
            return new Repair(before, List.of(), before);
        }
        for (Map.Entry<Long, byte[]> sector : copy.written().entrySet()) {
            volume.write(sector.getKey(), ByteBuffer.wrap(sector.getValue()));
        }
        volume.flush();
        return new Repair(before, actions, after);
    }

    /** Returns whether nothing is damaged but names that FAT does not allow, which stay as they are. */
    private static boolean isSound(CheckReport report) {
        return report.findings().stream()
                .allMatch(finding -> finding.rule().weight() != FatRule.Weight.DAMAGE
                        || finding.rule() == FatRule.LONG_NAME_CHARACTERS);
    }
}
