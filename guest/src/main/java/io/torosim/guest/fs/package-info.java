/**
 * Toro's file system as routines: the buffer cache of {@code Filesystem.pas} and the FAT16 driver of {@code Fat.pas} above the IDE driver,
 * sector by sector, with other threads and interrupts in between. Start with {@link io.torosim.guest.fs.FatReader}.
 */
package io.torosim.guest.fs;
