/**
 * A mounted FAT16 volume over any {@link io.torosim.core.block.BlockDevice}: {@link io.torosim.fat.volume.FatVolume}, on which
 * the {@code java.nio.file} provider of {@code io.torosim.fat.nio} stands. Not exported.
 */
package io.torosim.fat.volume;
