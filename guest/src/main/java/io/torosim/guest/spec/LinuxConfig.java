package io.torosim.guest.spec;

import java.util.Objects;

/**
 * How the Linux guest is configured.
 *
 * @param workers processes of the web server, in [1, 4096]; worker n is bound to CPU {@code n % cpus}
 * @param tick when CPUs have their tick
 * @param services whether background services (cron, journald and their like) run
 */
public record LinuxConfig(int workers, TickMode tick, boolean services) {
    private static final int MOST_WORKERS = 4096;

    /** Checks the number. */
    public LinuxConfig {
        Objects.requireNonNull(tick, "tick");
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException("workers must be in [1, " + MOST_WORKERS + "], workers=" + workers);
        }
    }

    /** Returns what a fresh Ubuntu on a small machine has: one worker, no tick while idle. */
    public static LinuxConfig defaults() {
        return new LinuxConfig(1, TickMode.NOHZ_IDLE, true);
    }

    /** Returns the same with so many workers. */
    public LinuxConfig withWorkers(int count) {
        return new LinuxConfig(count, tick, services);
    }

    /** Returns the same with that tick. */
    public LinuxConfig withTick(TickMode mode) {
        return new LinuxConfig(workers, mode, services);
    }

    /** Returns the same with or without background services. */
    public LinuxConfig withServices(boolean run) {
        return new LinuxConfig(workers, tick, run);
    }

    /** When a CPU of the Linux guest has its periodic tick. */
    public enum TickMode {
        /** Always, idle or not ({@code nohz=off}). */
        PERIODIC,
        /** While the CPU is not idle: Ubuntu's kernels (CONFIG_NO_HZ_IDLE). */
        NOHZ_IDLE,
        /** While there is more than one task to choose from (CONFIG_NO_HZ_FULL, {@code nohz_full=}). */
        NOHZ_FULL
    }
}
