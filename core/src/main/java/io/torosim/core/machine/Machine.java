package io.torosim.core.machine;

import io.torosim.core.bus.Bus;
import io.torosim.core.choice.Choices;
import io.torosim.core.choice.Choices.Perturbation;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.MachineSpec.VcpuMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.RunResult.VcpuUsage;
import io.torosim.core.machine.Vcpu.Counter;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.memory.GuestAddressSpace;
import io.torosim.core.memory.SparseRam;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.state.SavedState;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A simulated multi-core machine: a clock, vCPUs, interrupts between them, random streams and a trace. Two machines share
 * nothing. Confined to one thread.
 *
 * <p><b>What it is made of.</b> A {@link MachineSpec} says all that there is to choose. The {@link Simulation} is its clock and the events to come. Each {@link Vcpu} executes an {@link Activity}, step by step (a kernel's scheduler, or guest code by
 * {@link io.torosim.core.code.CodeRun}), and takes interrupts between steps. Memory ({@link GuestAddressSpace}) and {@link Bus} are made when first asked for: devices claim ports, registers and lines there, and their work is events.
 * {@link MachineCosts} says what operations cost by the accelerator and the {@code CostModel}; {@code HostThreads} which vCPU has a CPU of the host, and {@link SleepStates} how deep one sleeps.
 * Whatever happens is told to the {@link TraceBus}, whose digest is the run's identity; whatever is random comes from the {@link RandomStreams} of the seed, whatever is left open from {@link Choices}.
 *
 * <p><b>What it is for.</b> It carries {@link #sendIpi interrupts} between vCPUs; it tells every polling loop that is passed over {@linkplain #beforeChange before} something changes that the loop may see; it
 * {@linkplain #runUntil runs}, sums up as a {@link RunResult}, and is {@linkplain #save saved}, put back and branched. What is on it, kernel, devices, load, it does not know: they know it.
 *
 * <p><b>Order of an instant.</b> Observers first, then devices and the wire, then vCPUs by number, so that no result depends on who was scheduled first.
 */
public final class Machine implements AutoCloseable {
    /** Priority class of those who only look: before everything else of the same instant. */
    public static final int OBSERVER_PRIORITY = 0;
    /** Priority class of devices and of the wire. */
    public static final int DEVICE_PRIORITY = Simulation.DEFAULT_PRIORITY;

    private final MachineSpec spec;
    private final Simulation simulation = new Simulation();
    private final TraceBus trace = new TraceBus();
    private final RandomStreams randoms;
    private final MachineCosts costs;
    private final HostThreads hostThreads;
    private final Vcpu[] vcpus;
    private final Surprises surprises;
    private final int[] ipisInFlight;
    private final EventHandler ipiArrives = this::arrives;
    private SleepStates sleepStates;
    private @Nullable Consumer<Vcpu> observer;
    private StretchObserver stretchObserver = (vcpu, steps, untilPs) -> false;
    private final List<String> warnings = new ArrayList<>();
    private boolean closed;
    /** What ended the run before its time; null while it can go on. */
    private @Nullable String failure;

    /** Made when first asked for. */
    private @Nullable GuestAddressSpace memory;

    private @Nullable Bus bus;
    private @Nullable PlainApics plainApics;
    private final @Nullable StepCheck stepCheck;
    private boolean monitorsLines;
    /** Whose step is done now; null while an event of a device or of the wire happens. */
    private @Nullable Vcpu stepping;

    private Machine(MachineSpec spec, Surprises surprises) {
        this.spec = spec;
        this.stepCheck = spec.checkSteps() ? new StepCheck(this) : null;
        this.surprises = surprises;
        this.ipisInFlight = new int[spec.vcpus()];
        this.randoms = new RandomStreams(spec.seed());
        this.costs = new MachineCosts(spec.costs(), spec.vcpuMode());
        this.hostThreads = threadsOfTheHost();
        this.vcpus = new Vcpu[spec.vcpus()];
        this.sleepStates = SleepStates.fixed(costs.cstateExitPs());
    }

    private HostThreads threadsOfTheHost() {
        boolean haltPolling = spec.haltPolling() && spec.vcpuMode() == VcpuMode.KVM;
        if (spec.vcpuMode() == VcpuMode.TCG_SINGLE) {
            return new SharedTcgThread(simulation, spec.costs().ps("tcg.kick_period"));
        }
        return spec.hostCpus() == 0 || spec.hostCpus() >= spec.vcpus()
                ? HostThreads.oneForEach(haltPolling)
                : new SharedHostCpus(simulation, spec.hostCpus(), spec.vcpus(), haltPolling, spec.costs());
    }

    /** Creates a machine whose vCPUs are off, at time 0, on an unquiet host if {@link MachineSpec#perturbation} says so. */
    public static Machine create(MachineSpec spec) {
        Objects.requireNonNull(spec, "spec");
        if (spec.perturbation().isEmpty()) {
            return create(spec, new Surprises(null));
        }
        long seed = spec.perturbation().getAsLong();
        Machine machine = create(spec, new Surprises(new Perturbation(seed)));
        machine.vcpu((int) Math.floorMod(seed, (long) machine.vcpuCount())).clock(Surprises.SLOW_CORE_PERMILLE);
        return machine;
    }

    /**
     * Creates a machine that leaves to {@code choices} what a real one leaves open: every step may take longer than its
     * cost ({@code "vcpu.delay"}), every inter-processor interrupt may come later ({@code "machine.ipi"}), every store of guest code may
     * become visible to others later ({@code "cpu.store"}), but for fences. Alternative 0 is the machine without surprises.
     */
    public static Machine create(MachineSpec spec, Choices choices) {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(choices, "choices");
        return create(spec, new Surprises(choices));
    }

    private static Machine create(MachineSpec spec, Surprises surprises) {
        Machine machine = new Machine(spec, surprises);
        for (int i = 0; i < machine.vcpus.length; i++) {
            machine.vcpus[i] = new Vcpu(machine, i);
        }
        machine.simulation.beforeLookingAtEach(machine::settle);
        return machine;
    }

    private void settle() {
        for (Vcpu vcpu : vcpus) {
            vcpu.settle();
        }
    }

    /** Returns what the machine is. */
    public MachineSpec spec() {
        return spec;
    }

    /** Returns the clock and the pending events. */
    public Simulation simulation() {
        return simulation;
    }

    /** Returns where everything that happens is told. */
    public TraceBus trace() {
        return trace;
    }

    /** Returns the random streams of the machine's seed. */
    public RandomStreams randoms() {
        return randoms;
    }

    /** Returns what operations cost here. */
    public MachineCosts costs() {
        return costs;
    }

    /** Returns the guest's memory: RAM of the size that the specification says, with devices' registers laid over it by the {@link #bus}. */
    public GuestAddressSpace memory() {
        if (memory == null) {
            memory = new GuestAddressSpace(new SparseRam((long) spec.ramMib() << 20));
            if (stepCheck != null) {
                memory.watch(stepCheck.watch());
            }
        }
        return memory;
    }

    /** Returns what the steps of guest code are held to ({@link MachineSpec#checkSteps}); null where they are not. */
    public @Nullable StepCheck stepCheck() {
        return stepCheck;
    }

    /** Returns what devices are plugged into: ports, memory-mapped registers, interrupt lines. The page of the local APICs is there from the beginning. */
    public Bus bus() {
        if (bus == null) {
            bus = new Bus(memory());
            plainApics = new PlainApics(vcpus.length, new ApicWires());
            bus.apics(plainApics);
        }
        return bus;
    }

    /** Returns whether the local APICs that it has by nature answer at their page, and nobody else looks at what comes there. */
    public boolean hasPlainApics() {
        return bus == null || bus.apics() == plainApics;
    }

    /** Whose step is done now, if any. */
    @Nullable
    Vcpu stepping() {
        return stepping;
    }

    /** From now on it is {@code vcpu}'s; returns whose it was. */
    @Nullable
    Vcpu stepping(@Nullable Vcpu vcpu) {
        Vcpu before = stepping;
        stepping = vcpu;
        return before;
    }

    void linesMonitored() {
        monitorsLines = true;
    }

    /** Returns whether a vCPU has ever armed a line of memory ({@link Vcpu#monitor}), so that stores may wake somebody. */
    public boolean monitorsLines() {
        return monitorsLines;
    }

    void wrote(int by, long address) {
        for (Vcpu vcpu : vcpus) {
            if (vcpu.id() != by) {
                vcpu.lineWritten(address);
            }
        }
    }

    /** A device has stored to {@code address}, which vCPUs may monitor: to be called after the store. */
    public void deviceWrote(long address) {
        if (monitorsLines) {
            wrote(-1, address);
        }
    }

    /** A device has stored to memory, whoever knows where: a line that a vCPU monitors is taken for written if its bytes are others than when it was armed. */
    public void devicesWrote() {
        if (monitorsLines) {
            for (Vcpu vcpu : vcpus) {
                vcpu.linesMayBeWritten();
            }
        }
    }

    /** Tells every vCPU that something that its polling loop may look at is about to change; see {@link Vcpu#beforeChange}. */
    public void beforeChange() {
        for (Vcpu vcpu : vcpus) {
            vcpu.beforeChange();
        }
    }

    /** Says something about this run that its user should know ({@link RunResult#warnings}); said twice it counts once. */
    public void warn(String message) {
        Objects.requireNonNull(message, "message");
        if (!warnings.contains(message)) {
            warnings.add(message);
        }
    }

    /** Returns the number of vCPUs. */
    public int vcpuCount() {
        return vcpus.length;
    }

    /** Returns vCPU {@code id}, in {@code [0, vcpuCount())}. */
    public Vcpu vcpu(int id) {
        if (id < 0 || id >= vcpus.length) {
            throw new IllegalArgumentException("id must be in [0, " + vcpus.length + "), id=" + id);
        }
        return vcpus[id];
    }

    /** Returns who decides what this machine leaves open; {@link Choices#fixed} without surprises. */
    public Choices choices() {
        return surprises.choices();
    }

    /** Returns whether somebody decides: whether this is a machine with surprises. */
    public boolean hasChoices() {
        return !surprises.none();
    }

    /**
     * Returns how much later than usual something arrives, from 0 to 5 ms: always 0 without surprises.
     *
     * @param point what arrives, a constant name such as {@code "disk.irq"}
     */
    public long deliveryDelayPs(String point) {
        return surprises.deliveryPs(point);
    }

    /**
     * Sets who looks at the machine after each step of a vCPU and after the taking of an interrupt, before the time that it costs has
     * passed; null for nobody. It must not change the simulation. Rounds that are passed over are not seen.
     */
    public void observeSteps(@Nullable Consumer<Vcpu> afterStep) {
        observeSteps(afterStep, (vcpu, steps, untilPs) -> false);
    }

    /**
     * The same for somebody who need not see every step.
     *
     * @param stretches asked where several steps could be seen with one call
     */
    public void observeSteps(@Nullable Consumer<Vcpu> afterStep, StretchObserver stretches) {
        Objects.requireNonNull(stretches, "stretches");
        observer = afterStep;
        stretchObserver = stretches;
        for (Vcpu vcpu : vcpus) {
            vcpu.updateLookahead();
        }
    }

    /** Returns how many inter-processor interrupts are on their way to a vCPU. */
    public int ipisInFlight(int target) {
        return ipisInFlight[target];
    }

    /** Sets who decides how deep CPUs of the host sleep; at first it is always {@code host.cstate_exit} of the cost model. */
    public void sleepStates(SleepStates states) {
        sleepStates = Objects.requireNonNull(states, "states");
    }

    /** Returns who decides how deep CPUs of the host sleep, for who wants to hear of it too and hands on. */
    public SleepStates sleepStates() {
        return sleepStates;
    }

    Surprises surprises() {
        return surprises;
    }

    @Nullable
    Consumer<Vcpu> observer() {
        return observer;
    }

    /** Whether who looks at steps is content; there must be somebody. */
    boolean seesStretch(int vcpu, int steps, long untilPs) {
        return stretchObserver.sees(vcpu, steps, untilPs);
    }

    HostThreads hostThreads() {
        return hostThreads;
    }

    /**
     * Sends an inter-processor interrupt as a program does that writes the command register of its local APIC: the exit is counted, what it costs is the business of the step. It
     * arrives at {@code target} after the machine's IPI latency.
     *
     * @param sender the vCPU whose step this is
     * @param target number of the vCPU that receives it
     * @param vector in {@code [0, 255]}
     * @throws IllegalArgumentException if there is no such vCPU or vector
     */
    public void sendIpi(Vcpu sender, int target, int vector) {
        checkIpi(sender, target, vector);
        sender.exit(ExitCause.ICR_WRITE);
        carry(sender, target, vector);
    }

    /**
     * Refuses an inter-processor interrupt that cannot be.
     *
     * @throws IllegalArgumentException if there is no such vCPU or vector
     */
    public void checkIpi(Vcpu sender, int target, int vector) {
        Objects.requireNonNull(sender, "sender");
        if (target < 0 || target >= vcpus.length || vector < 0 || vector > 255) {
            throw new IllegalArgumentException("an interrupt from vCPU " + sender.id() + " goes to a vCPU in [0, "
                    + vcpus.length + ") with a vector in [0, 255], target=" + target + ", vector=" + vector);
        }
    }

    /**
     * Carries a message between local APICs, as the write of a command register sends it: it {@linkplain io.torosim.core.bus.Bus.ApicRegisters#arrive arrives} after the machine's IPI latency. No
     * exit is counted: the access does that.
     *
     * @param target number of the vCPU whose local APIC receives it
     * @param message a vector, or what the local APICs of this machine make of it
     */
    public void carry(Vcpu sender, int target, int message) {
        checkIpi(sender, target, message & 0xff);
        sender.increment(Counter.IPIS_SENT);
        sender.changed();
        if (stepCheck != null) {
            stepCheck.ipiSent(sender.id(), target);
        }
        trace.emit(sender.nowPs(), sender.id(), TraceKind.IPI_SENT, target, message & 0xff);
        ipisInFlight[target]++;
        long arrivesPs = sender.nowPs() + costs.ipiPs() + deliveryDelayPs("machine.ipi");
        simulation.at(arrivesPs, DEVICE_PRIORITY, ipiArrives, target, message);
    }

    /** What the plain local APICs are connected to. */
    private final class ApicWires implements PlainApics.Wires {
        @Override
        public long nowPs(int vcpuId) {
            return vcpus[vcpuId].nowPs();
        }

        @Override
        public long tscHz() {
            return spec.tscHz();
        }

        @Override
        public long timerHz() {
            return spec.costs().count("lapic.timer_hz"); // asked for by who uses the timer alone
        }

        @Override
        public void send(int from, int to, int vector) {
            carry(vcpus[from], to, vector);
        }

        @Override
        public void interrupt(int vcpuId, int vector) {
            vcpus[vcpuId].raise(vector);
        }

        @Override
        public void interruptAt(int vcpuId, int vector, long timePs) {
            vcpus[vcpuId].timer().set(vector, timePs);
        }
    }

    /** Raises a device interrupt on vCPU 0 now, as the PIC of a PC does. */
    public void raiseIrq(int vector) {
        trace.emit(simulation.nowPs(), -1, TraceKind.DEVICE_IRQ, vector, 0);
        vcpus[0].raise(vector);
    }

    private void arrives(int target, long message) {
        ipisInFlight[target]--;
        bus().apics().arrive(target, (int) message);
    }

    /**
     * Runs until {@code time} after power-on. An exception out of a step or an event ends the run for good: it stands in the middle of something.
     *
     * @return what has happened up to then
     * @throws IllegalStateException after {@link #close}, and after a run that ended with an exception, which it names
     */
    public RunResult runUntil(Duration time) {
        Objects.requireNonNull(time, "time");
        open("run on");
        sound("run on");
        try {
            simulation.runUntil(Picos.of(time));
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        trace.reached(simulation.nowPs());
        if (stepCheck != null && stepCheck.steps() == 0 && simulation.firedCount() > 0) {
            warn("checkSteps has nothing to say of this run: no step of guest code made an access that others can see."
                    + " It looks into routines (GuestCode), not into other programs of threads and vCPUs");
        }
        if (stepCheck != null && !stepCheck.takenForOwn().isEmpty()) {
            warn("checkSteps: " + stepCheck.takenForOwn() + "; see GuestCpu.own");
        }
        return result();
    }

    /** The run has ended in the middle of something, a step or an event. */
    void failed(Throwable e) {
        if (failure == null) {
            String said = e.getMessage();
            failure = "an exception at " + simulation.nowPs() + " ps ("
                    + (said == null ? e.getClass().getName() : said) + ")";
        }
    }

    private void sound(String what) {
        if (failure != null) {
            throw new IllegalStateException("the run has ended with " + failure + ", and cannot " + what
                    + "; a state that was saved before can be put back");
        }
    }

    private void open(String what) {
        if (closed) {
            throw new IllegalStateException("the machine is closed, and cannot " + what);
        }
    }

    /** Returns what has happened so far. */
    public RunResult result() {
        List<VcpuUsage> usage = new ArrayList<>();
        for (Vcpu vcpu : vcpus) {
            usage.add(usage(vcpu));
        }
        return new RunResult(
                spec.seed(),
                simulation.nowPs(),
                trace.digest().value(),
                trace.digest().count(),
                simulation.firedCount(),
                usage,
                warnings);
    }

    private static VcpuUsage usage(Vcpu vcpu) {
        Map<ExitCause, Long> exitsByCause = new EnumMap<>(ExitCause.class);
        for (ExitCause cause : ExitCause.values()) {
            exitsByCause.put(cause, vcpu.exits(cause));
        }
        return new VcpuUsage(
                vcpu.id(),
                vcpu.residencyPs(VcpuState.BUSY),
                vcpu.residencyPs(VcpuState.POLL),
                vcpu.residencyPs(VcpuState.HALT_POLL),
                vcpu.residencyPs(VcpuState.HALTED),
                vcpu.residencyPs(VcpuState.MWAIT),
                vcpu.residencyPs(VcpuState.WAITING),
                vcpu.residencyPs(VcpuState.OFF),
                vcpu.count(Counter.INTERRUPTS),
                vcpu.count(Counter.IPIS_SENT),
                vcpu.count(Counter.HALTS),
                vcpu.count(Counter.EXITS),
                vcpu.count(Counter.CONTEXT_SWITCHES),
                exitsByCause);
    }

    /**
     * Saves the state of the run between two events: of everything that this machine reaches, guest, devices, load and sinks included; see
     * {@link SavedState}.
     *
     * @param others what knows the machine without being known by it, such as a load that waits for a call
     * @throws IllegalStateException from within an event, after {@link #close} or a run that ended with an exception, and if something cannot be put back, which it names; of static fields that may be
     *     state ({@link SavedState#unsaved}) and of collections whose order may be another when they are put back ({@link SavedState#unordered}) the run warns
     */
    public SavedState save(Object... others) {
        Objects.requireNonNull(others, "others");
        open("be saved");
        sound("be saved");
        if (simulation.isRunning()) {
            throw new IllegalStateException("a machine is saved between runs, not from within an event");
        }
        SavedState saved = SavedState.of(this, others);
        int said = warnings.size();
        for (String field : saved.unsaved()) {
            warn("the saved state does not have " + field
                    + ": what changes there is not put back; keep it in an object of the run instead");
        }
        for (String place : saved.unordered()) {
            warn(
                    "put back, " + place
                            + " has what it had, but maybe in another order, since it keeps the room that it has grown to: a run that goes over it may then go on in another way");
        }
        return warnings.size() == said ? saved : SavedState.of(this, others); // warnings are state too
    }

    /**
     * Puts the run back to where it was saved: it goes on from there as it went on before, to the same digest.
     *
     * @param state what {@link #save} of this machine has returned; may be used again
     * @throws IllegalArgumentException if it is another machine's
     * @throws IllegalStateException from within an event, and after {@link #close}
     */
    public void restore(SavedState state) {
        Objects.requireNonNull(state, "state");
        open("be put back");
        if (simulation.isRunning()) {
            throw new IllegalStateException("a machine is put back between runs, not from within an event");
        }
        if (!state.isOf(this)) {
            throw new IllegalArgumentException("the state is another machine's");
        }
        state.restore();
    }

    /**
     * Tries something from a saved state: puts the run back there, lets {@code trial} run it on, and puts it back once more, so that nothing of
     * the trial stays but what it returns.
     *
     * @throws IllegalArgumentException if the state is another machine's
     * @throws IllegalStateException from within an event, and after {@link #close}, also if the trial closes the machine
     */
    public <R> R branch(SavedState from, Function<Machine, R> trial) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(trial, "trial");
        restore(from);
        try {
            return trial.apply(this);
        } finally {
            restore(from);
        }
    }

    /** Ends the machine; to run it, save it or put it back afterwards is refused. */
    @Override
    public void close() {
        closed = true;
    }

    /**
     * An object of which a program may be believed to look at nothing that changes in silence: whatever its public methods return never changes, changes with an announcement ({@link #beforeChange}), or has the
     * turn stepped in which it was asked for. Cells are such ({@link SharedWord}) and what a kernel consists of; a device of one's own may be.
     */
    public interface Announcing {
        /** Returns whether it tells the polling loops of {@code machine} of its changes: those of the machine that it was made for alone. */
        boolean announcesTo(Machine machine);
    }

    /** Whether an observer of steps is content with one call for steps of which it need not see each. It must not change the simulation. */
    @FunctionalInterface
    public interface StretchObserver {
        /**
         * Asked after a step that others follow which change nothing, announce nothing and tell the trace nothing, and nothing else happens
         * between them.
         *
         * @param vcpu number of the vCPU whose steps they are
         * @param steps how many, the one just done included
         * @param untilPs the instant at which the last of them ends
         * @return true if all of them are seen with this; false if each is to be told of
         */
        boolean sees(int vcpu, int steps, long untilPs);
    }

    /**
     * Who decides how deep a CPU of the host sleeps while its vCPU is halted, and so how long the vCPU takes to come back. Told of
     * every sleep of a vCPU whose thread has blocked; it must be a function of what it has been told.
     */
    public interface SleepStates {
        /** The thread of a vCPU blocks now: its CPU sleeps. */
        void blocks(int vcpuId);

        /** The guest has executed {@code mwait} itself and sleeps from now on: the hint is its own. */
        void mwaits(int vcpuId);

        /**
         * Something wakes the CPU now.
         *
         * @return the time to leave the state that it is in, in picoseconds, at least 0
         */
        long wakes(int vcpuId);

        /** Always one state. */
        static SleepStates fixed(long exitPs) {
            return new SleepStates() {
                @Override
                public void blocks(int vcpuId) {}

                @Override
                public void mwaits(int vcpuId) {}

                @Override
                public long wakes(int vcpuId) {
                    return exitPs;
                }
            };
        }
    }

    /**
     * Counts in each step of guest code the accesses that others can see, on a machine whose specification says so ({@link MachineSpec#checkSteps}), and
     * keeps the steps with more than one: what happens at one instant cannot be interleaved.
     *
     * <p><b>What counts:</b> a device's register; a {@link SharedWord}; whatever guest code declares as shared by going through {@link io.torosim.core.code.GuestCpu} (a ring
     * word, a mailbox in memory, an interrupt to another core); and a load or store past it, as of memory of the core's own, of a word that some device
     * has loaded or stored by itself before. <b>What does not:</b> copies of ranges, in which packet bytes travel; the allocator's records; other Java
     * objects; code that is not {@link io.torosim.core.code.GuestCode}.
     *
     * <p>Memory accessed past it must be the core's own at that moment, copies of ranges included: {@link #takenForOwn} names the first access that is not.
     *
     * <p>A step is everything up to the next passing of time. Confined to the simulation thread.
     */
    public static final class StepCheck {
        /**
         * A step with more than one access.
         *
         * @param place routine and entry, and further entries of the same step that made one: {@code "EmptyReadRing: copy"}
         * @param mostAccesses in one execution of it, at least 2
         * @param times how often it was executed with more than one
         */
        public record SharedStep(String place, int mostAccesses, long times) {}

        private final LongOpenHashSet words = new LongOpenHashSet();
        private final Machine machine;
        private final OwnedMemory owned;
        private OwnedMemory.@Nullable Place place;
        private final Map<String, SharedStep> found = new TreeMap<>();
        private boolean inEntry;
        private boolean inDevice;
        private boolean declared;
        private int accesses;
        private int before;
        private StringJoiner places = new StringJoiner(", then ");
        private long steps;

        /** Of a machine, which knows whose step is being done: what is nobody's is a device's work. */
        StepCheck(Machine machine) {
            this.machine = machine;
            this.owned = new OwnedMemory(machine.spec.vcpus());
        }

        /** Whose access it is. */
        private int actor() {
            Vcpu stepping = machine.stepping;
            return inDevice || stepping == null ? owned.devices() : stepping.id();
        }

        /**
         * Returns the first access past {@link io.torosim.core.code.GuestCpu}, as of memory of the core's own, to a byte that another vCPU or a device may be
         * at, with its place and the other; empty if there was none. Only on machines without choices; a run with one warns.
         */
        public String takenForOwn() {
            return owned.found();
        }

        /** Returns the steps found so far, those with the most accesses first, then by place. */
        public List<SharedStep> found() {
            stepBegins();
            return found.values().stream()
                    .sorted(Comparator.comparingInt(SharedStep::mostAccesses)
                            .reversed()
                            .thenComparing(SharedStep::place))
                    .toList();
        }

        /** Returns how many steps of {@link io.torosim.core.code.GuestCode} with an access there were; where there was none a run warns ({@link RunResult#warnings}). */
        public long steps() {
            return steps;
        }

        // ---- what the processor tells

        /** The step before is over. */
        public void stepBegins() {
            if (accesses > 0) {
                steps++;
            }
            if (accesses > 1) {
                found.merge(
                        places.toString(),
                        new SharedStep(places.toString(), accesses, 1),
                        (a, b) -> new SharedStep(
                                a.place(), Math.max(a.mostAccesses(), b.mostAccesses()), a.times() + b.times()));
            }
            accesses = 0;
            places = new StringJoiner(", then ");
        }

        /** An entry of the present step is executed from now on. */
        public void entryBegins() {
            inEntry = true;
            before = accesses;
        }

        /** An access that the entry declares: the load or store that follows is it. */
        public void declared() {
            declared = true;
            accesses++;
        }

        /** A {@link SharedWord} is looked at or set. */
        void cell() {
            if (inEntry && !inDevice) {
                accesses++;
            }
        }

        /** The second half of an atomic operation follows. */
        public void sameAccess() {
            accesses--;
        }

        /** A device works within the present access, or has done so. */
        public void device(boolean works) {
            inDevice = false;
            int who = actor();
            owned.before(works ? who : owned.devices(), works ? owned.devices() : who);
            inDevice = works;
            declared = false;
        }

        /** Whoever does something now announces it to a vCPU. */
        void announced(int vcpu) {
            owned.before(actor(), vcpu);
        }

        void ipiSent(int from, int to) {
            owned.sends(from, to);
        }

        void interruptTaken(int vcpu) {
            owned.interrupted(vcpu);
        }

        void started(int vcpu) {
            owned.starts(vcpu);
        }

        /** The entry is over. */
        public void entryEnds(String routine, String entry) {
            if (accesses > before) {
                places.add(routine + ": " + entry);
            }
            if (place != null) {
                place.is(routine + ": " + entry);
                place = null;
            }
            inEntry = false;
            declared = false;
        }

        /** An exception has ended the present step, in the middle of an entry or of a device's work. */
        public void abandoned() {
            inEntry = false;
            inDevice = false;
            declared = false;
            place = null;
        }

        // ---- what memory tells

        GuestAddressSpace.Watch watch() {
            return new GuestAddressSpace.Watch() {
                @Override
                public void scalar(long address, int sizeBytes, boolean store) {
                    order(address, sizeBytes, store, declared);
                    access(address, sizeBytes);
                }

                @Override
                public void range(long address, long bytes, boolean store) {
                    order(address, bytes, store, false);
                }

                @Override
                public void register(boolean begins) {
                    device(begins);
                }
            };
        }

        private void order(long address, long sizeBytes, boolean store, boolean forOthers) {
            if (!machine.simulation.isRunning() || machine.hasChoices()) {
                return;
            }
            if (inDevice || !inEntry || forOthers) {
                owned.shared(actor(), address, sizeBytes, store);
                return;
            }
            if (place == null) {
                place = new OwnedMemory.Place();
            }
            owned.own(actor(), address, sizeBytes, store, place);
        }

        private void access(long address, int sizeBytes) {
            long first = address >>> 3;
            long last = address + sizeBytes - 1 >>> 3;
            if (inDevice || !inEntry && machine.stepping == null) {
                words.add(first);
                words.add(last);
            } else if (!inEntry) {
                return; // a program that is no routine: not looked into, and no device either
            } else if (declared) {
                declared = false;
            } else if (words.contains(first) || words.contains(last)) {
                accesses++;
            }
        }
    }
}
