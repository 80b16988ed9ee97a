package io.torosim.experiment.real.model;

/**
 * One second of the model's run; 100 is one CPU.
 *
 * @param topPercent as {@code top} shows it: in ticks of 10 ms
 * @param percent exactly
 * @param vcpuPercent the vCPU threads alone
 * @param mainLoopPercent the main loop
 * @param awakePercent share of the time that vCPUs were not halted, their mean
 * @param ticks timer interrupts taken by vCPU 0
 * @param halts halts of all vCPUs
 * @param served requests served by all vCPUs
 */
public record PredictedSecond(
        double topPercent,
        double percent,
        double vcpuPercent,
        double mainLoopPercent,
        double awakePercent,
        double ticks,
        double halts,
        double served) {}
