/** Disks of sectors: start with {@link io.torosim.core.block.BlockDevice}. */
package io.torosim.core.block;
