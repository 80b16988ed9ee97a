package io.torosim.fat.check;

import io.torosim.fat.rule.FatRule;

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
