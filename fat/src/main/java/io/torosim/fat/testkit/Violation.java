package io.torosim.fat.testkit;

/**
 * A rule broken on a disk.
 *
 * @param rule the rule
 * @param where a path, or {@code /} for the volume
 * @param found what stands there
 */
public record Violation(DiskRule rule, String where, String found) {
    @Override
    public String toString() {
        return rule + " " + where + ": " + found + " (" + rule.text() + ")";
    }
}
