package io.torosim.virtio.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.DeviceAttacks;
import io.torosim.virtio.testkit.DeviceAttacks.DeviceAttack;
import io.torosim.virtio.testkit.DriverAttacks;
import io.torosim.virtio.testkit.DriverScript;
import io.torosim.virtio.testkit.Interleaving;
import io.torosim.virtio.testkit.Interleaving.ChoiceSearch;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.testkit.ScriptRunner;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A broken queue, device or driver for each of 37 real bugs: the kit finds every one, and nothing in the correct one. */
final class BrokenQueuesTest {
    private static final int SCRIPTS = Boolean.getBoolean("torosim.longSearch") ? 60 : 20;

    /** Rules of which at least one must be named when a bug is found by scripts. */
    private static final Map<Bug, List<Rule>> BY_SCRIPT = new EnumMap<>(Bug.class);

    static {
        BY_SCRIPT.put(Bug.SPAN_STALE_WRAP, List.of(Rule.E7, Rule.P19));
        BY_SCRIPT.put(Bug.LIST_DOES_NOT_WRAP, List.of(Rule.S16));
        BY_SCRIPT.put(Bug.USED_FLAGS_FIRST, List.of(Rule.P13, Rule.P16));
        BY_SCRIPT.put(Bug.WINDOW_TOO_NARROW, List.of(Rule.N6, Rule.N11));
        BY_SCRIPT.put(Bug.EVENT_IGNORED, List.of(Rule.N6, Rule.N11));
        BY_SCRIPT.put(Bug.USED_EVENT_STALE, List.of(Rule.N11));
        BY_SCRIPT.put(Bug.EVENT_NOT_MODULAR, List.of(Rule.N6));
        BY_SCRIPT.put(Bug.INDEX_NOT_WRAPPED, List.of(Rule.C3));
        BY_SCRIPT.put(Bug.FULL_LOOKS_EMPTY, List.of(Rule.C3));
        BY_SCRIPT.put(Bug.NEVER_UNMUTED, List.of(Rule.N6));
        BY_SCRIPT.put(Bug.TABLE_ALIGNED, List.of(Rule.C3));
        BY_SCRIPT.put(Bug.FIRST_DESCRIPTOR_ONLY, List.of(Rule.S16));
        BY_SCRIPT.put(Bug.USED_LEN_WRONG, List.of(Rule.U4, Rule.U5, Rule.U6));
        BY_SCRIPT.put(Bug.FIFO_ASSUMED, List.of(Rule.C2));
        BY_SCRIPT.put(Bug.STALE_AFTER_RESET, List.of(Rule.C3, Rule.N9, Rule.U2, Rule.S15, Rule.A4, Rule.U3));
        BY_SCRIPT.put(Bug.WRITE_AFTER_USED, List.of(Rule.S15));
        BY_SCRIPT.put(Bug.SUPERFLUOUS_INTERRUPTS, List.of(Rule.N9, Rule.N11));
        BY_SCRIPT.put(Bug.FREE_COUNT_PER_CHAIN, List.of(Rule.C1, Rule.S10, Rule.S11));
    }

    private static DriverFactory driver(Bug bug, boolean packed) {
        return packed ? DriverQueue::create : (m, l, f) -> new NaiveSplitDriver(m, l, f, bug);
    }

    private static DeviceFactory device(Bug bug, boolean packed) {
        if (bug == Bug.STALE_AFTER_RESET) {
            DeviceQueue[] forEver = {null};
            return (m, l, f) -> forEver[0] = forEver[0] == null ? DeviceQueue.create(m, l, f) : forEver[0];
        }
        return packed
                ? (m, l, f) -> new NaivePackedDevice(m, l, f, bug)
                : (m, l, f) -> new NaiveSplitDevice(m, l, f, bug);
    }

    private static List<QueueMode> modes(int size) {
        return QueueMode.all(size).stream().filter(m -> !m.inOrder()).toList();
    }

    private static boolean wantsLongRun(Bug bug) {
        return bug == Bug.EVENT_NOT_MODULAR || bug == Bug.INDEX_NOT_WRAPPED;
    }

    /** Looks for the first script that fails with one side broken and the other ours. */
    private static DriverScript find(Bug bug, boolean brokenDriver) {
        for (QueueMode mode : modes(wantsLongRun(bug) ? 64 : 4)) {
            if (wantsLongRun(bug) && (mode.packed() || mode.indirect() || !mode.eventIdx() || !brokenDriver)) {
                continue;
            }
            if (mode.packed() && mode.eventIdx() && !brokenDriver) {
                continue; // the naive packed device knows no descriptor events
            }
            int scripts = wantsLongRun(bug) ? 1 : SCRIPTS;
            for (int seed = 0; seed < scripts; seed++) {
                DriverScript script =
                        wantsLongRun(bug) ? DriverScript.busy(mode, seed, 4500) : DriverScript.random(mode, seed, 60);
                if (!run(script, bug, brokenDriver).ok(bug == Bug.NONE ? Verdict.MUST : Verdict.SHOULD)) {
                    return script;
                }
            }
        }
        return null;
    }

    private static RunResult run(DriverScript script, Bug bug, boolean brokenDriver) {
        boolean packed = script.mode().packed();
        return brokenDriver
                ? ScriptRunner.run(script, driver(bug, packed), DeviceQueue::create)
                : ScriptRunner.run(script, DriverQueue::create, device(bug, packed));
    }

    @ParameterizedTest
    @EnumSource(
            value = Bug.class,
            names = {
                "SPAN_STALE_WRAP", "LIST_DOES_NOT_WRAP", "USED_FLAGS_FIRST", "WINDOW_TOO_NARROW", "EVENT_IGNORED",
                "USED_EVENT_STALE", "EVENT_NOT_MODULAR", "INDEX_NOT_WRAPPED", "FULL_LOOKS_EMPTY", "NEVER_UNMUTED",
                "TABLE_ALIGNED", "FIRST_DESCRIPTOR_ONLY", "USED_LEN_WRONG", "FIFO_ASSUMED", "STALE_AFTER_RESET",
                "WRITE_AFTER_USED", "SUPERFLUOUS_INTERRUPTS", "FREE_COUNT_PER_CHAIN"
            })
    void scripts_findTheBug_andNameARuleOfIt(Bug bug) {
        int found = 0;
        for (boolean brokenDriver : new boolean[] {true, false}) {
            DriverScript script = find(bug, brokenDriver);
            if (script == null) {
                continue;
            }
            found++;
            RunResult result = run(script, bug, brokenDriver);
            Violation first =
                    Violation.atLeast(Verdict.SHOULD, result.violations()).get(0);
            assertThat(BY_SCRIPT.get(bug))
                    .as("%s, broken driver %s: %s", bug, brokenDriver, first)
                    .contains(first.rule());
            assertThat(first.side()).isEqualTo(brokenDriver ? Side.DRIVER : Side.DEVICE);
            if (!wantsLongRun(bug)) {
                Rule rule = first.rule();
                DriverScript small = script.shrink(
                                s -> run(s, bug, brokenDriver).broke(rule), Long.MAX_VALUE)
                        .script();
                assertThat(small.steps()).as(small::toText).hasSizeLessThanOrEqualTo(20);
                assertThat(run(small, bug, brokenDriver).dump()).contains("in flight");
            }
        }
        assertThat(found).as("%s: %s", bug, bug.story).isPositive();
    }

    @Test
    void correctNaiveHalves_areFoundInnocent() {
        assertThat(find(Bug.NONE, true)).isNull();
        assertThat(find(Bug.NONE, false)).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Bug.class,
            names = {
                "AVAIL_JUMP",
                "ERROR_REPARSED",
                "ADDRESS_OVERFLOW",
                "TOP_OF_RAM",
                "TABLE_ALIGNED",
                "HEAD_LEAKED",
                "UNBOUNDED_POPS",
                "HUGE_LENGTH"
            })
    void hostileRings_findTheBug(Bug bug) {
        assertThat(attacks(bug)).as(bug.story).isNotEmpty();
    }

    @Test
    void hostileRings_findNothingInTheCorrectHalf() {
        assertThat(attacks(Bug.NONE)).isEmpty();
    }

    private static List<String> attacks(Bug bug) {
        List<String> wrong = new ArrayList<>();
        for (DeviceAttack attack : DeviceAttacks.split()) {
            for (Violation what : DeviceAttacks.run(attack, false, VirtioFeatures.INDIRECT_DESC, device(bug, false))) {
                wrong.add(attack + ": " + what);
            }
        }
        return wrong;
    }

    @ParameterizedTest
    @EnumSource(
            value = Bug.class,
            names = {"USED_ID_UNCHECKED", "USED_LEN_UNBOUNDED", "NONE"})
    void lyingDevices_findTheBug(Bug bug) {
        List<String> wrong = new ArrayList<>();
        for (DriverAttacks.Attack attack : DriverAttacks.split()) {
            for (Violation what : DriverAttacks.run(attack, false, driver(bug, false))) {
                wrong.add(attack + ": " + what);
            }
        }
        assertThat(wrong.isEmpty()).as(wrong.toString()).isEqualTo(bug == Bug.NONE);
        if (bug == Bug.USED_LEN_UNBOUNDED) {
            assertThat(wrong).anyMatch(w -> w.contains("U8"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Bug.class,
            names = {"NO_BARRIER_AVAIL_EVENT", "NO_BARRIER_USED", "NO_BARRIER_DRIVER", "NONE"})
    void storeBuffers_findTheMissingBarrier(Bug bug) {
        boolean brokenDriver = bug == Bug.NO_BARRIER_DRIVER;
        boolean found = false;
        for (QueueMode mode : modes(4)) {
            if (mode.packed() || mode.indirect()) {
                continue;
            }
            var run = Interleaving.of(
                    mode,
                    4,
                    StoreOrder.TSO,
                    brokenDriver || bug == Bug.NONE ? driver(bug, false) : DriverQueue::create,
                    brokenDriver ? DeviceQueue::create : device(bug, false));
            ChoiceSearch.Outcome outcome = ChoiceSearch.random(run, bug == Bug.NONE ? 150 : 3000, 5);
            if (outcome.found()) {
                found = true;
                assertThat(run.apply(ChoiceSearch.replay(outcome.choices())))
                        .as("the recorded choices show it again")
                        .isEqualTo(outcome.failure());
                break;
            }
            if (bug != Bug.NONE) {
                // without store buffers there is nothing to find: the order of the program is right
                assertThat(ChoiceSearch.random(
                                        Interleaving.of(
                                                mode,
                                                4,
                                                brokenDriver ? driver(bug, false) : DriverQueue::create,
                                                brokenDriver ? DeviceQueue::create : device(bug, false)),
                                        50,
                                        5)
                                .failure())
                        .isNull();
            }
        }
        assertThat(found).as(bug.story).isEqualTo(bug != Bug.NONE);
    }

    @Test
    void everyBug_isInOneOfTheTests() {
        // 23 to 27, 32, 33 and 36 have tests of their own above; the rest must be named in an @EnumSource
        List<Integer> own = List.of(23, 24, 25, 26, 27, 32, 36);
        List<Integer> byParameter = new ArrayList<>();
        for (var method : BrokenQueuesTest.class.getDeclaredMethods()) {
            EnumSource source = method.getAnnotation(EnumSource.class);
            if (source != null) {
                for (String name : source.names()) {
                    byParameter.add(Bug.valueOf(name).number);
                }
            }
        }
        for (Bug bug : Bug.values()) {
            assertThat(own.contains(bug.number) || byParameter.contains(bug.number))
                    .as("bug %d", bug.number)
                    .isTrue();
        }
        assertThat(Bug.values()).hasSize(38);
    }
}
