package io.torosim.core.power;

/**
 * How the host chooses the clock of a CPU, by what share of time its vCPU's thread used (Linux drivers/cpufreq). A busy
 * wait counts as use: no governor can see it. At work in {@link HostClock}.
 */
public enum Governor {
    /** Always the highest clock. */
    PERFORMANCE,
    /** Always the lowest. */
    POWERSAVE,
    /** Every 10 ms: the highest if the CPU was used for more than 80 % of the last period, else in proportion. */
    ONDEMAND,
    /** Every 10 ms: 1.25 times a mean of the use that halves in 32 ms. */
    SCHEDUTIL
}
