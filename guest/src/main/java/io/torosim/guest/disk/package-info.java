/** A guest's disk with Toro's FAT driver above it: {@link io.torosim.guest.disk.GuestFiles}. */
package io.torosim.guest.disk;
