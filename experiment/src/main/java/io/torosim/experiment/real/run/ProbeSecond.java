package io.torosim.experiment.real.run;

import io.torosim.experiment.real.host.CpuShare;

/**
 * One interval of a run, about a second.
 *
 * @param cpu what the host saw of the process
 * @param awakePercent share of the time that the guest's vCPUs were not halted, by the guest's own count; their mean
 * @param ticks timer interrupts taken by vCPU 0 a second
 * @param halts halts of all vCPUs a second
 * @param served requests served by all vCPUs a second
 * @param workCycles cycles of the time-stamp counter that vCPU 0 spent on a request, the mean; 0 if it served none
 */
public record ProbeSecond(
        CpuShare cpu, double awakePercent, double ticks, double halts, double served, double workCycles) {}
