package io.torosim.experiment.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.VcpuUsage;
import io.torosim.core.power.Governor;
import io.torosim.core.power.HostClock;
import io.torosim.core.power.HostSleep;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerTable;
import io.torosim.core.power.VcpuEnergy;
import io.torosim.core.power.WakeUpLatency;
import io.torosim.core.time.Picos;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.load.RecordedLoad;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.toro.ToroHttpGuest;
import io.torosim.sched.IdlePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One guest of two vCPUs, each on a core of its own, on a host that chooses clock and sleep state.
 *
 * @param watts mean draw of both cores
 * @param core0Watts mean draw of the core of vCPU 0
 * @param extremes mean draw of both cores with executing dear and sleep cheap, and the other way round
 * @param clockPermille mean clock of vCPU 0's core while executing
 * @param requests requests answered
 * @param latencyMicros mean time of a request
 * @param longestWakeMicros longest time from an interrupt's sending to its handler on a halted vCPU
 * @param exits VM exits of both vCPUs by cause
 * @param result residency, counters and digest
 */
record PowerRun(
        double watts,
        double core0Watts,
        double[] extremes,
        int clockPermille,
        long requests,
        double latencyMicros,
        double longestWakeMicros,
        Map<ExitCause, Long> exits,
        RunResult result) {

    /** A guest: Toro with that idle policy, or Ubuntu without one. */
    record Guest(String key, String name, Optional<IdlePolicy> policy, MwaitMode mwait) {
        static Guest toro(String key, String name, IdlePolicy policy) {
            return new Guest(key, name, Optional.of(policy), MwaitMode.NOP);
        }
    }

    /** What the host does: a governor, a choice of sleep states. */
    record Host(Governor governor, HostSleep.Choice sleep) {}

    /**
     * Runs it.
     *
     * @param perSecond requests a second, evenly spaced, whatever the guest does
     * @param traffic for how long
     * @param total time of the run
     */
    static PowerRun run(
            Specification on, Guest guest, Host host, int perSecond, Duration traffic, Duration total, long seed) {
        CostModel costs = on.costs();
        MachineSpec spec = on.machine(seed).vcpus(2).mwait(guest.mwait()).build();
        try (Machine machine = Machine.create(spec)) {
            PowerMeter meter = new PowerMeter(2, PowerTable.of(costs));
            PowerMeter dear = new PowerMeter(2, PowerTable.ofExtremes(costs, true));
            PowerMeter cheap = new PowerMeter(2, PowerTable.ofExtremes(costs, false));
            WakeUpLatency latency = new WakeUpLatency(2);
            for (var sink : List.of(meter, dear, cheap, latency)) {
                machine.trace().addSink(sink);
            }
            HostClock.install(machine, host.governor());
            HostSleep.install(machine, host.sleep());
            HttpClients clients = start(machine, guest, on);
            new RecordedLoad(machine, clients, arrivals(perSecond, traffic));
            RunResult result = machine.runUntil(total);
            long endPs = Picos.of(total);
            List<VcpuEnergy> energies = meter.upTo(endPs);
            return new PowerRun(
                    watts(energies, total),
                    watts(energies.subList(0, 1), total),
                    new double[] {watts(dear.upTo(endPs), total), watts(cheap.upTo(endPs), total)},
                    energies.get(0).clockPermille(),
                    clients.doneCount(),
                    clients.meanLatencyPs() / 1e6,
                    latency.maxPs() / 1e6,
                    exits(result),
                    result);
        }
    }

    private static HttpClients start(Machine machine, Guest guest, Specification on) {
        QemuProcess process = new QemuProcess(machine);
        NetBackend backend = on.get(Keys.NET_BACKEND);
        NetworkCard card;
        if (guest.policy().isPresent()) {
            card = new NetworkCard(machine, process, backend, ToroHttpGuest.NETWORK_VECTOR, true);
            ToroHttpGuest.start(
                    machine, card, on.kernel().withIdlePolicy(guest.policy().get()));
        } else {
            card = new NetworkCard(machine, process, backend, LinuxHttpGuest.NETWORK_VECTOR, false);
            LinuxHttpGuest.start(machine, card);
        }
        return new HttpClients(machine, card);
    }

    private static List<Duration> arrivals(int perSecond, Duration traffic) {
        List<Duration> offsets = new ArrayList<>();
        long gapNanos = 1_000_000_000L / perSecond;
        for (long at = gapNanos / 2; at < traffic.toNanos(); at += gapNanos) {
            offsets.add(Duration.ofNanos(at));
        }
        return offsets;
    }

    private static double watts(List<VcpuEnergy> energies, Duration time) {
        return energies.stream().mapToLong(VcpuEnergy::microjoules).sum() / 1e6 / (time.toMillis() / 1e3);
    }

    private static Map<ExitCause, Long> exits(RunResult result) {
        Map<ExitCause, Long> sum = new EnumMap<>(ExitCause.class);
        for (VcpuUsage usage : result.usage()) {
            usage.exitsByCause().forEach((cause, count) -> sum.merge(cause, count, Long::sum));
        }
        return sum;
    }
}
