/**
 * The simulated machine: start with {@link io.torosim.core.machine.MachineSpec} and
 * {@link io.torosim.core.machine.Machine}; who writes a kernel goes on to {@link io.torosim.core.machine.Vcpu} and
 * {@link io.torosim.core.machine.Activity}.
 */
package io.torosim.core.machine;
