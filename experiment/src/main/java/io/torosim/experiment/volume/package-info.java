/** Volumes that experiments serve files from. */
package io.torosim.experiment.volume;
