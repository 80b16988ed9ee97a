package io.torosim.sched;

import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Toro kernel on a machine: one cooperative scheduler to a core, mailboxes between them, the wake-up interrupt, and the
 * idle policy of its configuration. Confined to the simulation thread.
 *
 * <p>A core is a {@link ToroCore}, executed by its {@link CoreScheduler}; the mailboxes are a {@link DispatchMatrix}. Users give it a
 * {@link KernelConfig} and a {@link GuestProgram} for each thread and get {@link GuestThread}s; devices, by which threads
 * wait on a {@link GuestThread.WaitChannel}, wake them by {@link #wakeUp} and hear interrupts by {@link #onInterrupt}.
 */
public final class ToroKernel implements Machine.Announcing {
    /** The vector of the wake-up interrupt between cores (Process.pas). */
    public static final int INTER_CORE_IRQ = 80;

    /** The vector of the timer that ends a halt in the repaired kernel; Toro has none ({@link ToroQuirk#HALT_WITHOUT_TIMER}). */
    public static final int WAKE_TIMER_VECTOR = 81;

    /** Where a record's address would be. */
    private static final long NO_MEMORY = -1;

    private final Machine machine;
    private boolean warned;
    private final KernelConfig config;
    private final KernelCosts costs;
    private final DispatchMatrix<ThreadRecord> matrix;
    private final QuirkSwitches quirks;
    /** Null: its threads take no memory. */
    private final @Nullable ThreadMemory memory;

    private final ToroCore[] cores;
    private final List<ThreadRecord> threads = new ArrayList<>();
    /** By vector; empty until the first is installed. */
    private final List<@Nullable IntFunction<? extends Activity>> handlers = new ArrayList<>();

    private final int localCpuSpeed;
    private final int startedCores;
    private final long bootedPs;
    private @Nullable ThreadRecord duplicate;
    private boolean marked;
    /** The core whose thread's program is asked for its next action now, -1 for none. */
    private int turnOf = -1;

    /** By core: interrupts that are on their way to it and that the machine does not show yet. */
    private final int[] deviceEvents;

    private ToroKernel(Machine machine, KernelConfig config, @Nullable ThreadMemory memory) {
        this.machine = machine;
        this.memory = memory;
        this.bootedPs = machine.simulation().nowPs();
        this.config = config;
        this.quirks = new QuirkSwitches(config.quirks());
        this.localCpuSpeed = config.localCpuSpeed(machine.spec().tscHz());
        this.costs = new KernelCosts(machine, localCpuSpeed);
        this.deviceEvents = new int[machine.vcpuCount()];
        this.matrix = new DispatchMatrix<>(machine.vcpuCount());
        this.cores = new ToroCore[machine.vcpuCount()];
        this.startedCores = Math.min(config.startedCores(), machine.vcpuCount());
    }

    /**
     * What {@code ThreadCreate} takes and {@code ThreadExit} gives back (Process.pas): a thread's record, its stack, its thread variables and its private heap. A call is a
     * part of one step of the core that makes it, which spends {@link #spentPs} for it.
     */
    public interface ThreadMemory {
        /**
         * Takes what a thread needs.
         *
         * @param core that executes {@code ThreadCreate}, the thread's own
         * @param stackBytes of its stack, at least 0
         * @param threadVarBytes of its thread variables, 0 for none
         * @return the address of its record; 0 if memory has run out, with what had been taken given back
         */
        long take(int core, long stackBytes, long threadVarBytes);

        /**
         * Gives back what a thread has had, in {@code ThreadExit}.
         *
         * @param core its own
         * @param record what {@link #take} has returned
         */
        void giveBack(int core, long record);

        /** Returns what the last call of one of the two takes, in picoseconds. */
        long spentPs();
    }

    /**
     * Starts a kernel on the machine's vCPUs, which must be off: from now on each executes its scheduler. Its threads take no memory.
     *
     * <p>The cores that are started have their local APICs as Toro's initialisation leaves them, switched on and divided by 1, and none of that is counted: local APICs of another kind are
     * plugged in before.
     *
     * @return the kernel, without threads
     */
    public static ToroKernel boot(Machine machine, KernelConfig config) {
        return booted(machine, config, null);
    }

    /**
     * Starts a kernel whose threads take memory; see {@link #boot(Machine, KernelConfig)}.
     *
     * @param memory where from: where it has run out no thread begins
     * @return the kernel, without threads
     */
    public static ToroKernel boot(Machine machine, KernelConfig config, ThreadMemory memory) {
        return booted(machine, config, Objects.requireNonNull(memory, "memory"));
    }

    private static ToroKernel booted(Machine machine, KernelConfig config, @Nullable ThreadMemory memory) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(config, "config");
        ToroKernel kernel = new ToroKernel(machine, config, memory);
        for (int id = 0; id < kernel.cores.length; id++) {
            kernel.cores[id] = new ToroCore(kernel, machine.vcpu(id));
        }
        ApicRegisters apics = machine.bus().apics();
        for (int id = 0; id < kernel.startedCores; id++) {
            ToroCore core = kernel.cores[id];
            apics.write(id, ApicRegisters.SPURIOUS, ApicRegisters.SWITCHED_ON | 0xff);
            apics.write(id, ApicRegisters.DIVIDE, ApicRegisters.DIVIDE_BY_1);
            core.scheduler(new CoreScheduler(kernel, core, kernel.costs));
            machine.vcpu(id).start(core.scheduler(), vector -> kernel.handler(core, vector));
        }
        return kernel;
    }

    /**
     * Installs the handler of a vector on all cores.
     *
     * @param vector in {@code [32, 255]}, not {@link #INTER_CORE_IRQ} nor {@link #WAKE_TIMER_VECTOR}
     * @param handler makes the activity of one interrupt; it ends with {@link Activity#DONE}
     * @throws IllegalStateException if the vector has one: a vector is one device's
     */
    public void onInterrupt(int vector, Supplier<Activity> handler) {
        Objects.requireNonNull(handler, "handler");
        onInterruptByCore(vector, new OfAnyCore(handler));
    }

    /**
     * Installs handlers of a vector that differ from core to core; see {@link #onInterrupt}.
     *
     * @param handler makes the activity of one interrupt, asked with the number of the core that takes it
     */
    public void onInterruptByCore(int vector, IntFunction<? extends Activity> handler) {
        Objects.requireNonNull(handler, "handler");
        if (vector < 32 || vector > 255 || vector == INTER_CORE_IRQ || vector == WAKE_TIMER_VECTOR) {
            throw new IllegalArgumentException("vector must be in [32, 255] and not 80 or 81, vector=" + vector);
        }
        if (handlers.isEmpty()) {
            handlers.addAll(Collections.nCopies(256, null));
        }
        if (handlers.get(vector) != null) {
            throw new IllegalStateException("vector " + vector + " has a handler already, and is one device's");
        }
        handlers.set(vector, handler);
    }

    /**
     * Lets a core execute {@code code} before it looks for its first thread, as the initialisation of a unit does, with interrupts disabled. To be called
     * between {@link #boot} and the first step of the machine.
     *
     * @param coreId in {@code [0, startedCores())}
     * @param code steps that take time, and {@link Activity#DONE} when it is over
     * @throws IllegalStateException if the core has begun, or has such code already
     */
    public void beforeThreads(int coreId, Activity code) {
        Objects.requireNonNull(code, "code");
        if (coreId < 0 || coreId >= startedCores) {
            throw new IllegalArgumentException("coreId must be in [0, " + startedCores + "), coreId=" + coreId);
        }
        if (machine.simulation().nowPs() > bootedPs) {
            throw new IllegalStateException("core " + coreId + " has begun, nowPs="
                    + machine.simulation().nowPs());
        }
        cores[coreId].scheduler().beforeThreads(code);
    }

    /**
     * Says that the timer of the cores' local APICs is somebody else's, such as a tick's: {@code Delay} waits by the time-stamp counter from now on, at the price of
     * {@code rdtsc}, and no nested delay ends another.
     */
    public void delaysByTsc() {
        for (ToroCore core : cores) {
            core.lapicTimer.taken();
        }
    }

    /**
     * Puts a ready thread on a core before or between runs, as if it had been created there; for threads that guest code
     * creates see {@link GuestThread#beginThread}. A core that is halted is woken by the usual interrupt. Its stack is of {@code toro.thread_stack} bytes.
     *
     * @param coreId in {@code [0, startedCores())}
     * @throws IllegalStateException if the core's memory has run out
     */
    public GuestThread spawn(int coreId, String name, GuestProgram program) {
        return spawned(coreId, name, program, costs.threadStackBytes);
    }

    private ThreadRecord spawned(int coreId, String name, GuestProgram program, long stackBytes) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(program, "program");
        if (coreId < 0 || coreId >= startedCores) {
            throw new IllegalArgumentException(
                    "coreId must be in [0, " + startedCores + "), coreId=" + coreId + ", thread=" + name);
        }
        ToroCore core = cores[coreId];
        boolean mayBeHalted =
                core.idle || (core.ring.isEmpty() && machine.simulation().nowPs() > 0);
        ThreadRecord thread = create(core, name, program, stackBytes);
        if (thread == null) {
            throw new IllegalStateException(
                    "the memory of core " + coreId + " has run out, thread=" + name + ", stackBytes=" + stackBytes);
        }
        if (mayBeHalted) {
            machine.vcpu(coreId).raise(INTER_CORE_IRQ);
        }
        return thread;
    }

    /**
     * Puts the main thread on core 0: its end is SystemExit, which executes one {@code hlt} in the middle of everything
     * before the thread exits like any other (Kernel, Process.pas). Threads that are ready wait for the next interrupt. Its stack is of {@code toro.main_stack} bytes.
     *
     * @throws IllegalStateException if the core's memory has run out
     */
    public GuestThread spawnMain(String name, GuestProgram program) {
        ThreadRecord thread = spawned(0, name, program, costs.mainStackBytes);
        thread.initial = true;
        return thread;
    }

    /**
     * Lets every core that was started idle by another rule from now on, as a trial from a saved state wants it ({@link Machine#branch}); what a
     * core has done already, such as a halt that it is in, stays. To be called between runs or from an event.
     */
    public void idlePolicy(IdlePolicy policy) {
        Objects.requireNonNull(policy, "policy");
        for (int id = 0; id < startedCores(); id++) {
            core(id).idlePolicy(ToroCore.policyOf(policy, id));
        }
    }

    /**
     * Returns the machine. The turn of a program that asks for it is stepped, as if it had asked for its vCPU: memory, bus and clock announce nothing; see
     * {@link GuestProgram#readsDeclared}.
     */
    public Machine machine() {
        looked();
        return machine;
    }

    /** The same for the kernel itself. */
    Machine itsMachine() {
        return machine;
    }

    /** Whoever has its turn now has got hold of what announces nothing. */
    void looked() {
        looks(ThreadRecord.LOOKED);
    }

    /** Whoever has its turn now has asked for the clock. */
    void looksAtClock() {
        looks(ThreadRecord.LOOKED);
        if (machine.spec().checkPolling()) {
            ThreadRecord turn = turn();
            if (turn != null) {
                turn.looksAtClock(nowPs());
            }
        }
    }

    /** Whoever has its turn now sees what a core tells only its own threads. */
    void sees(ToroCore core) {
        if (turnOf != core.id()) {
            looks(ThreadRecord.SAW_UNANNOUNCED);
        }
    }

    /** Whoever has its turn now sees whose turn it is, or was, on a core: what a round there changes and nobody announces, and what is left behind while rounds are passed over. */
    void seesTurns(ToroCore core) {
        core.turns.settleRounds();
        looks(ThreadRecord.SAW_UNANNOUNCED);
    }

    /** Returns the thread whose program is asked for its next action now, if any is. */
    @Nullable
    ThreadRecord turn() {
        return turnOf < 0 ? null : cores[turnOf].current;
    }

    /** From now on it is the turn of that core's thread, -1 for none; returns whose it was. */
    int turnOf(int core) {
        int before = turnOf;
        turnOf = core;
        return before;
    }

    private void looks(int at) {
        ThreadRecord turn = turn();
        if (turn != null) {
            turn.looks |= at;
        }
    }

    /** The present time of whoever has its turn, or of the machine. */
    long nowPs() {
        return turnOf < 0 ? machine.simulation().nowPs() : machine.vcpu(turnOf).nowPs();
    }

    /** Returns how the kernel was built. */
    public KernelConfig config() {
        if (!(config.idlePolicy() instanceof IdlePolicy.ToroIdlePolicy)) {
            looked(); // a user's, which may have state
        }
        return config;
    }

    /** The same for the kernel itself. */
    KernelConfig itsConfig() {
        return config;
    }

    /** Returns the number of cores that came up. */
    public int startedCores() {
        return startedCores;
    }

    /** Returns all threads ever created, in order. */
    public List<GuestThread> threads() {
        return Collections.unmodifiableList(threads);
    }

    /**
     * Returns the thread that a core executes now, or executed last; null before its first. The turn of a program that asks for another core's is stepped: nobody
     * announces what changes with every turn there; see {@link GuestProgram#readsDeclared}.
     */
    public @Nullable GuestThread running(int coreId) {
        ToroCore core = core(coreId);
        if (turnOf != coreId) {
            seesTurns(core);
        }
        return core.current;
    }

    int threadCount() {
        return threads.size();
    }

    /** How many threads have not exited. */
    int liveThreads() {
        int live = 0;
        for (int i = 0; i < threads.size(); i++) {
            live += threads.get(i).exited ? 0 : 1;
        }
        return live;
    }

    /** Thread {@code index} in order of creation, from 0. */
    ThreadRecord thread(int index) {
        return threads.get(index);
    }

    /** Returns whether a core stands around its {@code hlt}. */
    public boolean isIdle(int coreId) {
        return cores[coreId].idle;
    }

    /** ThreadCreate on its core; null if that has no memory left. */
    @Nullable
    ThreadRecord create(ToroCore core, String name, GuestProgram program, long stackBytes) {
        long record = takeMemory(core, stackBytes);
        if (record == NO_MEMORY) {
            return null;
        }
        ThreadRecord thread = new ToroThread(this, core, threads.size() + 1, name, program);
        try {
            ProgramOwners.give(threads, thread);
        } catch (IllegalArgumentException e) {
            giveBack(core, record);
            throw e;
        }
        return add(core, thread, record);
    }

    /**
     * Begins a thread a second time: its message was delivered twice, a defect of the kernel and none of who wrote the program. Both threads execute
     * the one object, which may hold state that is not the second one's.
     */
    @Nullable
    ThreadRecord createAgain(ToroCore core, String name, GuestProgram program, long stackBytes) {
        long record = takeMemory(core, stackBytes);
        return record == NO_MEMORY
                ? null
                : add(core, new ToroThread(this, core, threads.size() + 1, name, program), record);
    }

    /** What a thread needs: the address of its record, 0 in a kernel without memory, {@link #NO_MEMORY} if there is no more. */
    private long takeMemory(ToroCore core, long stackBytes) {
        if (memory == null) {
            return 0;
        }
        beforeTouch();
        long record = memory.take(core.id(), stackBytes, threads.isEmpty() ? 0 : 8L * config.threadVarWords());
        return record == 0 ? NO_MEMORY : record;
    }

    /** What a thread has had. */
    private void giveBack(ToroCore core, long record) {
        if (memory != null) {
            memory.giveBack(core.id(), record);
        }
    }

    /** A thread that exits gives back what it has had, on its own core, still running on the stack that it frees (Process.pas: {@code ThreadExit}); returns how long that takes. */
    long giveBack(ToroCore core, ThreadRecord thread) {
        giveBack(core, thread.recordAddress);
        return memoryPs();
    }

    /** What the last call for memory takes. */
    long memoryPs() {
        return memory == null ? 0 : memory.spentPs();
    }

    private ThreadRecord add(ToroCore core, ThreadRecord thread, long record) {
        beforeTouch();
        thread.recordAddress = record;
        if (config.threadVarWords() > 0 && !threads.isEmpty()) {
            thread.allocateThreadVars(config.threadVarWords());
        }
        threads.add(thread);
        core.addThread(thread);
        return thread;
    }

    /** Says which defects are on, and counts who asks. */
    QuirkSwitches quirks() {
        return quirks;
    }

    /** Returns whether a defect is on; asked by kernel and drivers where it would act, and noted: see {@link KernelAudit#reached}. */
    public boolean has(ToroQuirk quirk) {
        return quirks.has(Objects.requireNonNull(quirk, "quirk"));
    }

    long reached(ToroQuirk quirk) {
        return quirks.reached(quirk);
    }

    /** Makes a thread ready from a device's interrupt handler, on the core that it interrupted; one that waits for something else goes on waiting ({@link GuestThread#await}). No effect on a thread that has exited. */
    public void wakeUp(GuestThread thread) {
        ThreadRecord woken = (ThreadRecord) Objects.requireNonNull(thread, "thread");
        if (isForeign(woken)) {
            throw new IllegalArgumentException("wakeUp of thread " + thread.name() + " on core " + thread.coreId()
                    + ", which belongs to another kernel");
        }
        beforeTouch();
        if (!woken.exited) {
            cores[woken.coreId()].makeReady(woken);
        }
    }

    /** A request was carried out that is not in flight: a message was delivered twice. */
    void deliveredTwice(ThreadRecord requester) {
        duplicate = requester;
    }

    /** Something was marked for the audit: lost registers, a core that was woken before its message could be seen. */
    void marked() {
        marked = true;
    }

    /** Returns whether there is any mark to look for. */
    boolean anyMark() {
        return marked;
    }

    /** The last thread whose request was carried out twice, or null. */
    @Nullable
    ThreadRecord duplicate() {
        return duplicate;
    }

    /** Whether a wake-up interrupt for {@code target} was sent although its message is still in the sender's own list. */
    boolean messageNotVisibleYet(int target) {
        if (!config.quirks().has(ToroQuirk.IPI_BEFORE_DATA)) {
            return false;
        }
        for (ToroCore sender : cores) {
            if (sender.announced == target && sender.outgoing(target) != null) {
                return true;
            }
        }
        return false;
    }

    /** Says, for {@link KernelAudit}, that something from outside will interrupt core 0. */
    public void deviceEventScheduled() {
        deviceEventScheduled(0);
    }

    /** Says that it is happening now. */
    public void deviceEventFired() {
        deviceEventFired(0);
    }

    /** Says, for {@link KernelAudit}, that an interrupt that core 0 will pass on to another core is on its way ({@link #sendInterrupt}). */
    public void deviceEventScheduled(int coreId) {
        deviceEvents[coreId]++;
    }

    /** Says that it has been passed on. */
    public void deviceEventFired(int coreId) {
        deviceEvents[coreId]--;
    }

    /** How many interrupts are on their way to {@code core} that the machine does not show yet. */
    int deviceEvents(int core) {
        return deviceEvents[core];
    }

    /**
     * Returns the steps of {@code send_apic_int}, by which the handler of a device's interrupt passes it on to another core: {@code Delay(10)}, then the two writes of the
     * command register. The handler there begins with {@link #acknowledgeInterrupt}.
     *
     * @param from the core that executes them
     * @param to the core that is interrupted; with a number that no core has nothing is sent
     * @param vector one of {@link #onInterrupt}
     */
    public Activity sendInterrupt(int from, int to, int vector) {
        return new SendInterrupt(cores[from].lapicTimer, quirks, costs, to, vector);
    }

    /** Returns the steps of the end of an interrupt at the local APIC, {@code Delay(10)} with them ({@link ToroQuirk#WAKE_HANDLER_DELAYS}), executed by a core. */
    public Activity acknowledgeInterrupt(int coreId) {
        return new IpiHandler(cores[coreId].lapicTimer, quirks, costs);
    }

    KernelCosts costs() {
        return costs;
    }

    ToroCore core(int id) {
        return cores[id];
    }

    DispatchMatrix<ThreadRecord> matrix() {
        return matrix;
    }

    /** The rate in MHz that the kernel believes in. */
    int localCpuSpeed() {
        return localCpuSpeed;
    }

    /**
     * Returns how long a wait by the time-stamp counter really takes ({@code Sleep}, time-outs): the kernel turns it into cycles
     * at the rate that it believes in, and the counter runs at its own. The wait itself where the rate is calibrated right.
     *
     * @param nominalPs what the caller asked for, at least 0
     */
    public long tscWaitPs(long nominalPs) {
        if (config.believedMhz() == 0) {
            return nominalPs;
        }
        long cycles = Picos.toCycles(nominalPs, localCpuSpeed * 1_000_000L);
        return Picos.ofCycles(cycles, machine.spec().tscHz());
    }

    @Override
    public boolean announcesTo(Machine other) {
        Objects.requireNonNull(other, "other");
        return machine == other;
    }

    /** Whether an object announces its changes to another machine than this kernel's. */
    boolean isForeign(Object value) {
        return value instanceof Machine.Announcing its && !its.announcesTo(machine);
    }

    /** One warning a kernel. */
    void warnUndeclared(ThreadRecord thread) {
        if (!warned) {
            warned = true;
            machine.warn("thread " + thread.name()
                    + " polls what is not declared ("
                    + (OwnReads.anyForeign(thread.program(), this::isForeign) ? "what is another machine's, " : "")
                    + StaticReads.of(thread.program()).map(f -> f + ", ").orElse("")
                    + "memory, a bus, the clock, objects of Java): loops with it in are stepped round by round, which is slow; let"
                    + " programs look at SharedWord, or see GuestProgram.readsDeclared");
        }
    }

    /** A core's memory has run out, so that nothing was begun there: said once for each core, as ToroGetMem prints it. */
    void warnWithoutMemory(ToroCore core, ThreadRecord requester) {
        if (!core.ranOutOfMemory) {
            core.ranOutOfMemory = true;
            machine.warn("core " + core.id() + " ran out of memory at "
                    + machine.simulation().nowPs()
                    + " ps: beginThread of thread " + requester.beginName + " by " + requester.name()
                    + " has begun nothing");
        }
    }

    /** Something has overwritten registers that a thread was using. */
    void loseRegisters(@Nullable ThreadRecord thread) {
        marked();
        if (thread != null && !thread.registersLost) {
            beforeTouch();
            thread.registersLost = true;
        }
    }

    /** To be called before memory that other cores can see is changed. */
    void beforeTouch() {
        for (int id = 0; id < cores.length; id++) {
            machine.vcpu(id).beforeChange();
        }
    }

    private Activity handler(ToroCore core, int vector) {
        core.scheduler().interrupted();
        if (vector == INTER_CORE_IRQ) {
            if (!core.scheduler().atHalt() && has(ToroQuirk.IPI_SAVES_NO_REGISTERS)) {
                core.registersLost++;
                loseRegisters(core.current);
            }
            return acknowledgeInterrupt(core.id());
        }
        if (vector == WAKE_TIMER_VECTOR) {
            return ToroKernel::acknowledge;
        }
        core.deviceIrq();
        IntFunction<? extends Activity> handler = handlers.isEmpty() ? null : handlers.get(vector);
        if (handler == null) {
            return ToroKernel::ignore;
        }
        Activity made = handler.apply(core.id());
        if (made == null) {
            throw new IllegalStateException("the handler of vector " + vector + " is null, made on core " + core.id()
                    + " by "
                    + (handler instanceof OfAnyCore any ? any.maker() : handler)
                            .getClass()
                            .getName());
        }
        return made;
    }

    /** Makes the same on every core. */
    private record OfAnyCore(Supplier<Activity> maker) implements IntFunction<Activity> {
        @Override
        public Activity apply(int core) {
            return maker.get();
        }
    }

    private static long acknowledge(Vcpu vcpu) {
        return Activity.DONE;
    }

    /** The default handler ({@code Interruption_Ignore}): a bare {@code iretq}. */
    private static long ignore(Vcpu vcpu) {
        return Activity.DONE;
    }
}
