package io.torosim.guest.idle;

import io.torosim.core.cost.CostModel;
import io.torosim.core.event.EventHandler;
import io.torosim.core.explore.Scenario;
import io.torosim.core.explore.ScenarioMachine;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.power.HostSleep;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerTable;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.Objects;

/**
 * What an idle loop costs on a machine of two vCPUs, each on a core of its own, under KVM without halt polling, the host choosing sleep
 * states as Linux's menu governor does.
 *
 * @param perSecond messages a second, evenly spaced
 * @param watts mean draw of the idle core
 * @param meanMicros mean time from the store of a message to its taking
 * @param longestMicros the longest
 * @param exitsPerSecond VM exits of the idle core
 * @param messages messages taken; those of a lost wake-up are missing
 */
public record IdleLoopCost(
        int perSecond, double watts, double meanMicros, double longestMicros, double exitsPerSecond, long messages) {

    private static final int IDLER = 0;

    /**
     * Runs it.
     *
     * @param perSecond in [1, 100000]
     * @param time how long, at least 1 ms
     */
    public static IdleLoopCost of(IdleLoop loop, boolean repaired, int perSecond, Duration time) {
        Objects.requireNonNull(loop, "loop");
        Objects.requireNonNull(time, "time");
        if (perSecond < 1 || perSecond > 100_000 || time.toMillis() < 1) {
            throw new IllegalArgumentException("perSecond must be in [1, 100000] and time at least 1 ms, perSecond="
                    + perSecond + ", time=" + time);
        }
        Scenario scenario = loop.underLoad(repaired);
        MachineSpec spec = MachineSpec.builder()
                .vcpus(2)
                .costs(CostModel.standard())
                .mwait(loop.mwait() ? MwaitMode.HONOURED : MwaitMode.NOP)
                .build();
        try (Machine machine = Machine.create(spec)) {
            PowerMeter meter = new PowerMeter(2, PowerTable.of(spec.costs()));
            machine.trace().addSink(meter);
            HostSleep.install(machine, HostSleep.Choice.MENU);
            ScenarioMachine running = ScenarioMachine.start(machine, scenario);
            Taking taking = new Taking(machine);
            machine.observeSteps(vcpu -> taking.look(vcpu.nowPs()));
            long gapPs = Picos.PER_SECOND / perSecond;
            EventHandler request = (op, arg) -> running.happen("request");
            for (long atPs = gapPs / 2; atPs < Picos.of(time); atPs += gapPs) {
                machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, request, 0, 0);
            }
            machine.runUntil(time);
            double seconds = time.toNanos() / 1e9;
            long exits = 0;
            for (ExitCause cause : ExitCause.values()) {
                exits += machine.vcpu(IDLER).exits(cause);
            }
            long microjoules = meter.upTo(Picos.of(time)).get(IDLER).microjoules();
            return new IdleLoopCost(
                    perSecond,
                    microjoules / 1e6 / seconds,
                    taking.count == 0 ? 0 : taking.sumPs / 1e6 / taking.count,
                    taking.longestPs / 1e6,
                    exits / seconds,
                    taking.count);
        }
    }

    /** From the store of a message to its taking. */
    private static final class Taking {
        private final Machine machine;
        private long sincePs = -1;
        private long sumPs;
        private long longestPs;
        private long count;

        Taking(Machine machine) {
            this.machine = machine;
        }

        void look(long nowPs) {
            boolean there = machine.memory().load64(Scenario.FIRST_WORD) != 0;
            if (there && sincePs < 0) {
                sincePs = nowPs;
            } else if (!there && sincePs >= 0) {
                sumPs += nowPs - sincePs;
                longestPs = Math.max(longestPs, nowPs - sincePs);
                count++;
                sincePs = -1;
            }
        }
    }
}
