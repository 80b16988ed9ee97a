package io.torosim.experiment.real.host;

import io.torosim.experiment.real.host.CpuShare.CpuTimes.ThreadTime;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * CPU of a process over an interval; 100 is one CPU.
 *
 * @param seconds length of the interval
 * @param topPercent as {@code top} shows it: in ticks of 10 ms
 * @param percent exactly
 * @param vcpuPercent the vCPU threads alone, exactly
 * @param mainLoopPercent all other threads
 * @param waitPercent time that the vCPU threads and the main loop waited for a CPU although they could run
 * @param stealPercent time that the hypervisor below took from this host, in CPUs
 * @param othersPercent what the host's CPUs did for everybody else
 */
public record CpuShare(
        double seconds,
        double topPercent,
        double percent,
        double vcpuPercent,
        double mainLoopPercent,
        double waitPercent,
        double stealPercent,
        double othersPercent) {
    private static final double STEAL_LIMIT = 1.0;
    private static final double WAIT_SHARE_LIMIT = 0.03;
    private static final double WAIT_LIMIT = 0.3;

    static CpuShare between(CpuTimes from, CpuTimes to) {
        double nanos = to.atNanos() - from.atNanos();
        double vcpus = 0;
        double others = 0;
        double wait = 0;
        for (ThreadTime thread : to.threads()) {
            ThreadTime before = from.threads().stream()
                    .filter(t -> t.id() == thread.id())
                    .findFirst()
                    .orElse(new ThreadTime(thread.name(), thread.id(), 0, 0));
            double run = thread.runNanos() - before.runNanos();
            wait += thread.waitNanos() - before.waitNanos();
            if (thread.name().startsWith("CPU ") || thread.name().startsWith("ALL CPUs")) {
                vcpus += run;
            } else {
                others += run;
            }
        }
        double ticks = 1e9 / CpuTimes.USER_HZ;
        double own = 100 * (vcpus + others) / nanos;
        return new CpuShare(
                nanos / 1e9,
                100 * (to.ticks() - from.ticks()) * ticks / nanos,
                own,
                100 * vcpus / nanos,
                100 * others / nanos,
                100 * wait / nanos,
                100 * (to.stealTicks() - from.stealTicks()) * ticks / nanos,
                Math.max(0, 100 * (to.busyTicks() - from.busyTicks()) * ticks / nanos - own));
    }

    /**
     * Returns why this says little about the guest, or an empty text: the threads had to wait for a CPU for a noticeable part of
     * what they used, or the host itself was robbed.
     */
    public String disturbance() {
        if (stealPercent > STEAL_LIMIT) {
            return String.format(java.util.Locale.ROOT, "steal %.1f %%", stealPercent);
        }
        if (waitPercent > Math.max(WAIT_LIMIT, WAIT_SHARE_LIMIT * percent)) {
            return String.format(java.util.Locale.ROOT, "waited for a CPU %.1f %% of the time", waitPercent);
        }
        return "";
    }

    /**
     * What the kernel has accounted to a process up to a moment, and to the host.
     *
     * @param atNanos when it was read, by the monotonic clock
     * @param ticks user and system time of the process in {@code USER_HZ} ticks of 10 ms, as {@code top} reads it
     * @param threads each thread
     * @param stealTicks time that the hypervisor below took from this host, all CPUs
     * @param busyTicks time that all CPUs of this host were not idle, without steal
     */
    public record CpuTimes(long atNanos, long ticks, List<ThreadTime> threads, long stealTicks, long busyTicks) {
        /** {@code USER_HZ}: ticks a second in {@code /proc}. */
        public static final int USER_HZ = 100;

        private static final int UTIME = 11; // after the closing bracket of the name
        private static final int STEAL = 8;

        /**
         * One thread of the process.
         *
         * @param name as QEMU named it, or the process's own
         * @param id its number
         * @param runNanos time on a CPU
         * @param waitNanos time able to run, but without a CPU
         */
        public record ThreadTime(String name, long id, long runNanos, long waitNanos) {}

        /** Takes a copy. */
        public CpuTimes {
            threads = List.copyOf(threads);
        }

        /** Reads them now; throws {@link RealMachineException} if the process is gone or stopped. */
        static CpuTimes read(long pid) throws IOException {
            Path process = Path.of("/proc", Long.toString(pid));
            try {
                long nanos = System.nanoTime();
                String stat = Files.readString(process.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                if (fields[0].equals("T") || fields[0].equals("t")) {
                    throw new RealMachineException(
                            RealMachine.PROGRAM + " hangs: process " + pid + " is stopped, by a signal or a debugger");
                }
                long ticks = Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]);
                List<ThreadTime> threads = new ArrayList<>();
                try (var tasks = Files.list(process.resolve("task"))) {
                    for (Path task : tasks.sorted().toList()) {
                        addThread(task, threads);
                    }
                }
                String[] cpu = Files.readString(Path.of("/proc/stat"))
                        .lines()
                        .findFirst()
                        .orElse("")
                        .split("\\s+");
                long busy = Long.parseLong(cpu[1])
                        + Long.parseLong(cpu[2])
                        + Long.parseLong(cpu[3])
                        + Long.parseLong(cpu[6])
                        + Long.parseLong(cpu[7]);
                return new CpuTimes(nanos, ticks, threads, Long.parseLong(cpu[STEAL]), busy);
            } catch (NoSuchFileException e) {
                throw new RealMachineException("process " + pid + " is gone");
            }
        }

        private static void addThread(Path task, List<ThreadTime> threads) throws IOException {
            try {
                String[] schedule =
                        Files.readString(task.resolve("schedstat")).strip().split(" ");
                threads.add(new ThreadTime(
                        Files.readString(task.resolve("comm")).strip(),
                        Long.parseLong(task.getFileName().toString()),
                        Long.parseLong(schedule[0]),
                        Long.parseLong(schedule[1])));
            } catch (IOException e) {
                if (Files.exists(task)) {
                    throw e;
                }
                // the thread ended between the listing and the look: its time is in the process's
            }
        }
    }
}
