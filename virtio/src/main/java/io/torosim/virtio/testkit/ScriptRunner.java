package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestFault;
import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.QueueLayout;
import java.util.function.IntFunction;

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
 * <p>Nothing that a half does makes the runner throw or hang: exceptions and endless work count as violations. (A loop
 * that touches no memory cannot be stopped.)
 */
public final class ScriptRunner {
    /** Where the ring lies in the runner's memory. */
    public static final long RING_BASE = 0x1000;

    /** Runs a script in fresh flat memory. */
    public static RunResult run(DriverScript script, DriverFactory driver, DeviceFactory device) {
        return run(script, driver, device, bytes -> new FlatMemory(bytes));
    }

    /**
     * Runs a script.
     *
     * @param script what to do
     * @param driver makes the driver half
     * @param device makes the device half
     * @param memory makes zeroed guest memory of at least so many bytes
     */
    public static RunResult run(
            DriverScript script, DriverFactory driver, DeviceFactory device, IntFunction<GuestMemory> memory) {
        QueueLayout layout = script.mode().layout(RING_BASE);
        int bytes = (int) (((layout.endAddr() + 4095) & -4096)
                + (long) script.mode().size() * (QueueHarness.SLOT_BYTES + QueueHarness.TABLE_BYTES)
                + 4096);
        QueueHarness harness = new QueueHarness(script.mode(), memory.apply(bytes), driver, device);
        Side[] acting = {Side.DRIVER};
        try {
            harness.start();
            for (DriverScript.Step step : script.steps()) {
                acting[0] =
                        step.kind() == DriverScript.Kind.SERVE || step.kind() == DriverScript.Kind.MUTE_NOTIFICATIONS
                                ? Side.DEVICE
                                : Side.DRIVER;
                harness.run(step);
                if (harness.failed()) {
                    break;
                }
            }
            if (!harness.failed()) {
                harness.drain(side -> acting[0] = side);
            }
        } catch (RunawayException e) {
            harness.report(acting[0], Rule.C3, "work", 0, "no end in sight: " + e.getMessage());
        } catch (GuestFault e) {
            harness.report(
                    acting[0], acting[0] == Side.DEVICE ? Rule.S15 : Rule.S12, "address", e.address(), e.getMessage());
        } catch (RuntimeException e) {
            harness.report(acting[0], Rule.C3, "exception", 0, String.valueOf(e));
        }
        return harness.result();
    }

    /**
     * Runs a script; if it breaks a rule, shrinks it first.
     *
     * @throws AssertionError naming the broken rules, with the shrunk script and the ring
     */
    public static void verify(DriverScript script, DriverFactory driver, DeviceFactory device) {
        if (run(script, driver, device).ok()) {
            return;
        }
        DriverScript small =
                ScriptShrinker.shrink(script, s -> !run(s, driver, device).ok());
        RunResult again = run(small, driver, device);
        throw new AssertionError(again.violations() + "\n" + small.toText() + again.dump());
    }

    private ScriptRunner() {}
}
