/** A host directory as a FAT16 disk, as QEMU's virtual FAT makes it: {@link io.torosim.fat.host.HostDirectoryDisk}. */
package io.torosim.fat.host;
