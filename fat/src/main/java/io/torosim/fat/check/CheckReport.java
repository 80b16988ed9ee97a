package io.torosim.fat.check;

import io.torosim.fat.layout.BootSector;
import io.torosim.fat.rule.FatRule;
import java.util.List;

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
