package io.torosim.experiment.real.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
