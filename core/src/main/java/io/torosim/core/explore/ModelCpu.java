package io.torosim.core.explore;

import io.torosim.core.bus.Bus;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.time.Picos;

/**
 * The processor that a search executes routines on: every access goes to the model, which knows what others can see of it.
 *
 * <p>The {@link Model} makes one for each vCPU and answers its accesses; memory that a routine takes for its own core's is {@link OwnWords}. On a
 * machine the same routines run on a plain {@link GuestCpu}.
 */
final class ModelCpu extends GuestCpu {
    private final Model model;
    private final int id;
    private final OwnWords own;
    private int accesses;
    /** It has enabled or disabled interrupts. */
    private boolean flagged;
    /** What is executed: the program is 0, a handler 1 and more. */
    int context;
    /** Only tried: what others can see is not done, and ends it. */
    private boolean trying;

    /** It came to something that others can see: all that it does from there on is nonsense, and undone. */
    private boolean cut;

    ModelCpu(Model model, int id) {
        this.model = model;
        this.id = id;
        this.own = new OwnWords(this);
    }

    void begin(boolean onlyTried) {
        accesses = 0;
        flagged = false;
        trying = onlyTried;
        cut = false;
    }

    /** Returns how many accesses that others can see were made since {@link #begin}. */
    int accesses() {
        return accesses;
    }

    boolean wasCut() {
        return cut;
    }

    @Override
    protected boolean stops() {
        return cut;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public Vcpu vcpu() {
        throw new IllegalStateException(
                "a routine of a scenario has no machine behind it: it goes through GuestCpu for everything");
    }

    @Override
    public long nowPs() {
        seen(); // a tick may come before it or after it
        model.needsClock();
        return model.nowPs();
    }

    @Override
    public long tsc() {
        throw new IllegalStateException("a scenario has no cycles: its clock is nowPs()");
    }

    // ---- the processor

    /** Something that others can see, or that decides what they can do; returns whether it is not to be done. */
    private boolean seen() {
        cut |= trying;
        return cut;
    }

    /** An access; returns whether it is not to be done. */
    private boolean access(boolean matters) {
        if (cut) {
            return true;
        }
        if (matters) {
            if (seen()) {
                return true;
            }
            if (++accesses > 1) {
                throw new IllegalArgumentException("two accesses that others can see in one step;"
                        + " a step with an access returns the time that it takes, at least 0");
            }
            checkFlag();
        }
        return false;
    }

    @Override
    public void interrupts(boolean enabled) {
        if (!seen()) {
            flagged = true;
            checkFlag();
            model.interrupts(id, enabled);
        }
    }

    private void checkFlag() {
        if (flagged && accesses > 0) {
            throw new IllegalArgumentException("an access that others can see and sti or cli in one step:"
                    + " an interrupt may come between them, so they are two");
        }
    }

    @Override
    public void fence() {
        if (model.buffered() && !seen()) {
            model.drain(id);
            model.told(id, "fence");
        }
    }

    @Override
    public void sendIpi(int target, int vector) {
        if (!access(true)) {
            model.drain(id);
            model.sendIpi(id, target, vector);
        }
    }

    @Override
    public void sendIpiX2(int target, int vector) {
        if (!access(true)) {
            model.sendIpi(id, target, vector);
        }
    }

    @Override
    public void timerAt(int vector, long deadlinePs) {
        if (!access(true)) {
            model.needsClock();
            model.setTimer(id, vector, deadlinePs);
        }
    }

    @Override
    public void timerIn(int vector, long countPs) {
        if (!access(true)) {
            model.needsClock();
            model.setTimer(id, vector, countPs <= 0 ? 0 : Picos.later(model.nowPs(), countPs, "countPs"));
        }
    }

    @Override
    public void monitor(long address) {
        if (!access(true)) {
            model.monitor(id, address);
        }
    }

    // ---- memory

    private long load(long address, int width) {
        if (cut) {
            return 0;
        }
        int word = model.scenario.wordAt(address, width);
        if (access(model.ownership.matters(word, owner(), false))) {
            return 0;
        }
        long value = model.load(id, address, width);
        model.toldLoad(id, word, value);
        return value;
    }

    private void store(long address, int width, long value) {
        if (cut) {
            return;
        }
        int word = model.scenario.wordAt(address, width);
        boolean matters = model.ownership.matters(word, owner(), true) | model.buffered();
        if (!access(matters)) {
            model.store(id, address, width, value, matters);
        }
    }

    private int owner() {
        return id * (Long.SIZE + 1) + context;
    }

    @Override
    public int load8(long address) {
        return (int) load(address, 1);
    }

    @Override
    public int load16(long address) {
        return (int) load(address, 2);
    }

    @Override
    public int load32(long address) {
        return (int) load(address, 4);
    }

    @Override
    public long load64(long address) {
        return load(address, 8);
    }

    @Override
    public void store8(long address, int value) {
        store(address, 1, value);
    }

    @Override
    public void store16(long address, int value) {
        store(address, 2, value);
    }

    @Override
    public void store32(long address, int value) {
        store(address, 4, value);
    }

    @Override
    public void store64(long address, long value) {
        store(address, 8, value);
    }

    @Override
    public long exchange64(long address, long value) {
        if (atomic(address)) {
            return 0;
        }
        int word = model.scenario.wordAt(address, 8);
        long old = model.load(id, address, 8);
        model.toldLoad(id, word, old);
        model.store(id, address, 8, value, false);
        return old;
    }

    @Override
    public long compareExchange64(long address, long expected, long value) {
        if (atomic(address)) {
            return 0;
        }
        int word = model.scenario.wordAt(address, 8);
        long old = model.load(id, address, 8);
        model.toldLoad(id, word, old);
        if (old == expected) {
            model.store(id, address, 8, value, false);
        }
        return old;
    }

    @Override
    public long add64(long address, long value) {
        if (atomic(address)) {
            return 0;
        }
        int word = model.scenario.wordAt(address, 8);
        long old = model.load(id, address, 8);
        model.toldLoad(id, word, old);
        model.store(id, address, 8, old + value, false);
        return old;
    }

    /** Returns whether it is not to be done. */
    private boolean atomic(long address) {
        if (cut) {
            return true;
        }
        boolean matters = model.ownership.matters(model.scenario.wordAt(address, 8), owner(), true);
        if (access(matters | model.buffered())) {
            return true;
        }
        model.drain(id);
        return false;
    }

    @Override
    public GuestMemory own() {
        return own;
    }

    /** What only this core sees: no access, but if the search finds that others touch it, that is an error of the guest. */
    long loadOwn(long address, int width) {
        return ownTouch(address, width, false) ? 0 : model.load(id, address, width);
    }

    void storeOwn(long address, int width, long value) {
        if (!ownTouch(address, width, true)) {
            model.store(id, address, width, value, false);
        }
    }

    private boolean ownTouch(long address, int width, boolean write) {
        return cut || model.ownership.matters(model.scenario.wordAt(address, width), owner(), write) && seen();
    }

    // ---- ports

    @Override
    public int in(int port, int widthBytes) {
        if (access(true)) {
            return 0;
        }
        model.drain(id);
        return Bus.cut(model.port(id, port, false, 0), widthBytes);
    }

    @Override
    public void out(int port, int widthBytes, int value) {
        if (!access(true)) {
            model.drain(id);
            model.port(id, port, true, Bus.cut(value, widthBytes));
        }
    }

    @Override
    public void writeMsr(int number, long value) {
        throw new IllegalStateException("a scenario has no model-specific registers: its timer is timerAt and timerIn");
    }

    @Override
    public void inWords(int port, int words, long address) {
        throw new IllegalStateException("a scenario has no string instructions");
    }

    @Override
    public void outWords(int port, int words, long address) {
        throw new IllegalStateException("a scenario has no string instructions");
    }

    @Override
    protected void executed(Frame frame, int step) {
        if (!cut) {
            model.executed(id, frame.code(), step);
        }
    }
}
