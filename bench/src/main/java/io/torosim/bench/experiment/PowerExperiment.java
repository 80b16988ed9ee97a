package io.torosim.bench.experiment;

import io.torosim.core.cost.CostModel;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MwaitMode;
import io.torosim.core.machine.RunResult;
import io.torosim.core.power.Governor;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerTable;
import io.torosim.core.power.VcpuEnergy;
import io.torosim.core.power.WakeUpLatency;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceDigest;
import io.torosim.guest.load.ClosedLoopLoad;
import io.torosim.guest.load.HttpClients;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.toro.ToroHttpGuest;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * "A solution must also scale the CPU" (Toro blog, "Reducing CPU usage", 2018-06-24): what each idle policy draws under
 * each governor of the host, with a burst of requests and a quiet time. A busy wait looks like work to every governor that
 * looks at use; only a halt lets the host save.
 */
public final class PowerExperiment implements Experiment {
    private record Case(String name, IdlePolicy policy, MwaitMode mwait) {}

    private record Outcome(List<long[]> byGovernor, WakeUpLatency latency, RunResult result) {}

    private final CostModel costs;
    private final Duration duration;

    /**
     * Creates the experiment.
     *
     * @param costs cost model
     * @param duration simulated time of each case, at least 4 s: requests for a quarter of it, then quiet
     */
    public PowerExperiment(CostModel costs, Duration duration) {
        if (duration.toMillis() < 4000) {
            throw new IllegalArgumentException("duration must be at least 4 s, duration=" + duration);
        }
        this.costs = costs;
        this.duration = duration;
    }

    @Override
    public String name() {
        return "power";
    }

    @Override
    public ExperimentResult run(long seed, Progress progress) {
        List<Case> todo = List.of(
                new Case("busy poll", IdlePolicy.busyPoll(), MwaitMode.NOP),
                new Case("halt without hint", IdlePolicy.haltWithoutHint(), MwaitMode.NOP),
                new Case("200 ms, then halt", IdlePolicy.pollThenHalt(), MwaitMode.NOP),
                new Case("2020: 2000 ms since the last interrupt", IdlePolicy.lastIrq2020(), MwaitMode.NOP),
                new Case("halt at once", IdlePolicy.haltAtOnce(), MwaitMode.NOP),
                new Case("mwait honoured", IdlePolicy.mwait(), MwaitMode.HONOURED),
                new Case("mwait trapped", IdlePolicy.mwait(), MwaitMode.TRAPPED));
        List<CaseResult> cases = new ArrayList<>();
        long digest = 0;
        long spinUj = 0;
        for (int i = 0; i < todo.size(); i++) {
            Case one = todo.get(i);
            progress.at(one.name(), i, todo.size());
            Outcome outcome = run(one, seed);
            digest = TraceDigest.combine(digest, outcome.result().traceDigest());
            for (Governor governor : Governor.values()) {
                long uj = outcome.byGovernor().get(governor.ordinal())[0];
                double watts = uj / 1e6 / (duration.toMillis() / 1e3);
                cases.add(CaseResult.info(
                        one.name(), "both cores, " + governor.name().toLowerCase(Locale.ROOT), "W", watts, ""));
                if (i == 0 && governor == Governor.ONDEMAND) {
                    spinUj = uj;
                    cases.add(new CaseResult(
                            one.name(),
                            "mean clock while executing, ondemand",
                            "permille",
                            "a solution must also scale the CPU",
                            outcome.byGovernor().get(governor.ordinal())[1],
                            990,
                            1000,
                            "a busy wait is use: the governor never lowers the clock"));
                } else if (one.policy().equals(IdlePolicy.pollThenHalt()) && governor == Governor.ONDEMAND) {
                    cases.add(
                            new CaseResult(
                                    one.name(),
                                    "energy against busy poll, ondemand",
                                    "%",
                                    "",
                                    100.0 * uj / spinUj,
                                    5,
                                    60,
                                    "one core halts always, the other for three quarters of the time; sleep draws 0.1 to 1.44 of 4 W"));
                }
            }
            cases.add(CaseResult.info(
                    one.name(),
                    "longest wake-up",
                    "us",
                    outcome.latency().maxPs() / 1e6,
                    "from the interrupt's sending"));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("simulated time", duration.toSeconds() + " s per case, requests for the first quarter");
        settings.put("power table", PowerTable.skylakeServer().toString());
        return new ExperimentResult(
                name(),
                "Energy of idle policies under the host's governors",
                digest,
                settings,
                cases,
                List.of(),
                List.of(),
                List.of(),
                List.of(
                        "The meter only looks: a lower clock draws less and does not make the guest slower, so powersave"
                                + " is flattered under load. Core energy only: uncore, memory and power supply are not in it."),
                costs.parameters().stream()
                        .filter(p -> p.name().startsWith("toro.") || p.name().startsWith("kvm."))
                        .toList());
    }

    private Outcome run(Case one, long seed) {
        MachineSpec spec = MachineSpec.builder()
                .vcpus(2)
                .costs(costs)
                .mwait(one.mwait())
                .seed(seed)
                .build();
        try (Machine machine = Machine.create(spec)) {
            List<PowerMeter> meters = new ArrayList<>();
            for (Governor governor : Governor.values()) {
                PowerMeter meter = new PowerMeter(2, governor, PowerTable.skylakeServer());
                machine.trace().addSink(meter);
                meters.add(meter);
            }
            WakeUpLatency latency = new WakeUpLatency(2);
            machine.trace().addSink(latency);
            QemuProcess process = new QemuProcess(machine);
            NetworkCard card =
                    new NetworkCard(machine, process, NetBackend.ofLabel("vhost"), ToroHttpGuest.NETWORK_VECTOR, true);
            ToroHttpGuest.start(machine, card, KernelConfig.defaults().withIdlePolicy(one.policy()));
            HttpClients clients = new HttpClients(machine, card);
            long totalPs = Picos.of(duration);
            new ClosedLoopLoad(machine, clients, 2 * totalPs, totalPs / 4, 0, 1);
            RunResult result = machine.runUntil(duration);
            List<long[]> byGovernor = new ArrayList<>();
            for (PowerMeter meter : meters) {
                List<VcpuEnergy> energies = meter.upTo(result.simulatedPs());
                byGovernor.add(new long[] {
                    energies.stream().mapToLong(VcpuEnergy::microjoules).sum(),
                    energies.get(0).clockPermille()
                });
            }
            return new Outcome(byGovernor, latency, result);
        }
    }
}
