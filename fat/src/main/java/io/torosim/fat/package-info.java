/** How volumes are made and mounted: {@link io.torosim.fat.FatFormatter} with {@link io.torosim.fat.FormatOptions}, and {@link io.torosim.fat.MountOptions}. */
package io.torosim.fat;
