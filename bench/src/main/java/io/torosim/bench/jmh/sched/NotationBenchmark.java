package io.torosim.bench.jmh.sched;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.memory.GuestMemory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a step costs in each notation of guest code: one loop in the manner of a scheduler's pass, four looks into mailboxes, a scan and a switch,
 * which changes something in every round, so that none is passed over. No interrupts, nothing else on the machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NotationBenchmark {
    /** How the loop is written. */
    public enum Notation {
        /** A class of its own whose state is in fields, as the scheduler is. */
        ACTIVITY,
        /** A switch over entries, all state in the words of a frame. */
        SWITCH,
        /** A list of named steps. */
        STEPS,
        /** A switch with an entry that does a whole round where nothing can come between. */
        WHOLE_PASS
    }

    private static final int MAILBOXES = 4;
    private static final long MAIL = 0x1000;
    private static final long LOOK_PS = 1_000;
    private static final long SCAN_PS = 2_000;
    private static final long SWITCH_PS = 3_000;
    private static final int STEPS_OF_A_ROUND = MAILBOXES + 2;
    private static final long ROUND_PS = MAILBOXES * LOOK_PS + SCAN_PS + SWITCH_PS;
    private static final int ROUNDS = 100_000;
    private static final Duration SLICE = Duration.ofNanos(ROUNDS * ROUND_PS / 1_000);

    /** The notation. */
    @Param
    public Notation notation;

    /** Whether every step is an event of its own. */
    @Param({"false", "true"})
    public boolean exact;

    private Machine machine;
    private Duration now = Duration.ZERO;

    /** Starts the loop. */
    @Setup(Level.Trial)
    public void start() {
        machine = Machine.create(
                MachineSpec.builder().vcpus(1).ramMib(4).exactStepping(exact).build());
        now = Duration.ZERO;
        Vcpu vcpu = machine.vcpu(0);
        vcpu.interruptsEnabled(false);
        if (notation == Notation.ACTIVITY) {
            vcpu.start(new FieldsPass(machine.memory()), vector -> new FieldsPass(machine.memory()));
            return;
        }
        GuestCode code = notation == Notation.STEPS ? listed() : new SwitchPass(notation == Notation.WHOLE_PASS);
        CodeRun run = new CodeRun(new GuestCpu(vcpu), code);
        run.begin();
        vcpu.start(run, vector -> run);
    }

    /** Ends the machine. */
    @TearDown(Level.Trial)
    public void close() {
        machine.close();
    }

    /** 100,000 rounds of six steps; the figure is a step's. */
    @Benchmark
    @OperationsPerInvocation(ROUNDS * STEPS_OF_A_ROUND)
    public long step() {
        now = now.plus(SLICE);
        machine.runUntil(now);
        return machine.simulation().nowPs();
    }

    /** Returns how many steps the machine has counted so far, for a test: as many in each notation. */
    long steps() {
        return machine.result().firedEvents();
    }

    private static GuestCode listed() {
        return Steps.of("pass", 3)
                .forever(round -> {
                    for (int i = 0; i < MAILBOXES; i++) {
                        long box = MAIL + 8L * i;
                        round.step("look", (cpu, f) -> {
                            f.w[0] += cpu.own().load64(box);
                            return LOOK_PS;
                        });
                    }
                    round.step("scan", (cpu, f) -> {
                                f.w[1] = f.w[1] + 1 & 7;
                                return SCAN_PS;
                            })
                            .step("switch", (cpu, f) -> {
                                f.w[2]++;
                                return SWITCH_PS;
                            });
                })
                .build();
    }

    private static final class SwitchPass extends GuestCode {
        private static final int SCAN = MAILBOXES;
        private static final int SWITCH = MAILBOXES + 1;

        private final boolean whole;

        SwitchPass(boolean whole) {
            this.whole = whole;
        }

        @Override
        public String name() {
            return "pass";
        }

        @Override
        public int words() {
            return 3;
        }

        @Override
        public String entryName(int entry) {
            return entry < SCAN ? "look" : entry == SCAN ? "scan" : "switch";
        }

        @Override
        public long run(GuestCpu cpu, Frame frame) {
            long[] w = frame.w;
            if (whole && frame.entry == 0) {
                rounds(cpu, w);
            }
            switch (frame.entry) {
                case SCAN -> {
                    w[1] = w[1] + 1 & 7;
                    frame.entry = SWITCH;
                    return SCAN_PS;
                }
                case SWITCH -> {
                    w[2]++;
                    frame.entry = 0;
                    return SWITCH_PS;
                }
                default -> {
                    w[0] += cpu.own().load64(MAIL + 8L * frame.entry);
                    frame.entry++;
                    return LOOK_PS;
                }
            }
        }

        private static void rounds(GuestCpu cpu, long[] w) {
            GuestMemory own = cpu.own();
            Vcpu vcpu = cpu.vcpu();
            while (vcpu.pass(ROUND_PS, STEPS_OF_A_ROUND)) {
                for (int i = 0; i < MAILBOXES; i++) {
                    w[0] += own.load64(MAIL + 8L * i);
                }
                w[1] = w[1] + 1 & 7;
                w[2]++;
            }
        }
    }

    private static final class FieldsPass implements Activity {
        private final GuestMemory memory;
        private int pc;
        private long mail;
        private int current;
        private long turns;

        FieldsPass(GuestMemory memory) {
            this.memory = memory;
        }

        @Override
        public long step(Vcpu vcpu) {
            long ps;
            do {
                ps = one();
            } while (vcpu.goOn(ps));
            return ps;
        }

        private long one() {
            if (pc < MAILBOXES) {
                mail += memory.load64(MAIL + 8L * pc);
                pc++;
                return LOOK_PS;
            }
            if (pc == MAILBOXES) {
                current = current + 1 & 7;
                pc++;
                return SCAN_PS;
            }
            turns++;
            pc = 0;
            return SWITCH_PS;
        }

        @Override
        public String place() {
            return "pass " + mail + ' ' + current + ' ' + turns;
        }
    }
}
