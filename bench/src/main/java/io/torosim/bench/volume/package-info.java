/** Volumes that experiments serve files from. */
package io.torosim.bench.volume;
