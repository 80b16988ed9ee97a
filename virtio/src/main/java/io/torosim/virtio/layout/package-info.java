/** Where words of a queue lie and what bits of the status field mean, for halves, monitors and drivers of the library itself. */
package io.torosim.virtio.layout;
