/** What came out of code under examination. */
package io.torosim.virtio.blame;
