package io.torosim.experiment.power;

import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.power.HostCpus.HostClock.Governor;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerMeter.PowerTable;
import io.torosim.core.power.PowerMeter.VcpuEnergy;
import io.torosim.core.time.Picos;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestOutcome;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import java.time.Duration;
import java.util.ArrayList;
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
    /** The guest is up, at any clock, and its first poll window over before anything is asked and measured. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

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
        PowerMeter meter = new PowerMeter(2, PowerTable.of(costs));
        PowerMeter dear = new PowerMeter(2, PowerTable.ofExtremes(costs, true));
        PowerMeter cheap = new PowerMeter(2, PowerTable.ofExtremes(costs, false));
        WakeUpLatency latency = new WakeUpLatency(2);
        GuestKind kind = guest.policy().isPresent()
                ? GuestKind.toro(on.kernel().withIdlePolicy(guest.policy().get()))
                : GuestKind.linux(LinuxConfig.defaults());
        long startPs = Picos.of(SETTLING);
        List<List<VcpuEnergy>> before = new ArrayList<>();
        GuestOutcome outcome = on.run(kind)
                .backend(on.get(Keys.NET_BACKEND))
                .mwait(guest.mwait())
                .seed(seed)
                .power(host.governor(), host.sleep())
                .load(Load.evenly(perSecond, traffic))
                .settling(SETTLING)
                .watched(total)
                .observedBy(machine -> {
                    List.of(meter, dear, cheap).forEach(sink -> machine.trace().addSink(sink));
                    machine.simulation()
                            .at(
                                    startPs,
                                    Machine.DEVICE_PRIORITY,
                                    (op, arg) -> {
                                        before.add(meter.upTo(startPs));
                                        before.add(dear.upTo(startPs));
                                        before.add(cheap.upTo(startPs));
                                        latency.listenTo(machine); // the host's choice of sleep states is there by now
                                    },
                                    0,
                                    0);
                })
                .run();
        long endPs = startPs + Picos.of(total);
        List<VcpuEnergy> energies = meter.upTo(endPs);
        return new PowerRun(
                watts(energies, before.get(0), total),
                watts(energies.subList(0, 1), before.get(0).subList(0, 1), total),
                new double[] {
                    watts(dear.upTo(endPs), before.get(1), total), watts(cheap.upTo(endPs), before.get(2), total)
                },
                energies.get(0).clockPermille(),
                outcome.answered(),
                outcome.latencyMicros(),
                latency.maxPs() / 1e6,
                outcome.exits(),
                outcome.result());
    }

    private static double watts(List<VcpuEnergy> then, List<VcpuEnergy> before, Duration time) {
        return (microjoules(then) - microjoules(before)) / 1e6 / (time.toMillis() / 1e3);
    }

    private static long microjoules(List<VcpuEnergy> energies) {
        return energies.stream().mapToLong(VcpuEnergy::microjoules).sum();
    }
}
