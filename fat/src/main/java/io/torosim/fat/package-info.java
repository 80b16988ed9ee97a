/** How volumes are made and mounted: {@link io.torosim.fat.FatFormatter} with {@link io.torosim.fat.FatFormatter.FormatOptions}, and {@link io.torosim.fat.MountOptions}. */
package io.torosim.fat;
