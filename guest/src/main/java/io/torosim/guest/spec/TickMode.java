package io.torosim.guest.spec;

/** When a CPU of the Linux guest has its periodic tick. */
public enum TickMode {
    /** Always, idle or not ({@code nohz=off}). */
    PERIODIC,
    /** While the CPU is not idle: Ubuntu's kernels (CONFIG_NO_HZ_IDLE). */
    NOHZ_IDLE,
    /** While there is more than one task to choose from (CONFIG_NO_HZ_FULL, {@code nohz_full=}). */
    NOHZ_FULL
}
