/** CPU usage of the QEMU process, its sweep and its sensitivity: {@link io.torosim.experiment.cpu.CpuUsageExperiment}. */
package io.torosim.experiment.cpu;
