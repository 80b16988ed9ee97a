/**
 * A mounted FAT16 volume over any {@link io.torosim.core.block.BlockDevice}: {@link io.torosim.fat.volume.FatVolume}
 * and {@link io.torosim.fat.volume.FatFormatter}. Most users want the {@code java.nio.file} provider of
 * {@code io.torosim.fat.nio} instead.
 */
package io.torosim.fat.volume;
