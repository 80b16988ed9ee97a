/** Checks a volume against every rule: {@link io.torosim.fat.check.VolumeCheck}. */
package io.torosim.fat.check;
