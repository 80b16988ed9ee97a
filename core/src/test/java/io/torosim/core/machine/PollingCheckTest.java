package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.machine.Vcpu.Counter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a polling loop does that no repeating loop does is named, also where the loop announces something itself. */
final class PollingCheckTest {
    private static final Duration END = Duration.ofMillis(5);
    private static final long LOOK_PS = 300_000;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).checkPolling(true).build());
    private boolean mail;
    private long looks;

    private void start(int vcpu, Activity program) {
        machine.vcpu(vcpu).start(program, vector -> v -> Activity.DONE);
    }

    private void sendsUnannounced() {
        long[] step = {0};
        start(1, vcpu -> {
            mail = step[0]++ == 1;
            vcpu.changed();
            return 1_000_000_000L;
        });
    }

    /** The cell that it sets on finding mail is its own announcement: it does not excuse the mail. */
    @Test
    void aPollerThatAnnouncesItsFind_isNamed() {
        SharedWord found = new SharedWord(machine, 0);
        start(0, vcpu -> {
            if (vcpu.roundRepeats(1)) {
                return Activity.SPIN;
            }
            if (mail) {
                found.set(found.get() + 1);
            }
            return LOOK_PS;
        });
        sendsUnannounced();
        assertThatThrownBy(() -> machine.runUntil(END))
                .hasMessageContaining("vCPU 0 has left a polling loop at 1000")
                .hasMessageContaining("no change was announced");
    }

    @Test
    void anActivityThatCountsInSilence_isNamed() {
        start(0, vcpu -> {
            if (vcpu.roundRepeats(1)) {
                return Activity.SPIN;
            }
            looks++;
            return LOOK_PS;
        });
        machine.runUntil(END); // the count is the test's own: not in a field of the activity
        long[] own = {0};
        start(1, vcpu -> {
            if (vcpu.roundRepeats(1)) {
                return Activity.SPIN;
            }
            own[0]++;
            return LOOK_PS;
        });
        assertThatThrownBy(() -> machine.runUntil(END.multipliedBy(2)))
                .hasMessageContaining("vCPU 1 has changed what its polling loop keeps")
                .hasMessageContaining("must say Vcpu.changed");
    }

    @Test
    void aRoutineThatCountsInItsFrame_isNamed() {
        GuestCode counting = Steps.of("counting", 1)
                .forever(loop -> loop.step("head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : LOOK_PS)
                        .step("count", (cpu, f) -> {
                            f.w[0]++;
                            return 1_000;
                        }))
                .build();
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(0)), counting);
        run.begin();
        start(0, run);
        assertThatThrownBy(() -> machine.runUntil(END))
                .hasMessageContaining("vCPU 0 has changed what its polling loop keeps")
                .hasMessageContaining("in counting: ");
    }

    /** It is stepped, sees all, and cannot be checked: said once. */
    @Test
    void aPollerThatAnnouncesInEachRound_isStepped_andSaidOnce() {
        SharedWord rounds = new SharedWord(machine, 0);
        start(0, new AnnouncingPoller(rounds));
        sendsUnannounced();
        RunResult result = machine.runUntil(END);
        assertThat(rounds.get()).isEqualTo(5_000_000_000L / LOOK_PS + 1);
        assertThat(result.warnings())
                .singleElement()
                .asString()
                .startsWith("checkPolling: vCPU 0 came round a polling loop 10000 times in a row")
                .contains("in AnnouncingPoller: such rounds are always stepped");
    }

    private record AnnouncingPoller(SharedWord rounds) implements Activity {
        @Override
        public long step(Vcpu vcpu) {
            if (vcpu.roundRepeats(1)) {
                return SPIN;
            }
            rounds.getAndAdd(1);
            return LOOK_PS;
        }
    }

    /** Whoever announces from outside, and a host that delays steps, are no divergence. */
    @Test
    void honestLoops_pass() {
        Machine unquiet = Machine.create(MachineSpec.builder()
                .vcpus(2)
                .checkPolling(true)
                .perturbation(7)
                .build());
        for (Machine its : new Machine[] {machine, unquiet}) {
            SharedWord word = new SharedWord(its, 0);
            its.vcpu(0)
                    .start(
                            vcpu -> {
                                if (vcpu.roundRepeats(1)) {
                                    return Activity.SPIN;
                                }
                                if (word.get() > 0) {
                                    word.set(0);
                                }
                                return LOOK_PS;
                            },
                            vector -> v -> Activity.DONE);
            its.vcpu(1)
                    .start(
                            vcpu -> {
                                word.set(1);
                                return 100_000_000L;
                            },
                            vector -> v -> Activity.DONE);
            assertThatCode(() -> its.runUntil(END)).doesNotThrowAnyException();
        }
    }

    /** Polls every 100 ns up to {@code endsPs}, and says that it compares the clock with {@code saysPs}; when it found that it was later. */
    private static long endOfWait(boolean check, long endsPs, long saysPs) {
        Machine its = Machine.create(MachineSpec.builder().checkPolling(check).build());
        long[] over = {0};
        its.vcpu(0)
                .start(
                        vcpu -> {
                            if (over[0] != 0) {
                                return Activity.OFF;
                            }
                            if (vcpu.nowPs() >= endsPs) {
                                vcpu.changed();
                                over[0] = vcpu.nowPs();
                                return 10;
                            }
                            if (vcpu.roundRepeats(1)) {
                                return Activity.SPIN;
                            }
                            vcpu.comparesWith(saysPs);
                            return 100_000;
                        },
                        vector -> v -> Activity.DONE);
        its.runUntil(Duration.ofMillis(1));
        return over[0];
    }

    /** At the instant itself the head may not be visited any more: on it, beside it and between two visits. */
    @ParameterizedTest
    @ValueSource(longs = {9_999_999, 10_000_000, 10_000_001, 10_050_000, 10_100_000})
    void aDeclaredInstant_endsTheProof_whereverItFalls(long endsPs) {
        long firstVisitAfterPs = (endsPs + 99_999) / 100_000 * 100_000;
        assertThat(endOfWait(false, endsPs, endsPs)).isEqualTo(firstVisitAfterPs);
        assertThat(endOfWait(true, endsPs, endsPs)).isEqualTo(firstVisitAfterPs);
    }

    @Test
    void aLoopThatEndsBeforeTheInstantItDeclares_isNamed() {
        assertThatThrownBy(() -> endOfWait(true, 10_000_000, 10_000_001))
                .hasMessageContaining("vCPU 0 has left a polling loop at 10000000 ps");
    }

    private static RunResult interrupted(MachineSpec.Builder spec) {
        Machine its = Machine.create(spec.build());
        its.vcpu(0)
                .start(
                        vcpu -> {
                            if (vcpu.roundRepeats(1)) {
                                return Activity.SPIN;
                            }
                            vcpu.increment(Counter.CONTEXT_SWITCHES);
                            return LOOK_PS;
                        },
                        vector -> v -> {
                            v.changedNothing();
                            return Activity.DONE;
                        });
        for (int i = 1; i < 10; i++) {
            its.simulation().at(i * 400_100_000L, (op, arg) -> its.vcpu(0).raise(60), 0, 0);
        }
        return its.runUntil(END);
    }

    /** After an interrupt that changed nothing the loop is stepped on, not passed over. */
    @Test
    void interruptsThatChangeNothing_countAsTheyDoOtherwise() {
        RunResult exact = interrupted(MachineSpec.builder().exactStepping(true));
        assertThat(exact.usage().get(0).contextSwitches()).isBetween(16_000L, 16_667L);
        for (MachineSpec.Builder spec : List.of(
                MachineSpec.builder(),
                MachineSpec.builder().checkPolling(true),
                MachineSpec.builder().checkPolling(true).fastForward(false))) {
            RunResult result = interrupted(spec);
            assertThat(result.usage()).isEqualTo(exact.usage());
            assertThat(result.traceDigest()).isEqualTo(exact.traceDigest());
        }
    }
}
