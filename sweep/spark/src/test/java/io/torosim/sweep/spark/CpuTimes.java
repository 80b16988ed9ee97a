package io.torosim.sweep.spark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * CPU time that processes have had, in nanoseconds, as Linux's proc file system tells it: all of it in ticks of 10 ms (proc(5), {@code stat}, which counts threads that are gone), of
 * the virtual machine's own threads to the nanosecond ({@code schedstat}). Of a process that is gone nothing is known.
 *
 * @param all everything
 * @param compiler of the compilers
 * @param machine of the collector and whatever else the virtual machine does by itself, such as its clock
 */
record CpuTimes(double all, double compiler, double machine) {
    private static final double TICK_NANOS = 1e7;
    private static final Set<String> COMPILER = Set.of("C1 CompilerThre", "C2 CompilerThre", "Sweeper thread");
    private static final String MACHINE =
            "G[C1] .*|VM .*|Monitor Deflati|Service Thread|Reference Handl|Finalizer|Common-Cleaner";
    private static final int UTIME = 11; // behind the name, which stands in brackets

    static CpuTimes of(List<ProcessHandle> processes) throws IOException {
        double all = 0;
        double compiler = 0;
        double machine = 0;
        for (ProcessHandle process : processes) {
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            if (!Files.exists(proc)) {
                continue;
            }
            String stat = Files.readString(proc.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            all += TICK_NANOS * (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1]));
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(proc.resolve("task"))) {
                for (Path thread : threads) {
                    String name;
                    double nanos;
                    try {
                        name = Files.readString(thread.resolve("comm")).strip();
                        nanos = Double.parseDouble(
                                Files.readString(thread.resolve("schedstat")).split(" ")[0]);
                    } catch (IOException e) {
                        continue; // has just ended: none of the virtual machine's
                    }
                    compiler += COMPILER.contains(name) ? nanos : 0;
                    machine += name.matches(MACHINE) ? nanos : 0;
                }
            }
        }
        return new CpuTimes(all, compiler, machine);
    }

    CpuTimes since(CpuTimes earlier) {
        return new CpuTimes(all - earlier.all, compiler - earlier.compiler, machine - earlier.machine);
    }
}
