/** {@code torosim qemu}: the drivers of this library at the devices of a real QEMU. */
package io.torosim.bench.cli.qemu;
