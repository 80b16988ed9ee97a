/**
 * What the host sees of a machine: the QEMU process and {@code top}. Start with {@link io.torosim.core.host.QemuProcess}
 * and {@link io.torosim.core.host.QemuProcess.TopSampler}.
 */
package io.torosim.core.host;
