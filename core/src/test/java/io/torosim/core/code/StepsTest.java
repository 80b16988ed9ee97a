package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.Frame.FrameStack.CodeTable;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult.ExitCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StepsTest {
    private static final int N = 0;
    private static final int SUM = 1;
    private static final long TICK = 1_000;

    private final Machine machine = Machine.create(MachineSpec.builder().build());
    private final GuestCpu cpu = new GuestCpu(machine.vcpu(0));
    private final List<String> done = new ArrayList<>();

    private StepBody note(String what) {
        return (c, f) -> {
            done.add(what);
            return TICK;
        };
    }

    private long runToEnd(CodeRun run) {
        long total = 0;
        for (long ps = run.next(); ps != StepResult.DONE; ps = run.next()) {
            assertThat(ps).isNotNegative();
            total += ps;
        }
        return total;
    }

    @Test
    void steps_runInOrder_andLoopsOnWordsTakeNoTime() {
        GuestCode sum = Steps.of("sum", 2)
                .whilePositive("numbers left", N, body -> body.step("add", (c, f) -> {
                            f.w[SUM] += f.w[N];
                            return TICK;
                        })
                        .step("next", (c, f) -> {
                            f.w[N]--;
                            return StepResult.NEXT;
                        }))
                .ifEqual("six", SUM, 6, body -> body.step("say so", note("six")))
                .ifPositive("left", N, body -> body.step("never", note("never")))
                .build();
        CodeRun run = new CodeRun(cpu, sum);
        run.begin().w[N] = 3;
        assertThat(runToEnd(run)).isEqualTo(4 * TICK);
        assertThat(done).containsExactly("six");
    }

    @Test
    void call_passesWords_andReturnsToTheStepAfterIt() {
        GuestCode inner = Steps.of("inner", 1)
                .step("give back", (c, f) -> {
                    c.caller().w[SUM] = 2 * f.w[0];
                    return TICK;
                })
                .build();
        GuestCode outer = Steps.of("outer", 2)
                .step("begin", (c, f) -> {
                    f.w[N] = 21;
                    return TICK;
                })
                .call("double it", inner, (from, to) -> to.w[0] = from.w[N])
                .step("end", (c, f) -> {
                    done.add("sum " + f.w[SUM]);
                    return TICK;
                })
                .build();
        CodeRun run = new CodeRun(cpu, outer);
        run.begin();
        assertThat(runToEnd(run)).isEqualTo(3 * TICK);
        assertThat(done).containsExactly("sum 42");
    }

    @Test
    void step_mayNameItsSuccessor() {
        Steps.Mark end = new Steps.Mark();
        GuestCode code = Steps.of("skip", 0)
                .step("skip", (c, f) -> {
                    f.entry = end.entry();
                    return TICK;
                })
                .step("skipped", note("skipped"))
                .mark(end)
                .step("end", note("end"))
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        runToEnd(run);
        assertThat(done).containsExactly("end");
    }

    @Test
    void exception_namesRoutineStepAndVcpu() {
        GuestCode code = Steps.of("VirtIOHandler", 0)
                .step("read used.idx", (c, f) -> {
                    throw new IllegalArgumentException("odd address");
                })
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        assertThatThrownBy(run::next)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("VirtIOHandler: read used.idx, on vCPU 0: odd address");
    }

    /** It is of a sink that the routine knows nothing of. */
    @Test
    void whatCouldNotBeWritten_goesThroughAsItIs() {
        UncheckedIOException full = new UncheckedIOException(new IOException("run.json: No space left on device"));
        GuestCode code = Steps.of("receive", 0)
                .step("look", (c, f) -> {
                    throw full;
                })
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        assertThatThrownBy(run::next).isSameAs(full);
    }

    @Test
    void loopWithoutTime_isAnError_notAHang() {
        GuestCode code = Steps.of("idle", 1)
                .step("set", (c, f) -> {
                    f.w[0] = 1;
                    return StepResult.NEXT;
                })
                .whilePositive("for ever", 0, body -> {})
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        assertThatThrownBy(run::next).hasMessageContaining("a loop without a step that takes time, at: for ever");
    }

    @Test
    void recursion_isBounded() {
        GuestCode[] self = new GuestCode[1];
        self[0] = Steps.of("again", 0)
                .step("call", (c, f) -> {
                    c.call(self[0]);
                    return StepResult.CALL;
                })
                .build();
        CodeRun run = new CodeRun(cpu, self[0]);
        run.begin();
        assertThatThrownBy(run::next).hasMessageContaining("calls nested deeper than 256");
    }

    @Test
    void access_isPricedAndCounted_andTwoInOneEntryAreFoundWhenChecking() {
        PortDevice device = new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return 40 + offset;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                done.add(offset + " <- " + value);
            }

            @Override
            public AccessKind kind(int offset, boolean write) {
                return write ? AccessKind.NOTIFY : AccessKind.PORT;
            }
        };
        machine.bus().claim("device", 0xc000, 4, device);
        GuestCode code = Steps.of("driver", 1)
                .step("read", (c, f) -> {
                    f.w[0] = c.in(0xc002, 1);
                    return TICK;
                })
                .step("kick", (c, f) -> {
                    c.out(0xc001, 2, (int) f.w[0]);
                    return StepResult.NEXT;
                })
                .build();
        cpu.checkAccesses(true);
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        assertThat(runToEnd(run))
                .isEqualTo(TICK + machine.costs().pioPs() + machine.costs().kickPs());
        assertThat(done).containsExactly("1 <- 42");
        assertThat(machine.vcpu(0).exits(ExitCause.PIO)).isEqualTo(1);
        assertThat(machine.vcpu(0).exits(ExitCause.NOTIFY)).isEqualTo(1);
        GuestCode twice = Steps.of("twice", 1)
                .step("read both", (c, f) -> {
                    f.w[0] = c.in(0xc000, 1) + c.in(0xc001, 1);
                    return TICK;
                })
                .build();
        CodeRun wrong = new CodeRun(cpu, twice);
        wrong.begin();
        assertThatThrownBy(wrong::next)
                .hasMessage("one entry made 2 accesses that others can see: twice: read both on vCPU 0");
    }

    @Test
    void frames_areSavedAndRestored_inTheMiddle() {
        GuestCode code = Steps.of("count", 2)
                .whilePositive(
                        "left",
                        N,
                        body -> body.step("count", (c, f) -> {
                            f.w[N]--;
                            f.w[SUM]++;
                            done.add("n" + f.w[SUM]);
                            return TICK;
                        }))
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin().w[N] = 5;
        run.next();
        run.next();
        CodeTable<GuestCode> codes = new CodeTable<>();
        long[] saved = new long[run.stack().savedWords()];
        assertThat(run.stack().save(codes, saved, 0)).isEqualTo(saved.length);
        runToEnd(run);
        CodeRun other = new CodeRun(cpu, code);
        other.stack().restore(codes, saved, 0);
        done.clear();
        runToEnd(other);
        assertThat(done).containsExactly("n3", "n4", "n5");
    }

    @Test
    void asAnActivity_itRunsOnAVcpu() {
        GuestCode code = Steps.of("program", 1)
                .step("begin", (c, f) -> {
                    f.w[0] = 3;
                    return TICK;
                })
                .whilePositive(
                        "left",
                        0,
                        body -> body.step("work", (c, f) -> {
                            f.w[0]--;
                            done.add("at " + c.nowPs());
                            return TICK;
                        }))
                .step("off", (c, f) -> StepResult.OFF)
                .build();
        CodeRun run = new CodeRun(cpu, code);
        run.begin();
        machine.vcpu(0).start(run, vector -> v -> Activity.DONE);
        machine.runUntil(Duration.ofNanos(100));
        assertThat(done).containsExactly("at 1000", "at 2000", "at 3000");
    }
}
