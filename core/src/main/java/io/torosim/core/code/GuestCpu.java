package io.torosim.core.code;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.ApicRegisters;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.Frame.FrameStack;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Machine.StepCheck;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.core.time.Picos;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What guest code sees of the vCPU that executes it: memory, devices, other cores, and the routine that it may call. It is the only way from
 * a routine to anything outside its frame.
 *
 * <p>An access takes effect at the present instant; what a device access costs is added to the step by itself. In checking mode
 * ({@link #checkAccesses}) an entry that makes more than one access that others can see is an error that names it.
 *
 * <p>Confined to the simulation thread; allocates nothing.
 *
 * <p>It reaches memory as {@link GuestMemory}, devices by the machine's {@link Bus}, time and other cores by the {@link Vcpu} whose it is;
 * {@link CodeRun} executes {@link GuestCode} with it. What a search executes with has its own accesses ({@link io.torosim.core.explore.Exploration
 * Exploration}).
 */
public class GuestCpu {
    private final Vcpu vcpu;
    private final GuestMemory memory;
    private final Bus bus;
    private final MachineCosts costs;
    /** Windows of memory may be accessed as they are: every store is visible at once. */
    private final boolean direct;

    @SuppressWarnings("NullAway.Init") // enter comes first
    private FrameStack stack;

    private long accessPs;
    private int accesses;
    private boolean checking;
    private boolean leaves;
    /** Null unless the machine counts accesses. */
    private final @Nullable StepCheck check;

    /** The entry that a list of steps is at, or the one that a routine was called at. */
    int at;

    /** Creates the view of one vCPU; there may be several. */
    public GuestCpu(Vcpu vcpu) {
        Objects.requireNonNull(vcpu, "vcpu");
        this.vcpu = vcpu;
        Machine machine = vcpu.machine();
        this.memory = vcpu.memory();
        this.direct = !machine.hasChoices();
        this.bus = machine.bus();
        this.costs = machine.costs();
        this.check = machine.stepCheck();
    }

    /** For a processor that no machine stands behind: a subclass answers everything itself. */
    @SuppressWarnings("NullAway") // nobody asks these then
    protected GuestCpu() {
        vcpu = null;
        memory = null;
        bus = null;
        costs = null;
        direct = false;
        check = null;
    }

    /** Returns the number of the vCPU, from 0. */
    public int id() {
        return vcpu.id();
    }

    /** Returns the vCPU; code that is to be searched as well as run must do without. */
    public Vcpu vcpu() {
        return vcpu;
    }

    /**
     * Returns the present time in picoseconds. A polling loop ({@link Vcpu#roundRepeats}) that looks at it says in each round what it compares it with
     * ({@link Vcpu#comparesWith}); one that does not is stepped, with one warning.
     */
    public long nowPs() {
        vcpu.looksAtClock();
        return vcpu.nowPs();
    }

    /** Returns the time-stamp counter; in polling loops see {@link #nowPs}. */
    public long tsc() {
        vcpu.looksAtClock();
        return vcpu.tsc();
    }

    /** Turns on that an entry may make at most one access that others can see. */
    public void checkAccesses(boolean on) {
        checking = on;
    }

    // ---- calls

    void enter(FrameStack frames) {
        if (stack != frames) {
            changesTo(frames);
        }
        if (check != null) {
            check.stepBegins();
        }
    }

    /** Another run is executed, the first one or after an interrupt: by whom is looked at here, since it happens seldom. */
    private void changesTo(FrameStack frames) {
        stack = frames;
        Vcpu executing = vcpu == null ? null : vcpu.executing();
        if (executing != null) {
            checkExecutedBy(
                    executing,
                    frames.depth() == 0 ? "a routine" : frames.frame(0).code().name());
        }
    }

    /** Whether a step of these calls was the last one executed here. */
    boolean executes(FrameStack frames) {
        return stack == frames;
    }

    /** Whether frames have as many words as their routine says and no more, so that an access beyond them is an error. */
    boolean checksWords() {
        return check != null;
    }

    /** Refuses what would count and pay at one vCPU for what another one executes. */
    void checkExecutedBy(Vcpu executing, String routine) {
        if (vcpu != null && vcpu != executing) {
            throw new IllegalArgumentException("a routine is executed by the vCPU of its GuestCpu: " + routine
                    + " is executed on vCPU " + executing.id() + ", its GuestCpu is of vCPU " + vcpu.id()
                    + (vcpu.machine() == executing.machine() ? "" : " of another machine"));
        }
    }

    /**
     * Calls a routine; the entry must then return {@link StepResult#CALL}, having set the entry at which it goes on.
     *
     * @return the new frame, for the arguments
     */
    public Frame call(GuestCode routine) {
        return stack.push(Objects.requireNonNull(routine, "routine"));
    }

    /**
     * Returns the frame of the routine that called the present one.
     *
     * @throws IllegalStateException if nobody did
     */
    public Frame caller() {
        if (stack.depth() < 2) {
            throw new IllegalStateException("the outermost routine has no caller");
        }
        return stack.frame(stack.depth() - 2);
    }

    // ---- the processor itself

    /** {@code sti} and {@code cli}. An entry that enables interrupts and returns {@link StepResult#HALT} is {@code sti; hlt}, which is atomic. */
    public void interrupts(boolean enabled) {
        vcpu.interruptsEnabled(enabled);
    }

    /** {@code mfence}: earlier stores become visible before anything later is read. */
    public void fence() {
        memory.fullFence();
    }

    /**
     * Sends an inter-processor interrupt through the local APIC's registers in memory: earlier stores are visible before it goes.
     *
     * @param target number of the vCPU that receives it
     * @param vector in {@code [0, 255]}
     */
    public void sendIpi(int target, int vector) {
        seen();
        memory.fullFence();
        command(target, vector);
    }

    /** Sends one through the x2APIC's model-specific register, which waits for no earlier store; see {@link #sendIpi}. */
    public void sendIpiX2(int target, int vector) {
        seen();
        command(target, vector);
    }

    /** One access: the upper half of the command register is taken to hold the target already, or to be written with the lower one. */
    private void command(int target, int vector) {
        Machine machine = vcpu.machine();
        machine.checkIpi(vcpu, target, vector);
        payFor(AccessKind.APIC_ICR);
        ApicRegisters apics = bus.apics();
        apics.write(vcpu.id(), ApicRegisters.COMMAND_HIGH, target << 24);
        apics.write(vcpu.id(), ApicRegisters.COMMAND_LOW, vector);
    }

    /**
     * Sets the timer of this vCPU to an instant, as the TSC deadline register does: one in the past fires at once, 0 stops it. The laboratory's: it costs what that register costs,
     * and nothing of it comes to the bus.
     *
     * @param vector what it raises
     * @param deadlinePs picoseconds since power-on
     */
    public void timerAt(int vector, long deadlinePs) {
        seen();
        pay(ExitCause.TSC_DEADLINE, costs.apicPs());
        vcpu.timer().set(vector, deadlinePs);
    }

    /**
     * Sets the timer of this vCPU to a count from now, as the initial count register of a local APIC does: 0 stops it, and so does what is
     * less, since the register has no sign here. As {@link #timerAt}, it costs what the register costs and does not come to the bus.
     *
     * @param vector what it raises
     */
    public void timerIn(int vector, long countPs) {
        seen();
        pay(ExitCause.APIC_ACCESS, costs.apicPs());
        vcpu.timer().set(vector, countPs <= 0 ? 0 : Picos.later(vcpu.nowPs(), countPs, "countPs"));
    }

    /** {@code monitor}: another processor's store to the line of 64 bytes at {@code address} ends the next {@code mwait}. */
    public void monitor(long address) {
        seen();
        vcpu.monitor(address);
    }

    /** {@code xchg}: stores and returns what was there, as one access with a fence. */
    public long exchange64(long address, long value) {
        long old = load64(address);
        sameAccess();
        store64(address, value);
        memoryFence();
        return old;
    }

    /** {@code lock cmpxchg}: stores {@code value} if {@code expected} is there; returns what was there. */
    public long compareExchange64(long address, long expected, long value) {
        long old = load64(address);
        if (old == expected) {
            sameAccess();
            store64(address, value);
        }
        memoryFence();
        return old;
    }

    /** {@code lock xadd}: adds and returns what was there. */
    public long add64(long address, long value) {
        long old = load64(address);
        sameAccess();
        store64(address, old + value);
        memoryFence();
        return old;
    }

    // ---- ports

    /**
     * {@code in}: reads a port.
     *
     * @param port in [0, 65535]
     * @param widthBytes 1, 2 or 4
     */
    public int in(int port, int widthBytes) {
        seen();
        pay(bus.portKind(port, false));
        device(true);
        try {
            return bus.in(port, widthBytes);
        } finally {
            device(false);
        }
    }

    /** {@code out}: writes a port; see {@link #in}. */
    public void out(int port, int widthBytes, int value) {
        seen();
        memory.fullFence();
        AccessKind kind;
        device(true);
        try {
            kind = bus.outAs(port, widthBytes, value);
        } finally {
            device(false);
        }
        pay(kind);
    }

    /**
     * {@code rep insw}: reads a port of 16 bits {@code words} times into memory that only this core sees, as one access with one exit.
     *
     * @param words at least 1
     * @param address where the first word goes
     */
    public void inWords(int port, int words, long address) {
        checkWords(port, words);
        seen();
        pay(bus.portKind(port, false));
        for (int i = 0; i < words; i++) {
            int word;
            device(true);
            try {
                word = bus.in(port, 2);
            } finally {
                device(false);
            }
            memory.store16(address + 2L * i, word);
        }
    }

    private static void checkWords(int port, int words) {
        if (words < 1) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "words must be at least 1, words=%d, port=0x%x", words, port));
        }
    }

    /** {@code rep outsw}: the other way round; see {@link #inWords}. */
    public void outWords(int port, int words, long address) {
        checkWords(port, words);
        seen();
        pay(bus.portKind(port, true));
        for (int i = 0; i < words; i++) {
            int word = memory.load16(address + 2L * i);
            device(true);
            try {
                bus.out(port, 2, word);
            } finally {
                device(false);
            }
        }
    }

    /**
     * For a routine that does several of its entries in one call: an entry that took {@code ps}, and what its access to a device cost, is
     * over, and if nothing can come between it and the next one the clock has moved on ({@link Vcpu#goOn}).
     *
     * @return false if the entry has to return {@code ps}
     */
    public boolean goOn(long ps) {
        if (checking || check != null || vcpu == null || !vcpu.goOn(Picos.saturatingAdd(ps, accessPs))) {
            return false;
        }
        accesses = 0;
        accessPs = 0;
        return true;
    }

    /**
     * The last {@code ps} of what the present entry takes are work on what this core alone sees: a copy or a checksum of packet bytes, a search of its own lists.
     * An interrupt that comes while interrupts are enabled comes into it, at its own instant; the rest is done after the handler ({@link Vcpu#work}). What an
     * entry does it has done when it begins: bytes that it copies are where they belong before its time has passed. Nobody can tell: other cores and devices
     * are told of them by a later entry, and what a handler of this core touches as well has to be done with interrupts disabled, as in the real kernel.
     *
     * @param ps at least 0
     * @return {@code ps}, for the entry to return, alone or with what it takes before
     */
    public long work(long ps) {
        if (vcpu != null) {
            vcpu.work(ps);
        }
        return ps;
    }

    /**
     * The routine is over with the present entry, which returns the time that it takes: what is left of its caller comes after that, as if the
     * entry that follows had returned {@link StepResult#RETURN}. With an entry that returns anything but a time it is
     * an error.
     */
    public void leaves() {
        leaves = true;
    }

    /** Whether the entry has said that the routine is over, which is forgotten. */
    boolean takeLeaves() {
        boolean left = leaves;
        leaves = false;
        return left;
    }

    /** Whether the entry has said so, which is remembered. */
    boolean hasLeft() {
        return leaves;
    }

    /** Returns for how long entries may be passed over at once ({@link Vcpu#roomPs}): never in checking mode, nor after a device access. */
    public long roomPs() {
        return checking || check != null || accessPs != 0 || vcpu == null ? 0 : vcpu.roomPs();
    }

    /** So many entries are over, which took {@code ps} together, less than {@link #roomPs}: nothing could come between them. */
    public void passed(long ps, int entries) {
        accesses = 0;
        vcpu.passed(ps, entries);
    }

    /**
     * {@code wrmsr}: writes a model-specific register of this vCPU. Like that of the TSC's deadline it waits for no earlier store.
     *
     * @throws IllegalArgumentException if no device has it
     */
    public void writeMsr(int number, long value) {
        seen();
        payFor(bus.msrKind(number));
        device(true);
        try {
            bus.writeMsr(number, value);
        } finally {
            device(false);
        }
    }

    /**
     * For a loop that moves bytes one by one to lower addresses, each by an entry that loads it and one that stores it: does as many of these pairs as
     * nothing can come between ({@link #roomPs}) at once. They are counted, are priced and take effect as one by one. Only where what is stored is read
     * again: in RAM, or in a display's memory ({@link AccessKind#DISPLAY}).
     *
     * @param from address of the next byte, above {@code to}
     * @param to where it goes
     * @param most bytes that are left, at least 0
     * @param loadPs what the entry that loads takes beyond its access
     * @param storePs what the entry that stores takes beyond its access
     * @return how many bytes have been moved, 0 if the next one has to be moved by its two entries
     */
    public int moveDown(long from, long to, int most, long loadPs, long storePs) {
        long paidPs = keptStorePs(to);
        if (paidPs < 0 || bus.memoryKind(from, false) != AccessKind.MEMORY) {
            return 0;
        }
        int bytes = rounds(most, loadPs + storePs + paidPs);
        vcpu.machine().memory().moveDown(from, to, bytes);
        done(to, bytes * (loadPs + storePs + paidPs), bytes, 2);
        return bytes;
    }

    /**
     * For a loop that stores the same four bytes again and again, each time by one entry: does as many of these as nothing can come between at once; see {@link
     * #moveDown}.
     *
     * @param address of the next store, a multiple of 4
     * @param most stores that are left, at least 0
     * @param storePs what an entry takes beyond its access
     * @return how many have been done
     */
    public int fill32(long address, int value, int most, long storePs) {
        long paidPs = keptStorePs(address);
        if (paidPs < 0) {
            return 0;
        }
        int stores = rounds(most, storePs + paidPs);
        vcpu.machine().memory().fill32(address, value, stores);
        done(address, stores * (storePs + paidPs), stores, 1);
        return stores;
    }

    /**
     * For a loop whose round stores two bytes behind those of the round before, to a display or to RAM, and then writes two ports in turn, as a console shows
     * characters: what the accesses of a round cost, each of them an entry's, if rounds may be done at once as long as nothing can come between ({@link
     * #roomPs}). The caller then writes what the last round leaves in the ports with {@link #keptOut} and says {@link #keptRounds}.
     *
     * @param address where the stores go
     * @param port the first of the two ports
     * @param outs how often they are written in a round
     * @return picoseconds, or -1 if something may happen when one of these is written but that this is read again, or if each has to be an entry's for
     *     another reason
     */
    public long keptRoundPs(long address, int port, int outs) {
        if (roomPs() <= 0 || !bus.onlyKeeps(port) || !bus.onlyKeeps(port + 1)) {
            return -1;
        }
        long storePs = keptStorePs(address);
        return storePs < 0 ? -1 : storePs + outs * costs.pioPs();
    }

    /** One of the last writes of such rounds, without its time: a port of one byte; see {@link #keptRoundPs}. */
    public void keptOut(int port, int value) {
        bus.out(port, 1, value);
    }

    /**
     * Such rounds are over, at least one: their stores are done, and all is counted as if each access had been an entry's.
     *
     * @param address where the first store goes
     * @param stored two bytes for each round
     * @param outs how often the ports are written in a round
     * @param ps what they take together, less than {@link #roomPs}
     */
    public void keptRounds(long address, byte[] stored, int rounds, int outs, long ps) {
        Objects.requireNonNull(stored, "stored");
        vcpu.machine().memory().store16s(address, stored, rounds);
        vcpu.exits(ExitCause.PIO, (long) rounds * outs);
        done(address, ps, rounds, 1 + outs);
    }

    /** What a store costs by its access alone; -1 where many may not be done at once. */
    private long keptStorePs(long address) {
        if (vcpu == null || !direct || vcpu.machine().monitorsLines()) {
            return -1;
        }
        AccessKind kind = bus.memoryKind(address, true);
        return kind == AccessKind.DISPLAY ? costs.displayPs() : kind == AccessKind.MEMORY ? 0 : -1;
    }

    /** How many rounds of a loop there is room for. */
    private int rounds(int most, long eachPs) {
        long room = roomPs() - 1;
        return room < eachPs || eachPs <= 0 ? 0 : (int) Math.min(most, room / eachPs);
    }

    private void done(long address, long ps, int rounds, int entries) {
        if (rounds == 0) {
            return;
        }
        vcpu.accessed();
        if (bus.memoryKind(address, true) == AccessKind.DISPLAY) {
            vcpu.exits(ExitCause.MMIO, rounds);
        }
        passed(ps, rounds * entries);
    }

    // ---- memory that others share: each is an access

    /** Loads two bytes of shared RAM that is accessed often. */
    public int load16(MemoryWindow ram, int offset) {
        if (!direct) {
            return load16(ram.address() + offset);
        }
        seen();
        return ram.load16(offset);
    }

    /** Loads four bytes of such RAM. */
    public int load32(MemoryWindow ram, int offset) {
        if (!direct) {
            return load32(ram.address() + offset);
        }
        seen();
        return ram.load32(offset);
    }

    /** Loads eight bytes of such RAM. */
    public long load64(MemoryWindow ram, int offset) {
        if (!direct) {
            return load64(ram.address() + offset);
        }
        seen();
        return ram.load64(offset);
    }

    /** Stores two bytes of such RAM. */
    public void store16(MemoryWindow ram, int offset, int value) {
        if (!direct) {
            store16(ram.address() + offset, value);
            return;
        }
        seen();
        ram.store16(offset, value);
        vcpu.wrote(ram.address() + offset);
    }

    /** Stores four bytes of such RAM. */
    public void store32(MemoryWindow ram, int offset, int value) {
        if (!direct) {
            store32(ram.address() + offset, value);
            return;
        }
        seen();
        ram.store32(offset, value);
        vcpu.wrote(ram.address() + offset);
    }

    /** Stores eight bytes of such RAM. */
    public void store64(MemoryWindow ram, int offset, long value) {
        if (!direct) {
            store64(ram.address() + offset, value);
            return;
        }
        seen();
        ram.store64(offset, value);
        vcpu.wrote(ram.address() + offset);
    }

    /** Loads two bytes of shared memory. */
    public int load16(long address) {
        seen();
        pay(bus.memoryKind(address, false));
        return memory.load16(address);
    }

    /** Loads four bytes of shared memory, or reads a device's register there; of the current count of a local APIC's timer see {@link AccessKind#APIC_COUNT}. */
    public int load32(long address) {
        AccessKind kind = bus.memoryKind(address, false);
        if (kind == AccessKind.APIC_COUNT && bus.apics().countsDown()) {
            looksAtCount();
        } else {
            seen();
        }
        pay(kind);
        return memory.load32(address);
    }

    /** What it shows changes by the clock, and by what this vCPU writes. */
    private void looksAtCount() {
        accesses++;
        vcpu.looksAtClock();
        if (check != null) {
            check.declared();
        }
    }

    /** Loads eight bytes of shared memory. */
    public long load64(long address) {
        seen();
        pay(bus.memoryKind(address, false));
        return memory.load64(address);
    }

    /** Loads one byte of shared memory. */
    public int load8(long address) {
        seen();
        pay(bus.memoryKind(address, false));
        return memory.load8(address);
    }

    /** Stores one byte of shared memory. */
    public void store8(long address, int value) {
        seen();
        storedTo(address).store8(address, value);
        wrote(address);
    }

    /** Stores two bytes of shared memory. */
    public void store16(long address, int value) {
        seen();
        storedTo(address).store16(address, value);
        wrote(address);
    }

    /** Stores four bytes of shared memory, or writes a device's register there. */
    public void store32(long address, int value) {
        seen();
        storedTo(address).store32(address, value);
        wrote(address);
    }

    /** Stores eight bytes of shared memory. */
    public void store64(long address, long value) {
        seen();
        storedTo(address).store64(address, value);
        wrote(address);
    }

    /**
     * Returns the memory, for what only this core sees: not counted as an access, costs nothing by itself. What another core or a device has is this core's
     * again once a declared load has found what the other has stored after it, as a ring's index; {@link io.torosim.core.machine.MachineSpec#checkSteps} names who
     * does not wait for that.
     */
    public GuestMemory own() {
        return memory;
    }

    /** Pays for a store and returns what takes it: a device's register takes it at its instant, after all earlier stores. */
    private GuestMemory storedTo(long address) {
        AccessKind kind = bus.memoryKind(address, true);
        pay(kind);
        return direct || kind == AccessKind.MEMORY ? memory : vcpu.machine().memory();
    }

    /** Others hear of a store when they can see it: of one that may be late its memory tells them. */
    private void wrote(long address) {
        if (direct) {
            vcpu.wrote(address);
        }
    }

    /** Atomic operations and device accesses wait for earlier stores. */
    private void memoryFence() {
        if (memory != null) {
            memory.fullFence();
        }
    }

    private void pay(AccessKind kind) {
        if (!direct && kind != AccessKind.MEMORY) {
            memory.fullFence();
        }
        payFor(kind);
    }

    private void payFor(AccessKind kind) {
        bus.accessor(vcpu.id());
        switch (kind) {
            case MEMORY -> {}
            case PORT, DISPLAY_PORT -> pay(ExitCause.PIO, costs.pioPs());
            case KERNEL_PORT -> pay(ExitCause.PIC, costs.picPs());
            case MMIO -> pay(ExitCause.MMIO, costs.mmioPs());
            case DISPLAY -> pay(ExitCause.MMIO, costs.displayPs());
            case NOTIFY -> pay(ExitCause.NOTIFY, costs.kickPs());
            case APIC -> pay(ExitCause.APIC_ACCESS, costs.apicPs());
            case APIC_COUNT -> pay(ExitCause.APIC_ACCESS, costs.lapicPollPs());
            case APIC_ICR -> pay(ExitCause.ICR_WRITE, costs.apicPs());
            case APIC_EOI -> pay(ExitCause.EOI, costs.apicPs());
            case TSC_DEADLINE -> pay(ExitCause.TSC_DEADLINE, costs.apicPs());
            default -> throw new AssertionError(kind);
        }
    }

    private void pay(ExitCause cause, long ps) {
        vcpu.exit(cause);
        accessPs += ps;
        paid(cause, ps);
    }

    private void seen() {
        accesses++;
        if (vcpu != null) {
            vcpu.accessed();
        }
        if (check != null) {
            check.declared();
        }
    }

    /** The second half of an atomic operation is not an access of its own. */
    private void sameAccess() {
        accesses--;
        if (check != null) {
            check.sameAccess();
        }
    }

    private void device(boolean works) {
        if (check != null) {
            check.device(works);
        }
    }

    /** An exception has ended the present entry: what it had begun does not count for the next one that is executed here. */
    void abandoned() {
        accesses = 0;
        accessPs = 0;
        leaves = false;
        if (check != null) {
            check.abandoned();
        }
    }

    /** An entry is executed from now on. */
    void begins(int entry) {
        at = entry;
        if (check != null) {
            check.entryBegins();
        }
    }

    /**
     * Called after each entry, for a subclass that watches.
     *
     * @param step the entry that was executed, tests and jumps in front of it not counted
     */
    protected void executed(Frame frame, int step) {}

    /** Called with each access to a device, for a subclass that keeps account. */
    protected void paid(ExitCause cause, long ps) {}

    /** Asked after an entry that takes no time; true ends the step there all the same, for a subclass that only tries it. */
    protected boolean stops() {
        return false;
    }

    /** Returns the entry that is executed now. */
    protected final int step() {
        return at;
    }

    // ---- for an activity that is no routine, such as a kernel's scheduler

    /** The present step of the activity that this is the view of makes an access from now on; {@link #stepEnds} follows within the step. */
    public void stepBegins() {
        accesses = 0;
        accessPs = 0;
        if (check != null) {
            check.stepBegins();
            check.entryBegins();
        }
    }

    /**
     * It has made it.
     *
     * @param routine where the step lies, for checks
     * @param step what it does there
     * @return what the access costs, in picoseconds: a part of the time of the step
     */
    public long stepEnds(String routine, String step) {
        if (checking && accesses > 1) {
            int made = accesses;
            abandoned();
            throw manyAccesses(made, routine, step);
        }
        if (check != null) {
            check.entryEnds(routine, step);
        }
        return takePaidPs();
    }

    /** Returns what the accesses since the last call cost, in picoseconds, for an activity that makes one within another's step. */
    public long takePaidPs() {
        accesses = 0;
        long ps = accessPs;
        accessPs = 0;
        return ps;
    }

    private IllegalStateException manyAccesses(int made, String routine, String step) {
        return new IllegalStateException("one entry made " + made + " accesses that others can see: " + routine + ": "
                + step + " on vCPU " + id());
    }

    // ---- for the loop that executes entries

    /** What the accesses since the last call took; for {@link CodeRun}. */
    long takeAccessPs(Frame frame, int entry) {
        if (checking && accesses > 1) {
            int made = accesses;
            abandoned();
            throw manyAccesses(made, frame.code().name(), frame.code().entryName(entry));
        }
        executed(frame, at);
        if (check != null) {
            check.entryEnds(frame.code().name(), frame.code().entryName(at));
        }
        accesses = 0;
        long ps = accessPs;
        accessPs = 0;
        return ps;
    }
}
