package io.torosim.experiment.real.run;

import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.host.Accelerator;
import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.host.CpuShare.CpuTimes;
import io.torosim.experiment.real.host.HostFacts;
import io.torosim.experiment.real.host.RealMachine;
import io.torosim.experiment.real.host.RealMachine.MachineKind;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.probe.ProbeGuest;
import io.torosim.experiment.real.probe.ProbePage;
import io.torosim.experiment.real.probe.ProbeSpec;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A probe guest on a real QEMU, looked at once a second.
 *
 * @param seconds what was seen, in order
 * @param latencies the guest's table of wake-up latencies at its end
 */
public record ProbeRun(List<ProbeSecond> seconds, int[] latencies) {
    private static final int START_SECONDS = 15;
    private static final int SETTLE_MILLIS = 300;

    /** Takes copies. */
    public ProbeRun {
        seconds = List.copyOf(seconds);
        latencies = latencies.clone();
    }

    /**
     * How a guest is run.
     *
     * @param machine QEMU's machine
     * @param accelerator what executes it
     * @param seconds intervals to look at, at least 1
     * @param intervalMillis length of one
     */
    public record Setting(MachineKind machine, Accelerator accelerator, int seconds, int intervalMillis) {}

    private record Look(
            CpuTimes cpu,
            long[] ticks,
            long[] halts,
            long[] halted,
            long[] served,
            long workCycles,
            boolean[] halting) {
        double seconds(Look before) {
            return (cpu.atNanos() - before.cpu.atNanos()) / 1e9;
        }

        long[] ticksSince(Look before) {
            long[] more = ticks.clone();
            Arrays.setAll(more, vcpu -> ticks[vcpu] - before.ticks[vcpu]);
            return more;
        }
    }

    /**
     * Runs a guest to its end.
     *
     * @param each is told of every interval when it is over
     * @throws RealMachineException if QEMU refuses, dies, or the guest does not come up within 15 s or hangs later:
     *     {@link SignsOfLife}
     */
    public static ProbeRun of(ProbeSpec spec, HostFacts host, Setting setting, Consumer<ProbeSecond> each)
            throws IOException {
        return run(spec, ProbeGuest.assemble(spec, host.tscHz()), host, setting, each);
    }

    /** The same with a guest that notes its wake-up latencies. */
    public static ProbeRun measuringLatency(ProbeSpec spec, HostFacts host, Setting setting) throws IOException {
        return run(spec, ProbeGuest.assembleLatency(spec, host.tscHz()), host, setting, s -> {});
    }

    private static ProbeRun run(
            ProbeSpec spec, byte[] code, HostFacts host, Setting setting, Consumer<ProbeSecond> each)
            throws IOException {
        KernelImage image = ProbeGuest.image(setting.machine().entry(), code);
        List<String> arguments = new ArrayList<>(setting.machine().arguments());
        arguments.addAll(setting.accelerator().arguments());
        arguments.addAll(List.of("-smp", Integer.toString(spec.vcpus()), "-kernel", "@DIR@/guest.elf"));
        try (RealMachine machine = RealMachine.start(
                arguments, ProbeGuest.RAM_BYTES, List.of(new RealMachine.RunFile("guest.elf", image.toElf())))) {
            MappedByteBuffer memory = machine.memory(ProbeGuest.RAM_BYTES);
            List<ProbePage> pages = ProbeGuest.pages(memory, spec.vcpus());
            awaitStart(machine, pages);
            RealMachine.pause(SETTLE_MILLIS);
            List<ProbeSecond> seconds = new ArrayList<>();
            SignsOfLife signs = new SignsOfLife(spec);
            Look before = look(machine, pages);
            for (int i = 0; i < setting.seconds(); i++) {
                RealMachine.pause(setting.intervalMillis());
                Look now = look(machine, pages);
                ProbeSecond second = between(before, now, host.tscHz());
                signs.look(second, now.seconds(before), now.ticksSince(before));
                seconds.add(second);
                each.accept(second);
                before = now;
            }
            return new ProbeRun(seconds, pages.get(0).latencies());
        }
    }

    private static void awaitStart(RealMachine machine, List<ProbePage> pages) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!pages.stream().allMatch(ProbePage::started)) {
            machine.requireAlive();
            if (System.nanoTime() - deadline > 0) {
                throw new RealMachineException("the guest did not start within " + START_SECONDS + " s");
            }
            RealMachine.pause(5);
        }
    }

    private static Look look(RealMachine machine, List<ProbePage> pages) throws IOException {
        int n = pages.size();
        boolean[] halting = new boolean[n];
        for (int i = 0; i < n; i++) {
            halting[i] = pages.get(i).halting();
        }
        return new Look(
                machine.cpuTimes(),
                pages.stream().mapToLong(ProbePage::ticks).toArray(),
                pages.stream().mapToLong(ProbePage::halts).toArray(),
                pages.stream().mapToLong(ProbePage::haltedCycles).toArray(),
                pages.stream().mapToLong(ProbePage::served).toArray(),
                pages.get(0).workCycles(),
                halting);
    }

    private static ProbeSecond between(Look before, Look now, long tscHz) {
        double seconds = now.seconds(before);
        double awake = 0;
        long halts = 0;
        long served = 0;
        for (int i = 0; i < now.halts().length; i++) {
            halts += now.halts()[i] - before.halts()[i];
            served += now.served()[i] - before.served()[i];
            boolean asleep = before.halting()[i] && now.halting()[i] && now.halts()[i] == before.halts()[i];
            double halted = asleep ? 1 : (now.halted()[i] - before.halted()[i]) / (tscHz * seconds);
            awake += 100 * Math.max(0, 1 - halted);
        }
        return new ProbeSecond(
                RealMachine.share(before.cpu(), now.cpu()),
                awake / now.halts().length,
                (now.ticks()[0] - before.ticks()[0]) / seconds,
                halts / seconds,
                served / seconds,
                (now.workCycles() - before.workCycles()) / Math.max(1.0, now.served()[0] - before.served()[0]));
    }

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
}
