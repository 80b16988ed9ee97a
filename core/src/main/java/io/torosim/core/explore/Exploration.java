package io.torosim.core.explore;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.explore.Scenario.DeviceHand;
import io.torosim.core.explore.Scenario.Look;
import io.torosim.core.explore.Verdict.Bounds;
import io.torosim.core.explore.Verdict.Schedule;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Searches scenarios to the end. The search is a pure function of scenario and bounds; it needs no seed.
 *
 * <p>A scenario must be pure: what its steps do depends on frames and shared words alone. So steps are done again from the same states, at once, at the
 * end of the search in all states (of more than 8,192 in a part of them), and 10,000 times those of each kind; one with another outcome is refused. It
 * may not be seen if it differs more rarely than in 1 case of 2,000, if it depends on something that stays the same throughout the search, or if it differs only in states that
 * are not done again: {@code docs/laboratory.md}, "What is no part of a state".
 *
 * <p>Cost: about a microsecond and some tens of bytes for each state and step, 2 ms for each step of the routines; see {@code docs/laboratory.md}.
 *
 * <p>A {@link Scenario} goes in, a {@link Verdict} comes out. {@link Search} goes over the states of a {@link Model}; {@link Sampling} makes random runs
 * for comparison, {@link ScheduleText} and {@link TestSource} write a violation down, {@link PointOfNoReturn} finds where it was lost.
 */
public final class Exploration {
    private Exploration() {}

    /** Searches within {@link Bounds#standard}. */
    public static Verdict search(Scenario scenario) {
        return search(scenario, Bounds.standard());
    }

    /** Searches within bounds. */
    public static Verdict search(Scenario scenario, Bounds bounds) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(bounds, "bounds");
        return search(scenario, bounds, states -> true);
    }

    /**
     * Searches within bounds.
     *
     * @param goesOn asked now and then with the number of states so far; false ends the search as cut
     * @throws IllegalArgumentException if the scenario itself is wrong: an invariant or a stimulus throws, a step or an
     *     invariant has another outcome when it is done again from the same state, or what was found is not there when its schedule is done again
     */
    public static Verdict search(Scenario scenario, Bounds bounds, LongPredicate goesOn) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(bounds, "bounds");
        Objects.requireNonNull(goesOn, "goesOn");
        return search(scenario, bounds, goesOn, DoneOften.EACH);
    }

    /** As that, with each kind of transition done again so often at the end; for tests of other things. */
    static Verdict search(Scenario scenario, Bounds bounds, LongPredicate goesOn, int again) {
        Prelude prelude = Prelude.of(scenario);
        Verdict verdict = leastOf(scenario, bounds, goesOn, again);
        prelude.again();
        return verdict;
    }

    private static Verdict leastOf(Scenario scenario, Bounds bounds, LongPredicate goesOn, int again) {
        Verdict verdict =
                new Search(scenario, bounds, true, goesOn).again(again).run();
        if (verdict.outcome() != Verdict.Outcome.VIOLATED) {
            return verdict;
        }
        // the steps that the reduction put together may be more than are needed: once more step by step, for the least
        Verdict.Violation found = verdict.violation().orElseThrow();
        Bounds same = scenario.mustStayPossible(found.invariant())
                ? bounds // which is known of the whole only
                : bounds.withPreemptions(found.preemptions());
        Verdict plain = searchPlainly(scenario, same, goesOn);
        Verdict least = plain.outcome() == Verdict.Outcome.VIOLATED ? verdict.with(plain.violation()) : verdict;
        return doneAgain(scenario, least);
    }

    /** A violation that is not there a second time is one of a scenario that remembers something elsewhere than in frames and shared words. */
    private static Verdict doneAgain(Scenario scenario, Verdict verdict) {
        Replay.again(scenario, verdict.violation().orElseThrow());
        return verdict;
    }

    /** Searches without any reduction: every step has a place of its own. Slower, same verdict; for tests of the reduction. */
    static Verdict searchPlainly(Scenario scenario, Bounds bounds, LongPredicate goesOn) {
        return new Search(scenario, bounds, false, goesOn).run();
    }

    /**
     * For tests: searches within {@link Bounds#standard} and fails with the schedule if something is violated, if the search was cut, or if
     * it has checked nothing.
     *
     * @return the verdict, which says how much there was
     * @throws AssertionError with the schedule side by side and as source of a test
     */
    public static Verdict verify(Scenario scenario) {
        return verify(scenario, Bounds.standard());
    }

    /** As {@link #verify(Scenario)}, within other bounds: all schedules with at most that many preemptions. */
    public static Verdict verify(Scenario scenario, Bounds bounds) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(bounds, "bounds");
        Verdict verdict = search(scenario, bounds);
        if (verdict.outcome() == Verdict.Outcome.VIOLATED) {
            Verdict.Violation found = verdict.violation().orElseThrow();
            throw new AssertionError(explain(scenario, found), Walk.thrownBy(scenario, found.schedule()));
        }
        if (verdict.outcome() == Verdict.Outcome.CUT) {
            throw new AssertionError(scenario.name() + ": " + verdict.summary()
                    + "; give it more states, more memory or fewer preemptions");
        }
        if (!verdict.neverChecked().isEmpty()) {
            throw new AssertionError(
                    scenario.name() + ": never checked, so nothing is shown: " + verdict.neverChecked());
        }
        return verdict;
    }

    /** Returns a violation as text: the steps of each vCPU side by side, memory, the invariant, where it was lost, and how to see it again. */
    public static String explain(Scenario scenario, Verdict.Violation violation) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(violation, "violation");
        return ScheduleText.of(scenario, violation);
    }

    /**
     * Does a schedule again.
     *
     * @return the first invariant that does not hold on the way or at its end; empty if all hold. What must stay possible is searched for from
     *     its end on, and holds if that search needs more than ten million states
     * @throws IllegalArgumentException if it is no schedule of this scenario
     */
    public static Optional<Verdict.Violation> replay(Scenario scenario, Schedule schedule) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(schedule, "schedule");
        return Walk.replay(scenario, schedule);
    }

    /**
     * Returns how many steps the shortest beginning of a failing schedule has from which nothing comes to rest with all invariants kept; 0 if no
     * schedule of the scenario does, empty if that is not known, or if the schedule does not fail.
     *
     * @param statesEach states of each search at most
     */
    public static Optional<Integer> lostAt(Scenario scenario, Schedule failing, long statesEach) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(failing, "failing");
        if (replay(scenario, failing).isEmpty()) {
            return Optional.empty(); // it does not fail
        }
        return PointOfNoReturn.of(scenario, failing, statesEach);
    }

    /**
     * As {@link #lostAt}, by random continuations in place of searches: for scenarios that are too large for these.
     *
     * @param continuations drawn from each place that is looked at, at least 1
     * @param seed of what is drawn: each thing that can happen is as likely as any other
     * @return empty if the schedule does not fail, or if too few continuations come to an end
     */
    public static Optional<Sampling.Point> lostAtSampled(
            Scenario scenario, Schedule failing, int continuations, long seed) {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(failing, "failing");
        if (continuations < 1) {
            throw new IllegalArgumentException("continuations must be at least 1, continuations=" + continuations);
        }
        if (replay(scenario, failing).isEmpty()) {
            return Optional.empty(); // it does not fail
        }
        return SampledPoint.of(scenario, failing, continuations, seed);
    }

    /**
     * A scenario on a simulated machine: the same routines, with the time that their steps say they take and the machine's own costs of
     * interrupts, halts and wake-ups. Stimuli come when somebody lets them.
     *
     * <p>Store buffers and ticks are the search's: a machine has its own clock, and memory that shows every store at once.
     */
    public static final class ScenarioMachine {
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
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(scenario, "scenario");
            if (machine.vcpuCount() < scenario.vcpus()) {
                throw new IllegalArgumentException(
                        "the machine must have at least " + scenario.vcpus() + " vCPUs, vcpus=" + machine.vcpuCount());
            }
            ScenarioMachine running = new ScenarioMachine(machine, scenario);
            for (int w = 0; w < scenario.initial.length; w++) {
                machine.memory().store64(scenario.addressOf(w), scenario.initial[w]);
            }
            for (Map.Entry<Integer, Scenario.Port> port : scenario.ports.entrySet()) {
                int first = port.getKey();
                machine.bus()
                        .claim("scenario", first, bytesOf(first, scenario.ports), running.register(port.getValue()));
            }
            for (int p = 0; p < scenario.vcpus(); p++) {
                running.startVcpu(machine.vcpu(p), scenario.programs.get(p));
            }
            return running;
        }

        /** A register has four bytes, or as many as there are up to the next one. */
        private static int bytesOf(int first, Map<Integer, Scenario.Port> ports) {
            int bytes = 1;
            while (bytes < 4 && first + bytes < Bus.PORTS && !ports.containsKey(first + bytes)) {
                bytes++;
            }
            return bytes;
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
                    throw new IllegalStateException(
                            "no handler of vector " + vector + " in scenario " + scenario.name());
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
            throw new IllegalArgumentException(
                    "no stimulus of that name in " + scenario.name() + ", stimulus=" + stimulus);
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
}
