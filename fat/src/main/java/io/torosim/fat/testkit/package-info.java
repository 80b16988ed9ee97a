/**
 * A conformance kit for any implementation of FAT12 and FAT16: numbered rules of the on-disk format
 * ({@link io.torosim.fat.testkit.DiskOracle.DiskRule}), an oracle that reads bytes and says which rule is broken
 * ({@link io.torosim.fat.testkit.DiskOracle}; it shares no code with the volume), scenarios, and a scorecard
 * ({@link io.torosim.fat.testkit.Scorecard}). An implementation joins by {@link io.torosim.fat.testkit.Implementation}.
 */
package io.torosim.fat.testkit;
