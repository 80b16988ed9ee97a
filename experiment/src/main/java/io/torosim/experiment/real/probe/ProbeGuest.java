package io.torosim.experiment.real.probe;

import io.torosim.experiment.real.asm.Assembler;
import io.torosim.experiment.real.asm.Assembler.Condition;
import io.torosim.experiment.real.asm.Assembler.Label;
import io.torosim.experiment.real.asm.Assembler.Register;
import io.torosim.experiment.real.asm.KernelImage;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.probe.ProbeSpec.ProbeTimer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A specification as machine code. Every vCPU has a loop of its own, with its addresses in it:
 *
 * <pre>
 *   poll:  count the turn; a request? serve it
 *          no window open? one begins; window not over? poll
 *   halt:  interrupts off; a request? serve it; interrupts on and hlt in one; count cycles halted; no window is open; poll
 *   tick:  count it; maybe a request; end of interrupt
 * </pre>
 *
 * A window begins with the first fruitless look after a wake-up, as Toro's scheduler resets its polling threads when a core's
 * {@code hlt} ends; a request does not begin a new one, for {@code SysThreadActive} does nothing to a thread that is ready.
 *
 * <p>A {@link ProbeSpec} goes in, a {@link KernelImage} written with {@link Assembler} comes out; {@link ProbePage} is where the guest leaves its
 * counters, and {@link io.torosim.experiment.real.run.ProbeRun ProbeRun} reads them.
 */
public final class ProbeGuest {
    /** Where guests are loaded. */
    public static final int ADDRESS = 0x10_0000;
    /** Guest memory that one needs, in bytes. */
    public static final int RAM_BYTES = 16 << 20;
    /** The port at which a guest says {@link #FIRST_LINE}: SeaBIOS's debug port. */
    public static final int DEBUG_PORT = 0x402;
    /** What a guest writes there first of all. */
    public static final String FIRST_LINE = "probe\n";

    private static final int STACKS = 0x30_0000;
    private static final int STACK_BYTES = 0x1000;
    private static final int TRAMPOLINE = 0x8000;
    private static final int CODE_SELECTOR = 0x08;
    private static final int DATA_SELECTOR = 0x10;
    private static final int TICK_VECTOR = 0x20;
    private static final int VECTORS = 0x40;
    private static final int LAPIC = 0xFEE0_0000;
    private static final int LAPIC_ID = LAPIC + 0x20;
    private static final int LAPIC_EOI = LAPIC + 0xB0;
    private static final int LAPIC_SPURIOUS = LAPIC + 0xF0;
    private static final int LAPIC_ICR = LAPIC + 0x300;
    private static final int LAPIC_ICR_HIGH = LAPIC + 0x310;
    private static final int LAPIC_LVT_TIMER = LAPIC + 0x320;
    private static final int LAPIC_LINT0 = LAPIC + 0x350;
    private static final int LAPIC_COUNT = LAPIC + 0x380;
    private static final int LAPIC_DIVIDE = LAPIC + 0x3E0;
    private static final int ICR_BUSY = 1 << 12;

    private final ProbeSpec spec;
    private final long tscHz;
    private final boolean measuresLatency;
    private final Assembler code = new Assembler(ADDRESS);
    private final Label gdt = code.label("gdt");
    private final Label gdtPointer = code.label("gdt pointer");
    private final Label idtPointer = code.label("idt pointer");
    private final List<Label> loops = new ArrayList<>();
    private final List<Label> handlers = new ArrayList<>();

    private ProbeGuest(ProbeSpec spec, long tscHz, boolean measuresLatency) {
        this.spec = spec;
        this.tscHz = tscHz;
        this.measuresLatency = measuresLatency;
    }

    /**
     * Assembles a guest.
     *
     * @param tscHz rate of the time-stamp counter, which windows and work by the clock are counted in
     */
    public static byte[] assemble(ProbeSpec spec, long tscHz) {
        return new ProbeGuest(spec, tscHz, false).build();
    }

    /** Assembles a guest of one vCPU that halts and notes the time from each expiry of the PIT to its handler. */
    public static byte[] assembleLatency(ProbeSpec spec, long tscHz) {
        if (spec.timer() != ProbeTimer.PIT || spec.vcpus() != 1 || spec.timerHz() == 0) {
            throw new IllegalArgumentException("latency is measured with the PIT at one vCPU");
        }
        return new ProbeGuest(spec, tscHz, true).build();
    }

    /** Returns the file of a kernel of that code. */
    public static KernelImage image(KernelImage.Entry entry, byte[] code) {
        return new KernelImage(entry, ADDRESS, code);
    }

    /** Returns what the vCPUs count, in guest memory as the host maps it. */
    public static List<ProbePage> pages(ByteBuffer memory, int vcpus) {
        ByteBuffer words = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<ProbePage> pages = new ArrayList<>();
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            pages.add(new ProbePage(words, vcpu));
        }
        return pages;
    }

    private byte[] build() {
        for (int vcpu = 0; vcpu < spec.vcpus(); vcpu++) {
            loops.add(code.label("loop " + vcpu));
            handlers.add(code.label("tick " + vcpu));
        }
        sayFirstLine(code);
        code.cli();
        code.mov(Register.ESP, STACKS + STACK_BYTES);
        code.lgdt(gdtPointer);
        Label flat = code.label("flat");
        code.jmpFar(CODE_SELECTOR, flat);
        code.bind(flat);
        code.mov(Register.EAX, DATA_SELECTOR);
        code.dataSegments(Register.EAX);
        code.lidt(idtPointer);
        remapPic();
        code.store(LAPIC_SPURIOUS, 0x1FF);
        code.store(LAPIC_LINT0, 0x700); // ExtINT
        if (spec.vcpus() > 1) {
            startOthers();
        }
        startPit();
        if (spec.timer() == ProbeTimer.LAPIC) {
            startLapicTimer(0);
        }
        code.jmp(loops.get(0));
        for (int vcpu = 0; vcpu < spec.vcpus(); vcpu++) {
            loop(vcpu);
            tick(vcpu);
        }
        tables();
        return code.bytes();
    }

    static void sayFirstLine(Assembler code) {
        code.mov(Register.EDX, DEBUG_PORT);
        for (char c : FIRST_LINE.toCharArray()) {
            code.mov(Register.EAX, c);
            code.outByte();
        }
    }

    private void out(int port, int value) {
        code.mov(Register.EAX, value);
        code.outByte(port);
    }

    private void remapPic() {
        int[][] writes = {
            {0x20, 0x11},
            {0xA0, 0x11},
            {0x21, TICK_VECTOR},
            {0xA1, TICK_VECTOR + 8},
            {0x21, 4},
            {0xA1, 2},
            {0x21, 1},
            {0xA1, 1},
            {0xA1, 0xFF}
        };
        for (int[] write : writes) {
            out(write[0], write[1]);
        }
        out(0x21, spec.timer() == ProbeTimer.PIT && spec.timerHz() > 0 ? 0xFE : 0xFF);
    }

    private void startPit() {
        if (spec.timer() == ProbeTimer.LAPIC || spec.timerHz() == 0) {
            stopPit();
            return;
        }
        int count = spec.timer().countFor(spec.timerHz());
        out(0x43, 0x34); // channel 0, low and high byte, mode 2
        out(0x40, count & 0xFF);
        out(0x40, count >>> 8);
    }

    /** SeaBIOS leaves it running at 18.2 Hz, which costs the monitor 0.14 % of a CPU even with the interrupt masked. */
    private void stopPit() {
        out(0x43, 0x30); // channel 0, mode 0: counts to the end once
        out(0x40, 1);
        out(0x40, 0);
    }

    private void startLapicTimer(int vcpu) {
        if (spec.timerHz() == 0) {
            return;
        }
        code.store(LAPIC_DIVIDE, 0xB); // by 1
        code.store(LAPIC_LVT_TIMER, vector(vcpu) | 1 << 17); // periodic
        code.store(LAPIC_COUNT, ProbeTimer.LAPIC.countFor(spec.timerHz()));
    }

    private boolean ticksByLapic(int vcpu) {
        return spec.timer() == ProbeTimer.LAPIC || vcpu > 0;
    }

    private int vector(int vcpu) {
        return ticksByLapic(vcpu) ? TICK_VECTOR + 0x10 + vcpu : TICK_VECTOR;
    }

    /** INIT and SIPI to each, one after the other; each says that it is there. */
    private void startOthers() {
        Label start = code.label("trampoline");
        Label end = code.label("trampoline end");
        Label protectedMode = code.label("application processor");
        code.mov(Register.ESI, start);
        code.mov(Register.EDI, TRAMPOLINE);
        Label copy = code.here("copy");
        code.load(Register.EAX, Register.ESI, 0);
        code.store(Register.EDI, 0, Register.EAX);
        code.add(Register.ESI, 4);
        code.add(Register.EDI, 4);
        code.mov(Register.EAX, end);
        code.cmp(Register.ESI, Register.EAX);
        code.jump(Condition.BELOW, copy);
        for (int vcpu = 1; vcpu < spec.vcpus(); vcpu++) {
            sendStart(vcpu, 0x4500);
            sendStart(vcpu, 0x4600 | TRAMPOLINE >>> 12);
            Label wait = code.here("wait for " + vcpu);
            code.cmpMemory(ProbePage.address(vcpu) + ProbePage.STARTED, 0);
            code.jump(Condition.EQUAL, wait);
        }
        Label over = code.label("others started");
        code.jmp(over);

        code.align(4);
        code.bind(start);
        code.cli();
        code.dataIsCode16();
        Label pointer = code.label("gdt pointer of the trampoline");
        code.lgdt16(TRAMPOLINE_POINTER_OFFSET);
        code.protect16();
        code.jmpFar16(CODE_SELECTOR, protectedMode);
        code.align(4);
        code.bind(pointer);
        if (code.addressOf(pointer) - code.addressOf(start) != TRAMPOLINE_POINTER_OFFSET) {
            throw new AssertionError("the trampoline's code changed its length");
        }
        code.data(GDT_BYTES - 1, 0);
        code.word(gdt);
        code.align(4);
        code.bind(end);

        code.bind(protectedMode);
        code.mov(Register.EAX, DATA_SELECTOR);
        code.dataSegments(Register.EAX);
        code.lidt(idtPointer);
        code.store(LAPIC_SPURIOUS, 0x1FF);
        code.load(Register.EBX, LAPIC_ID);
        code.shr(Register.EBX, 24);
        for (int vcpu = 1; vcpu < spec.vcpus(); vcpu++) {
            Label next = code.label("not " + vcpu);
            code.cmp(Register.EBX, vcpu);
            code.jump(Condition.NOT_EQUAL, next);
            code.mov(Register.ESP, STACKS + (vcpu + 1) * STACK_BYTES);
            startLapicTimer(vcpu);
            code.jmp(loops.get(vcpu));
            code.bind(next);
        }
        code.hlt();
        code.bind(over);
    }

    private static final int GDT_BYTES = 24;
    private static final int TRAMPOLINE_POINTER_OFFSET = 32;

    private void sendStart(int vcpu, int command) {
        code.store(LAPIC_ICR_HIGH, vcpu << 24);
        code.store(LAPIC_ICR, command);
        Label wait = code.here("sent");
        code.load(Register.EAX, LAPIC_ICR);
        code.and(Register.EAX, ICR_BUSY);
        code.jump(Condition.NOT_EQUAL, wait);
    }

    private void loop(int vcpu) {
        int page = ProbePage.address(vcpu);
        Label poll = code.label("poll");
        Label serve = code.label("serve");
        Label halt = code.label("halt");
        code.bind(loops.get(vcpu));
        code.store(page + ProbePage.STARTED, 1);
        code.sti();
        code.bind(poll);
        increment(page + ProbePage.POLLS);
        code.cmpMemory(page + ProbePage.PENDING, 0);
        code.jump(Condition.NOT_EQUAL, serve);
        if (spec.policy() == ProbePolicy.BUSY_POLL) {
            code.jmp(poll);
        } else if (spec.policy() == ProbePolicy.POLL_THEN_HALT && spec.windowMicros() > 0) {
            Label open = code.label("window is open");
            code.rdtsc();
            code.cmpMemory(page + ProbePage.WINDOW_OPEN, 0);
            code.jump(Condition.NOT_EQUAL, open);
            code.store(page + ProbePage.WINDOW_START, Register.EAX);
            code.store(page + ProbePage.WINDOW_START + 4, Register.EDX);
            code.store(page + ProbePage.WINDOW_OPEN, 1);
            code.jmp(poll);
            code.bind(open);
            code.subMemory(Register.EAX, page + ProbePage.WINDOW_START);
            code.sbbMemory(Register.EDX, page + ProbePage.WINDOW_START + 4);
            code.test(Register.EDX, Register.EDX);
            code.jump(Condition.NOT_EQUAL, halt);
            code.cmp(Register.EAX, (int) cycles(spec.windowMicros()));
            code.jump(Condition.BELOW, poll);
        }
        code.bind(halt);
        halt(page, serve);
        code.jmp(poll);
        code.bind(serve);
        serve(page);
        code.jmp(poll);
    }

    private void halt(int page, Label serve) {
        Label none = code.label("nothing came");
        code.cli();
        code.cmpMemory(page + ProbePage.PENDING, 0);
        code.jump(Condition.EQUAL, none);
        code.sti();
        code.jmp(serve);
        code.bind(none);
        code.store(page + ProbePage.HALTING, 1);
        code.rdtsc();
        code.mov(Register.ESI, Register.EAX);
        code.mov(Register.EDI, Register.EDX);
        if (spec.policy() == ProbePolicy.MWAIT) {
            code.mov(Register.EAX, page + ProbePage.PENDING);
            code.xor(Register.ECX, Register.ECX);
            code.xor(Register.EDX, Register.EDX);
            code.monitor();
            code.xor(Register.EAX, Register.EAX);
            code.sti();
            code.mwait();
        } else {
            code.sti();
            code.hlt();
        }
        code.rdtsc();
        code.store(page + ProbePage.WINDOW_OPEN, 0);
        code.store(page + ProbePage.HALTING, 0);
        subtract(Register.EDX, Register.EAX, Register.EDI, Register.ESI);
        code.addMemory(page + ProbePage.HALTED_CYCLES, Register.EAX);
        code.adcMemory(page + ProbePage.HALTED_CYCLES + 4, Register.EDX);
        increment(page + ProbePage.HALTS);
    }

    private void serve(int page) {
        code.decMemory(page + ProbePage.PENDING);
        code.rdtsc();
        code.mov(Register.ESI, Register.EAX);
        code.mov(Register.EDI, Register.EDX);
        if (spec.load().workLoops() > 0) {
            code.mov(Register.ECX, spec.load().workLoops());
            Label turn = code.here("turn");
            for (int i = 0; i < 2; i++) {
                code.add(Register.EAX, 1);
                code.add(Register.EBX, 3);
                code.add(Register.EDX, 5);
                code.add(Register.EBP, 7);
            }
            code.dec(Register.ECX);
            code.jump(Condition.NOT_EQUAL, turn);
        }
        Label more = code.here("more work");
        code.rdtsc();
        subtract(Register.EDX, Register.EAX, Register.EDI, Register.ESI);
        if (spec.load().workMicros() > 0) {
            code.cmp(Register.EAX, (int) cycles(spec.load().workMicros()));
            code.jump(Condition.BELOW, more);
        }
        code.addMemory(page + ProbePage.WORK_CYCLES, Register.EAX);
        code.adcMemory(page + ProbePage.WORK_CYCLES + 4, Register.EDX);
        increment(page + ProbePage.SERVED);
    }

    private void tick(int vcpu) {
        int page = ProbePage.address(vcpu);
        code.align(16);
        code.bind(handlers.get(vcpu));
        code.push(Register.EAX);
        if (measuresLatency) {
            noteLatency(page);
        }
        increment(page + ProbePage.TICKS);
        if (spec.load().pauses()) {
            Label inPeriod = code.label("in the period");
            Label pause = code.label("pause");
            code.decMemory(page + ProbePage.PHASE);
            code.jump(Condition.NOT_NEGATIVE, inPeriod);
            code.store(page + ProbePage.PHASE, spec.load().periodTicks() - 1);
            code.bind(inPeriod);
            code.cmpMemory(
                    page + ProbePage.PHASE,
                    spec.load().periodTicks() - spec.load().burstTicks());
            code.jump(Condition.BELOW, pause);
            code.addMemory(page + ProbePage.PENDING, 1);
            code.bind(pause);
        } else if (spec.load().present()) {
            code.addMemory(page + ProbePage.PENDING, 1);
        }
        if (ticksByLapic(vcpu)) {
            code.store(LAPIC_EOI, 0);
        } else {
            out(0x20, 0x20);
        }
        code.pop(Register.EAX);
        code.iret();
    }

    /** The PIT counts down from its count: what is missing has passed since the expiry. */
    private void noteLatency(int page) {
        int count = spec.timer().countFor(spec.timerHz());
        Label inTable = code.label("in the table");
        code.push(Register.EBX);
        code.push(Register.ECX);
        out(0x43, 0x00); // latch channel 0
        code.inByte(0x40);
        code.and(Register.EAX, 0xFF);
        code.mov(Register.EBX, Register.EAX);
        code.inByte(0x40);
        code.and(Register.EAX, 0xFF);
        code.shl(Register.EAX, 8);
        code.add(Register.EBX, Register.EAX);
        code.mov(Register.EAX, count);
        code.sub(Register.EAX, Register.EBX);
        code.shr(Register.EAX, 2); // LATENCY_COUNTS
        code.cmp(Register.EAX, ProbePage.LATENCY_ENTRIES - 1);
        code.jump(Condition.NOT_ABOVE, inTable);
        code.mov(Register.EAX, ProbePage.LATENCY_ENTRIES - 1);
        code.bind(inTable);
        code.shl(Register.EAX, 2);
        code.add(Register.EAX, page + ProbePage.LATENCIES);
        code.load(Register.ECX, Register.EAX, 0);
        code.add(Register.ECX, 1);
        code.store(Register.EAX, 0, Register.ECX);
        code.pop(Register.ECX);
        code.pop(Register.EBX);
    }

    private void increment(int counter) {
        code.addMemory(counter, 1);
        code.adcMemory(counter + 4, 0);
    }

    private void subtract(Register high, Register low, Register lessHigh, Register lessLow) {
        code.sub(low, lessLow);
        code.sbb(high, lessHigh);
    }

    private long cycles(int micros) {
        return Math.multiplyExact(micros, tscHz) / 1_000_000;
    }

    private void tables() {
        code.align(8);
        code.bind(gdt);
        code.word(0);
        code.word(0);
        code.data(0xFF, 0xFF, 0, 0, 0, 0x9A, 0xCF, 0); // code, 4 GiB
        code.data(0xFF, 0xFF, 0, 0, 0, 0x92, 0xCF, 0); // data, 4 GiB
        code.bind(gdtPointer);
        code.data(GDT_BYTES - 1, 0);
        code.word(gdt);
        code.align(8);
        Label idt = code.here("idt");
        Label unexpected = code.label("unexpected");
        for (int vector = 0; vector < VECTORS; vector++) {
            Label handler = unexpected;
            for (int vcpu = 0; vcpu < spec.vcpus(); vcpu++) {
                if (vector == vector(vcpu)) {
                    handler = handlers.get(vcpu);
                }
            }
            code.gate(handler, CODE_SELECTOR);
        }
        code.bind(idtPointer);
        code.data(VECTORS * 8 - 1, VECTORS * 8 - 1 >>> 8);
        code.word(idt);
        code.bind(unexpected);
        code.iret();
    }
}
