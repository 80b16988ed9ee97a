package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.Rule;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link DriverScript} on a driver half and a device half, watched by a {@link VirtqueueChecker} and compared with
 * a {@link ReferenceModel}: every buffer comes back exactly once with the right bytes, in order where promised, nobody
 * writes where he may not, and nobody sleeps while work waits.
 *
 * <pre>{@code
 * RunResult result = ScriptRunner.run(DriverScript.random(mode, 42, 1000), DriverQueue::create, MyDevice::new);
 * if (!result.ok()) System.out.println(result.violations() + result.dump());
 * }</pre>
 *
 * <p>Nothing that a half does makes the runner throw or hang: exceptions, its own assertions, a stack that runs over and endless work count as violations. (A loop
 * that touches no memory cannot be stopped.)
 */
public final class ScriptRunner {
    /** Where the ring lies in the runner's memory. */
    public static final long RING_BASE = 0x1000;

    /** Runs a script in fresh memory, part of which lies above 4 GiB. */
    public static RunResult run(DriverScript script, DriverFactory driver, DeviceFactory device) {
        Objects.requireNonNull(script, "script");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        QueuePlaces places = QueuePlaces.folded(script);
        return run(script, new FoldedMemory(places.endAddr(), places.highBytes()), places, driver, device);
    }

    /**
     * Runs a script.
     *
     * @param script what to do
     * @param driver makes the driver half
     * @param device makes the device half
     * @param memory makes guest memory of at least so many bytes; the runner fills it with garbage before each life
     */
    public static RunResult run(
            DriverScript script, DriverFactory driver, DeviceFactory device, IntFunction<GuestMemory> memory) {
        Objects.requireNonNull(script, "script");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(memory, "memory");
        QueuePlaces places = QueuePlaces.flat(script);
        return run(script, memory.apply(places.endAddr()), places, driver, device);
    }

    private static RunResult run(
            DriverScript script, GuestMemory memory, QueuePlaces places, DriverFactory driver, DeviceFactory device) {
        QueueHarness harness = new QueueHarness(script.mode(), memory, places, driver, device);
        Throwable cause = null;
        try {
            harness.start(true);
            for (DriverScript.Step step : script.steps()) {
                if (harness.failed()) {
                    break;
                }
                harness.run(step);
            }
            if (!harness.failed()) {
                harness.drain();
            }
        } catch (RunawayException e) {
            cause = e;
            harness.report(harness.acting(), Rule.C3, "work", 0, "no end in sight: " + e.getMessage());
        } catch (GuestFault e) {
            cause = e;
            Side side = harness.acting();
            harness.report(
                    side,
                    side == Side.DEVICE ? Rule.S15 : Rule.S12,
                    "address",
                    e.address(),
                    String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            cause = e;
            harness.report(harness.acting(), Rule.C3, "exception", 0, String.valueOf(e));
        }
        return harness.result(cause);
    }

    /**
     * Runs a script; if it breaks a rule, shrinks it first.
     *
     * @throws AssertionError naming the broken rules, with the shrunk script and the ring
     */
    public static void verify(DriverScript script, DriverFactory driver, DeviceFactory device) {
        Objects.requireNonNull(script, "script");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        verify(script, driver, device, Verdict.MUST);
    }

    /**
     * As the other method, failing on what weighs at least so much.
     *
     * @throws AssertionError naming the rule that was broken first, with the shrunk script, the ring and Java source that
     *     runs it; its cause is the exception that came out of a half, if one did
     */
    public static void verify(DriverScript script, DriverFactory driver, DeviceFactory device, Verdict least) {
        Objects.requireNonNull(script, "script");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(least, "least");
        RunResult first = run(script, driver, device);
        if (first.ok(least)) {
            return;
        }
        Reproduction small = Reproduction.of(script, first, least, s -> run(s, driver, device));
        throw new AssertionError(
                Violation.summary(Violation.atLeast(least, small.result().violations())) + "\n" + small.note()
                        + small.result().dump() + small.script().toReport("driver", "device"),
                small.cause());
    }

    private ScriptRunner() {}

    /**
     * What came of a script.
     *
     * @param violations rules broken, and what is allowed and yet worth a word; in the order in which it was seen
     * @param buffers buffers that went all the way round
     * @param notifications notifications sent by the driver
     * @param interrupts interrupts sent by the device
     * @param wraps how often an index or a wrap counter wrapped
     * @param dump the ring at the end
     * @param cause exception that came out of a half, or null
     * @param judged the rules that were judged, and how often: somebody came to where such a rule is kept or broken
     */
    public record RunResult(
            List<Violation> violations,
            long buffers,
            long notifications,
            long interrupts,
            long wraps,
            String dump,
            @Nullable Throwable cause,
            Map<Rule, Long> judged) {
        /** Copies the list. */
        public RunResult {
            violations = List.copyOf(violations);
            judged = Collections.unmodifiableMap(new LinkedHashMap<>(judged));
        }

        /** Returns whether nothing was seen that must not be. */
        public boolean ok() {
            return ok(Verdict.MUST);
        }

        /** Returns whether nothing was seen that weighs at least so much. */
        public boolean ok(Verdict verdict) {
            return Violation.atLeast(verdict, violations).isEmpty();
        }

        /** Returns who is to blame: who broke a rule first. Null if nobody did. */
        public @Nullable Side blame() {
            List<Violation> must = Violation.atLeast(Verdict.MUST, violations);
            return must.isEmpty() ? null : must.get(0).side();
        }

        /** Returns whether a rule was broken. */
        public boolean broke(Rule rule) {
            return violations.stream().anyMatch(v -> v.rule() == rule);
        }
    }
}
