package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelAudit;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.Scenario.Tally;
import io.torosim.sched.explore.Scenario.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of a scenario: a machine, a kernel, what is expected of them, and a look at the invariants after each step. The
 * first violation ends it.
 *
 * <p>{@link KernelScenario} makes it; it has a {@link Machine} whose {@link Choices} are the search's, a {@link ToroKernel}, and asks
 * {@link KernelAudit} and the scenario's own {@link Invariant}s. {@link Scenarios} fills it with threads.
 */
public final class ScenarioRun {
    /** Work that waits longer than this for a core that runs is starved. */
    static final long STARVATION_PS = Picos.PER_SECOND;
    /** No scenario needs so many steps: one that takes more is at fault itself. */
    private static final long MAX_STEPS = 5_000_000;

    private static final long NOT_PENDING = -1;
    private static final int INVARIANTS = Invariant.values().length;
    private static final List<ToroQuirk> QUIRKS = List.of(ToroQuirk.values());

    private static final class Work {
        final String name;
        final int core;
        final BooleanSupplier pending;
        long sincePs = NOT_PENDING;

        Work(String name, int core, BooleanSupplier pending) {
            this.name = name;
            this.core = core;
            this.pending = pending;
        }
    }

    private final KernelScenario scenario;
    private final Machine machine;
    private final ToroKernel kernel;
    private final KernelAudit audit;
    private final Set<Invariant> checked;
    private final List<Work> works = new ArrayList<>();
    private final List<GuestThread> doomed = new ArrayList<>();
    private final boolean[] mustHalt;
    private final Vcpu[] vcpus;
    private final Tally tally;
    private final long[] looks;
    /** 1 for an invariant that is looked at. */
    private final long[] weights = new long[INVARIANTS];

    private @Nullable BooleanSupplier done;
    private @Nullable Violation violation;
    private long steps;
    /** The step that is about to be told of has been looked at. */
    private boolean checkedAhead;

    private boolean anyHalted;
    private long checkedAt = -1;
    private boolean requestUnderWay;
    private boolean requested;

    private ScenarioRun(
            KernelScenario scenario,
            ToroQuirks quirks,
            long seed,
            Choices choices,
            @Nullable TraceSink sink,
            Tally tally) {
        this.scenario = scenario;
        this.tally = tally;
        MachineSpec spec = MachineSpec.builder()
                .vcpus(scenario.cores())
                .costs(scenario.costs())
                .seed(seed)
                .build();
        this.machine = Machine.create(spec, choices);
        if (sink != null) {
            machine.trace().addSink(sink);
        }
        this.kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(quirks));
        this.audit = new KernelAudit(kernel);
        this.checked = scenario.checked(quirks.mask() != 0);
        this.looks = tally.checks;
        for (Invariant invariant : checked) {
            weights[invariant.ordinal()] = 1;
        }
        this.mustHalt = new boolean[scenario.cores()];
        this.vcpus = new Vcpu[scenario.cores()];
        for (int id = 0; id < vcpus.length; id++) {
            vcpus[id] = machine.vcpu(id);
        }
    }

    /**
     * Runs a scenario.
     *
     * @param sink hears every trace event; null for nobody
     * @param tally where it says what it looked at
     * @return the first violation, if there was one
     */
    static Optional<Violation> run(
            KernelScenario scenario,
            ToroQuirks quirks,
            long seed,
            Choices choices,
            @Nullable TraceSink sink,
            Tally tally) {
        ScenarioRun run = new ScenarioRun(scenario, quirks, seed, choices, sink, tally);
        try (run.machine) {
            scenario.setup().accept(run);
            run.machine.observeSteps(vcpu -> run.afterStep(), run::sees);
            run.machine.simulation().runUntil(scenario.limitPs());
            run.atEnd();
            run.occasions();
        }
        return Optional.ofNullable(run.violation);
    }

    // ---- for setups

    /** Returns the machine. */
    public Machine machine() {
        return machine;
    }

    /** Returns the kernel. */
    public ToroKernel kernel() {
        return kernel;
    }

    /** Puts a thread on a core. */
    public GuestThread spawn(int core, String name, GuestProgram program) {
        return kernel.spawn(
                core, name, GuestProgram.announcing(program)); // what scenarios share changes with steps that announce
    }

    /** Lets something happen at {@code timePs} plus a delay of the run's choice. */
    public void at(long timePs, String point, Runnable event) {
        Objects.requireNonNull(point, "point");
        Objects.requireNonNull(event, "event");
        long when = timePs + machine.choices().choose("scenario." + point, 128) * 10L * Picos.PER_NANO;
        kernel.deviceEventScheduled();
        machine.simulation()
                .at(
                        when,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> {
                            kernel.deviceEventFired();
                            event.run();
                        },
                        0,
                        0);
    }

    /** Says that {@code core} has work while {@code pending} holds. */
    public void work(String name, int core, BooleanSupplier pending) {
        works.add(new Work(Objects.requireNonNull(name, "name"), core, Objects.requireNonNull(pending, "pending")));
    }

    /** Says when the scenario has reached its end. */
    public void doneWhen(BooleanSupplier condition) {
        done = Objects.requireNonNull(condition, "condition");
    }

    /** Says that {@code core} must be halted at the end. */
    public void mustHalt(int core) {
        mustHalt[core] = true;
    }

    /** Says that {@code thread} must have exited at the end. */
    public void mustDie(GuestThread thread) {
        doomed.add(Objects.requireNonNull(thread, "thread"));
    }

    /** Says of something that happens in the scenario whether an invariant holds there. */
    public void mustHold(Invariant invariant, boolean holds, String message) {
        atStake(Objects.requireNonNull(invariant, "invariant"), 1);
        if (!holds) {
            violated(invariant, message);
        }
    }

    private void atStake(Invariant invariant, int times) {
        looks[invariant.ordinal()] += times * weights[invariant.ordinal()];
    }

    private void violated(Invariant invariant, String message) {
        if (violation == null && checked.contains(invariant)) {
            violation = new Violation(invariant, message, machine.simulation().nowPs());
            machine.simulation().stop();
        }
    }

    // ---- checks

    private void afterStep() {
        if (checkedAhead) {
            checkedAhead = false;
            return;
        }
        count(1);
        check();
    }

    /** What is looked at does not change during the steps, but for how long something has been waiting. */
    private boolean sees(int vcpu, int count, long untilPs) {
        for (int i = 0; i < works.size(); i++) {
            Work work = works.get(i);
            if (work.sincePs != NOT_PENDING && untilPs - work.sincePs > STARVATION_PS) {
                return false;
            }
        }
        count(1);
        check();
        if (violation != null) {
            checkedAhead = true; // the steps after it are not done
            return false;
        }
        count(count - 1);
        lookedAgain(count - 1);
        return true;
    }

    /** The last look was made so often again and came to the same. */
    private void lookedAgain(int times) {
        if (anyHalted) {
            haltedAtStake(times);
        }
        for (int i = 0; i < works.size(); i++) {
            if (works.get(i).sincePs != NOT_PENDING) {
                workAtStake(times);
            }
        }
    }

    private void count(int more) {
        steps += more;
        if (steps > MAX_STEPS) {
            throw new IllegalStateException("scenario " + scenario.name() + " takes more than " + MAX_STEPS + " steps");
        }
    }

    private void check() {
        long changes = 0;
        anyHalted = false;
        for (Vcpu vcpu : vcpus) {
            changes += vcpu.changes();
            anyHalted |= vcpu.halted();
        }
        if (changes != checkedAt) {
            checkedAt = changes;
            checkWhatIsAnnounced();
        }
        if (anyHalted) {
            haltedAtStake(1);
            tell(Invariant.LOST_WAKE_UP, audit.lostWakeUp());
        }
        if (audit.anyMark()) {
            tell(Invariant.WOKEN_BEFORE_DATA, audit.wokenBeforeData());
            tell(Invariant.REGISTERS, audit.registersLost()); // counted by the occasions, at the end
        }
        for (int i = 0; i < works.size(); i++) {
            checkWork(works.get(i));
        }
    }

    /** What these look at changes only where it is announced. */
    private void checkWhatIsAnnounced() {
        requestUnderWay = audit.requestUnderWay();
        requested |= requestUnderWay;
        ask(Invariant.TWO_RINGS, true, audit.ringFault());
        ask(Invariant.POLLING_COUNTS, audit.anyPolling(), audit.pollingFault());
        if (requestUnderWay) { // nothing else can be lost
            ask(Invariant.MESSAGE_LOST, true, audit.lostMessage().map(t -> "the message of " + t + " is nowhere"));
        }
        Optional<GuestThread> twice = audit.duplicatedMessage();
        ask(Invariant.MESSAGE_TWICE, requested, twice.map(t -> "a message of " + t + " came twice"));
    }

    private void haltedAtStake(int times) {
        atStake(Invariant.LOST_WAKE_UP, times);
        atStake(Invariant.WOKEN_BEFORE_DATA, requestUnderWay ? times : 0);
    }

    private void ask(Invariant invariant, boolean atStake, Optional<String> fault) {
        if (atStake) {
            atStake(invariant, 1);
        }
        tell(invariant, fault);
    }

    private void tell(Invariant invariant, Optional<String> fault) {
        if (fault.isPresent()) {
            violated(invariant, fault.get());
        }
    }

    private void checkWork(Work work) {
        if (!work.pending.getAsBoolean()) {
            work.sincePs = NOT_PENDING;
            return;
        }
        workAtStake(1);
        long nowPs = machine.simulation().nowPs();
        if (work.sincePs == NOT_PENDING) {
            work.sincePs = nowPs;
        }
        if (audit.haltedForGood(work.core)) {
            violated(
                    Invariant.LOST_WAKE_UP,
                    "core " + work.core + " is halted with work pending (" + work.name + "), and nothing on its way");
        } else if (nowPs - work.sincePs > STARVATION_PS) {
            violated(
                    Invariant.STARVATION,
                    work.name + " has waited for more than " + STARVATION_PS + " ps on core " + work.core);
        }
    }

    private void workAtStake(int times) {
        atStake(Invariant.LOST_WAKE_UP, times);
        atStake(Invariant.STARVATION, times);
    }

    private void occasions() {
        for (ToroQuirk quirk : QUIRKS) {
            tally.reached(quirk, audit.reached(quirk));
        }
        if (checked.contains(Invariant.REGISTERS)) {
            tally.checked(
                    Invariant.REGISTERS,
                    audit.reached(ToroQuirk.IPI_SAVES_NO_REGISTERS)
                            + audit.reached(ToroQuirk.SLEEP_SAVES_NO_REGISTERS));
        }
    }

    private void atEnd() {
        if (violation != null) {
            return;
        }
        check();
        if (done != null) {
            atStake(Invariant.DEADLOCK, 1);
            atStake(Invariant.STARVATION, 1);
        }
        if (violation == null && done != null && !done.getAsBoolean()) {
            boolean nothingMoves = true;
            for (int id = 0; id < scenario.cores(); id++) {
                nothingMoves &= audit.haltedForGood(id);
            }
            violated(
                    nothingMoves ? Invariant.DEADLOCK : Invariant.STARVATION,
                    nothingMoves ? "every core is halted for good before the end" : "not done in time");
        }
        for (int id = 0; id < scenario.cores(); id++) {
            if (mustHalt[id]) {
                mustHold(
                        Invariant.NEVER_HALTS,
                        machine.vcpu(id).halted(),
                        "core " + id + " has nothing to do and does not halt");
            }
        }
        for (GuestThread thread : doomed) {
            mustHold(Invariant.KILLED_LIVES, thread.exited(), thread + " was killed and lives");
        }
    }
}
