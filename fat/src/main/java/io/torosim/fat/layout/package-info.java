/**
 * The bytes of a FAT volume: boot sector, directory slots, names, times. Start with
 * {@link io.torosim.fat.layout.BootSector} and {@link io.torosim.fat.layout.DirectorySlot}.
 */
package io.torosim.fat.layout;
