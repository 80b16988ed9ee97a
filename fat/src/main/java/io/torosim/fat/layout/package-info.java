/**
 * The bytes of a FAT volume: boot sector, directory slots, names, times, and the rules they must keep. Start with
 * {@link io.torosim.fat.layout.BootSector} and {@link io.torosim.fat.layout.FatRule}.
 */
package io.torosim.fat.layout;
