package io.torosim.core.explore;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.explore.Scenario.DeviceHand;
import io.torosim.core.explore.Scenario.Look;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import java.util.Map;
import java.util.Optional;

/**
 * A scenario on a simulated machine: the same routines, with the time that their steps say they take and the machine's own costs of
 * interrupts, halts and wake-ups. Stimuli come when somebody lets them.
 *
 * <p>Store buffers and ticks are the search's: a machine has its own clock, and memory that shows every store at once.
 */
public final class ScenarioMachine {
    private final Machine machine;
    private final Scenario scenario;
    private final Hand hand = new Hand();
    private final Look eyes = new Eyes(hand);

    private ScenarioMachine(Machine machine, Scenario scenario) {
        this.machine = machine;
        this.scenario = scenario;
    }

    /**
     * Puts the scenario on a machine that is off and starts its vCPUs, now.
     *
     * @param machine at least as many vCPUs as the scenario; {@code mwait} should be honoured if the guest uses it
     */
    public static ScenarioMachine start(Machine machine, Scenario scenario) {
        if (machine.vcpuCount() < scenario.vcpus()) {
            throw new IllegalArgumentException(
                    "the machine must have at least " + scenario.vcpus() + " vCPUs, vcpus=" + machine.vcpuCount());
        }
        ScenarioMachine running = new ScenarioMachine(machine, scenario);
        for (int w = 0; w < scenario.initial.length; w++) {
            machine.memory().store64(scenario.addressOf(w), scenario.initial[w]);
        }
        for (Map.Entry<Integer, Scenario.Port> port : scenario.ports.entrySet()) {
            machine.bus().claim("scenario", port.getKey(), 1, running.register(port.getValue()));
        }
        for (int p = 0; p < scenario.vcpus(); p++) {
            running.startVcpu(machine.vcpu(p), scenario.programs.get(p));
        }
        return running;
    }

    private void startVcpu(Vcpu vcpu, Scenario.Program program) {
        CodeRun run = new CodeRun(new GuestCpu(vcpu), program.code());
        System.arraycopy(program.arguments(), 0, run.begin().w, 0, program.arguments().length);
        CodeRun[] handlers = new CodeRun[256];
        for (Map.Entry<Integer, GuestCode> handler : scenario.handlers.entrySet()) {
            handlers[handler.getKey()] = new CodeRun(new GuestCpu(vcpu), handler.getValue());
        }
        Activity untilItEnds = v -> {
            long result = run.step(v);
            return result == Activity.DONE ? Activity.OFF : result;
        };
        vcpu.start(untilItEnds, vector -> {
            CodeRun handler = handlers[vector];
            if (handler == null) {
                throw new IllegalStateException("no handler of vector " + vector + " in scenario " + scenario.name());
            }
            handler.begin();
            return handler;
        });
    }

    private PortDevice register(Scenario.Port port) {
        return new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return port.access(hand, false, 0);
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                port.access(hand, true, value);
            }
        };
    }

    /**
     * Lets a stimulus happen, now, if it is possible; to be called from an event.
     *
     * @return whether it was possible
     * @throws IllegalArgumentException if the scenario has none of that name
     */
    public boolean happen(String stimulus) {
        for (Stimulus s : scenario.stimuli) {
            if (s.name().equals(stimulus)) {
                boolean possible = s.possible().test(eyes);
                if (possible) {
                    s.effect().accept(hand);
                }
                return possible;
            }
        }
        throw new IllegalArgumentException("no stimulus of that name in " + scenario.name() + ", stimulus=" + stimulus);
    }

    /** Returns the name of an invariant of {@code always} that does not hold now, empty if all do. */
    public Optional<String> broken() {
        return broken(Invariant.When.ALWAYS);
    }

    /** Returns the name of an invariant of {@code atRest} that does not hold now; for a machine of which nothing more is expected. */
    public Optional<String> brokenAtRest() {
        return broken(Invariant.When.AT_REST);
    }

    private Optional<String> broken(Invariant.When when) {
        return scenario.invariants.stream()
                .filter(i -> i.when() == when && !i.holds().test(eyes))
                .map(Invariant::name)
                .findFirst();
    }

    /** Returns what invariants see of the machine. */
    public Look look() {
        return eyes;
    }

    private final class Hand implements DeviceHand {
        @Override
        public long word(long address) {
            scenario.wordAt(address, 8);
            return machine.memory().load64(address);
        }

        @Override
        public long nowPs() {
            return machine.simulation().nowPs();
        }

        @Override
        public boolean halted(int vcpu) {
            return machine.vcpu(vcpu).halted();
        }

        @Override
        public boolean over(int vcpu) {
            return machine.vcpu(vcpu).state() == VcpuState.OFF;
        }

        @Override
        public boolean interruptComing(int vcpu) {
            return machine.vcpu(vcpu).interruptPending() || machine.ipisInFlight(vcpu) > 0;
        }

        @Override
        public boolean timerSet(int vcpu) {
            return machine.vcpu(vcpu).timer().isSet();
        }

        @Override
        public void store(long address, long value) {
            scenario.wordAt(address, 8);
            machine.memory().store64(address, value);
            machine.deviceWrote(address);
        }

        @Override
        public void raise(int vcpu, int vector) {
            machine.vcpu(vcpu).raise(vector);
        }
    }
}
