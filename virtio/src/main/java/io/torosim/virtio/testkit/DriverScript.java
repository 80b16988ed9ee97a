package io.torosim.virtio.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What a driver and a device do with one queue, as plain data: any engine can generate, shrink, print and store it.
 *
 * @param mode the queue
 * @param steps what happens, in order
 */
public record DriverScript(QueueMode mode, List<Step> steps) {
    /** Kinds of steps. */
    public enum Kind {
        /** The driver adds {@code amount} buffers of one shape, as far as there is room. */
        SUBMIT,
        /** The driver publishes what it added, and notifies if asked to. */
        PUBLISH,
        /** The device, if awake, takes up to {@code amount} buffers and completes some in an order drawn from salt. */
        SERVE,
        /** The driver polls up to {@code amount} used buffers. */
        REAP,
        /** The driver asks for interrupts ({@code amount} 1) or for none (0). */
        INTERRUPTS,
        /** The device, if awake, asks for no notifications for a while. */
        MUTE_NOTIFICATIONS,
        /** Both start again with a fresh queue; what was in flight is gone. */
        RESET
    }

    /**
     * One step.
     *
     * @param kind what happens
     * @param readable sizes in bytes of the elements that the device reads (SUBMIT)
     * @param writable sizes in bytes of the elements that the device writes (SUBMIT)
     * @param indirect through an indirect table, where negotiated (SUBMIT)
     * @param amount see {@link Kind}
     * @param salt seed of small decisions inside the step
     */
    public record Step(
            Kind kind, List<Integer> readable, List<Integer> writable, boolean indirect, int amount, int salt) {
        /** Copies the lists. */
        public Step {
            Objects.requireNonNull(kind, "kind");
            readable = List.copyOf(readable);
            writable = List.copyOf(writable);
        }

        /** Returns a step that is not a submission. */
        public static Step of(Kind kind, int amount, int salt) {
            return new Step(kind, List.of(), List.of(), false, amount, salt);
        }

        /** Returns a submission. */
        public static Step submit(List<Integer> readable, List<Integer> writable, boolean indirect, int amount) {
            return new Step(Kind.SUBMIT, readable, writable, indirect, amount, 0);
        }

        @Override
        public String toString() {
            return kind == Kind.SUBMIT
                    ? "SUBMIT " + amount + " x read" + readable + " write" + writable + (indirect ? " indirect" : "")
                    : kind + " " + amount + (salt == 0 ? "" : " salt " + salt);
        }
    }

    /** Most elements in a generated buffer. */
    public static final int MAX_ELEMENTS = 6;
    /** Largest generated element in bytes. */
    public static final int MAX_ELEMENT_BYTES = 96;

    /** Copies the list. */
    public DriverScript {
        Objects.requireNonNull(mode, "mode");
        steps = List.copyOf(steps);
    }

    /** Returns a random script of {@code stepCount} steps; the same for the same arguments on every JDK. */
    public static DriverScript random(QueueMode mode, long seed, int stepCount) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>(stepCount);
        for (int i = 0; i < stepCount; i++) {
            steps.add(randomStep(mode, random));
        }
        return new DriverScript(mode, steps);
    }

    /**
     * Returns a random script that keeps the queue busy, without resets: in each round some buffers are added, published,
     * served and reaped. For long runs, where indices must wrap.
     */
    public static DriverScript busy(QueueMode mode, long seed, int rounds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>(4 * rounds);
        for (int i = 0; i < rounds; i++) {
            int elements = 1 + random.nextInt(Math.min(3, mode.size()));
            int readable = random.nextInt(elements + 1);
            boolean indirect = mode.indirect() && random.nextBoolean();
            steps.add(Step.submit(
                    sizes(readable, random),
                    sizes(elements - readable, random),
                    indirect,
                    1 + random.nextInt(mode.size())));
            steps.add(Step.of(Kind.PUBLISH, 0, 0));
            if (random.nextInt(8) == 0) {
                steps.add(Step.of(Kind.INTERRUPTS, random.nextInt(2), 0));
            }
            steps.add(Step.of(Kind.SERVE, mode.size(), random.nextInt()));
            steps.add(Step.of(Kind.REAP, mode.size(), 0));
        }
        return new DriverScript(mode, steps);
    }

    private static Step randomStep(QueueMode mode, SplittableRandom random) {
        int dice = random.nextInt(200);
        int most = mode.size() + 1;
        if (dice < 65) {
            int elements = 1 + random.nextInt(Math.min(MAX_ELEMENTS, mode.size()));
            int readable = random.nextInt(elements + 1);
            return new Step(
                    Kind.SUBMIT,
                    sizes(readable, random),
                    sizes(elements - readable, random),
                    mode.indirect() && random.nextBoolean(),
                    1 + random.nextInt(most),
                    0);
        }
        if (dice < 110) {
            return Step.of(Kind.PUBLISH, 0, 0);
        }
        if (dice < 150) {
            return Step.of(Kind.SERVE, 1 + random.nextInt(most), random.nextInt());
        }
        if (dice < 185) {
            return Step.of(Kind.REAP, 1 + random.nextInt(most), 0);
        }
        if (dice < 194) {
            return Step.of(Kind.INTERRUPTS, random.nextInt(2), 0);
        }
        return dice < 199 ? Step.of(Kind.MUTE_NOTIFICATIONS, 0, 0) : Step.of(Kind.RESET, 0, 0);
    }

    private static List<Integer> sizes(int count, SplittableRandom random) {
        List<Integer> sizes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            sizes.add(1 + random.nextInt(random.nextInt(4) == 0 ? MAX_ELEMENT_BYTES : 12));
        }
        return sizes;
    }

    /** Returns the script a step a line, after a line with the mode. */
    public String toText() {
        StringBuilder out = new StringBuilder(mode.toString()).append('\n');
        for (Step step : steps) {
            out.append("  ").append(step).append('\n');
        }
        return out.toString();
    }
}
