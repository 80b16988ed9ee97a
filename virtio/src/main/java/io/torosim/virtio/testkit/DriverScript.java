package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * What a driver and a device do with one queue, as plain data: any engine can generate, shrink, print and store it.
 *
 * <p>{@link ScriptRunner} runs it, {@link ScriptShrinker} makes it shorter, {@link ScriptText} reads and writes it; {@link QueueMode} says on which kind
 * of queue.
 *
 * @param mode the queue
 * @param steps what happens, in order
 */
public record DriverScript(QueueMode mode, List<Step> steps) {
    /** Kinds of steps. */
    public enum Kind {
        /** The driver adds {@code amount} buffers of one shape, as far as there is room. */
        SUBMIT,
        /** The driver publishes what it added, and notifies if asked to; with {@code amount} 1 it decides at its next PUBLISH. */
        PUBLISH,
        /** The device, if awake, takes up to {@code amount} buffers and completes some in an order drawn from salt. */
        SERVE,
        /** The driver polls up to {@code amount} used buffers. */
        REAP,
        /** The driver asks for interrupts ({@code amount} 1) or for none (0). */
        INTERRUPTS,
        /** The device, if awake, asks for no notifications for a while. */
        MUTE_NOTIFICATIONS,
        /** Both start again with a fresh queue in memory full of garbage; what was in flight is gone. */
        RESET,
        /** As SERVE, without publishing: what was completed stays the device's. */
        COMPLETE,
        /** Notifications do not arrive until KICK, or until the end. */
        HOLD_KICKS,
        /** A notification arrives, whether the driver sent one or not. */
        KICK,
        /** Both start again in what the last life left in memory, as behind a reset of this queue alone. */
        RING_RESET,
        /**
         * The device, if awake, takes up to {@code amount} buffers, publishes what it completed before, and sleeps until it
         * is notified, with all that it took in its hands; what it holds it may complete meanwhile.
         */
        SLEEP;

        /** Returns whose step it is. */
        public Side side() {
            return this == SERVE || this == COMPLETE || this == MUTE_NOTIFICATIONS || this == SLEEP
                    ? Side.DEVICE
                    : Side.DRIVER;
        }
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

        /** Returns the bytes of all elements. */
        int bytes() {
            int sum = 0;
            for (int i = 0; i < readable.size(); i++) {
                sum += readable.get(i);
            }
            for (int i = 0; i < writable.size(); i++) {
                sum += writable.get(i);
            }
            return sum;
        }

        /** Whether this needs the place for big buffers. */
        boolean big() {
            return bytes() > MAX_ELEMENTS * MAX_ELEMENT_BYTES;
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

    /** Largest element of the rare big ones, of which one buffer at a time is in flight. */
    public static final int MAX_BIG_BYTES = 80_000;

    /** Budget of {@link #shrink} that {@link ScriptRunner#verify} spends. */
    public static final long SHRINK_BUDGET = 1_000_000;

    /** Buffers that go round one by one in front of a power of two, and as many behind it. */
    private static final int STEPS_BEFORE = 8;

    /** Sizes of three elements that are read and three that are written. */
    private static final List<Integer> SHAPE = List.of(5, 2, 9, 4, 7, 3);

    /** Steps of a script that a report shows in full. */
    private static final int MOST_SHOWN = 200;

    /** Copies the list. */
    public DriverScript {
        Objects.requireNonNull(mode, "mode");
        steps = List.copyOf(steps);
    }

    /**
     * Returns a random script of {@code stepCount} steps; the same for the same arguments on every JDK.
     *
     * @throws IllegalArgumentException if {@code stepCount} is negative
     */
    public static DriverScript random(QueueMode mode, long seed, int stepCount) {
        atLeast0("stepCount", stepCount);
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>(stepCount);
        for (int i = 0; i < stepCount; i++) {
            Step step = randomStep(mode, random);
            boolean sleep = step.kind() == Kind.SERVE && (step.salt() & 7) == 0;
            boolean undecided = step.kind() == Kind.PUBLISH && i % 3 == 2;
            steps.add(sleep ? Step.of(Kind.SLEEP, step.amount(), 0) : undecided ? Step.of(Kind.PUBLISH, 1, 0) : step);
        }
        return new DriverScript(mode, steps);
    }

    /**
     * Returns a random script that keeps the queue busy, without resets: in each round some buffers are added, published,
     * served and reaped. For long runs, where indices must wrap.
     */
    public static DriverScript busy(QueueMode mode, long seed, int rounds) {
        atLeast0("rounds", rounds);
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

    /**
     * Returns a busy script of buffers of one element, as many a round as there is room for: the shortest way to the wrap
     * of a 16-bit index. A queue of 64 gets there in 2,400 rounds.
     */
    public static DriverScript wrapping(QueueMode mode, long seed, int rounds) {
        atLeast0("rounds", rounds);
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>(4 * rounds);
        for (int i = 0; i < rounds; i++) {
            boolean read = random.nextBoolean();
            List<Integer> one = List.of(1 + random.nextInt(4));
            steps.add(Step.submit(
                    read ? one : List.of(),
                    read ? List.of() : one,
                    false,
                    mode.size() - random.nextInt(mode.size() / 2)));
            steps.add(Step.of(Kind.PUBLISH, 0, 0));
            steps.add(Step.of(Kind.SERVE, mode.size(), random.nextInt()));
            steps.add(Step.of(Kind.REAP, mode.size(), 0));
        }
        return new DriverScript(mode, steps);
    }

    /**
     * Returns a script of {@code 1 << last} buffers and eight more, for queues of at least six: one by one, with up to three
     * elements of each kind, over each power of two from 256 on, so that indices take each value there; half a queue a
     * round between. With {@code last} 16 it goes over the wrap of a 16-bit index, which random batches may jump over.
     */
    static DriverScript milestones(QueueMode mode, int last) {
        List<Step> steps = new ArrayList<>();
        int most = Math.max(1, mode.size() / 2);
        int sent = 0;
        for (int power = 8; power <= last; power++) {
            int from = (1 << power) - STEPS_BEFORE;
            while (sent < from) {
                int count = Math.min(most, from - sent);
                boolean read = (sent & 1) == 0;
                round(steps, read ? List.of(3) : List.of(), read ? List.of() : List.of(3), count);
                sent += count;
            }
            for (int i = 0; i < 2 * STEPS_BEFORE; i++, sent++) {
                int readable = i % 4;
                int writable = readable + i / 4 % 4 == 0 ? 1 : i / 4 % 4;
                round(steps, SHAPE.subList(0, readable), SHAPE.subList(3, 3 + writable), 1);
            }
        }
        return new DriverScript(mode, steps);
    }

    /** So many buffers all the way round. */
    private static void round(List<Step> steps, List<Integer> readable, List<Integer> writable, int count) {
        steps.add(Step.submit(readable, writable, false, count));
        steps.add(Step.of(Kind.PUBLISH, 0, 0));
        steps.add(Step.of(Kind.SERVE, count, completesAll(count)));
        steps.add(Step.of(Kind.REAP, count, 0));
    }

    /** Returns a salt with which a device that holds so many buffers completes all of them. */
    private static int completesAll(int count) {
        int salt = 1;
        while (new SplittableRandom(salt).nextInt(count + 1) != count) {
            salt++;
        }
        return salt;
    }

    /** Returns a script in which the device sleeps with one, then two, then more buffers in its hands, as far as they fit. */
    static DriverScript sleepy(QueueMode mode) {
        List<Step> steps = new ArrayList<>();
        for (int inHand = 1; inHand <= 3; inHand++) {
            for (int more = 0; more < 2; more++) { // what it sleeps on, and what is to wake it
                steps.add(Step.submit(List.of(1), List.of(), false, inHand));
                steps.add(Step.of(Kind.PUBLISH, 0, 0));
                steps.add(Step.of(Kind.SLEEP, mode.size(), 0));
            }
            steps.add(Step.of(Kind.SERVE, mode.size(), inHand));
            steps.add(Step.of(Kind.REAP, mode.size(), 0));
        }
        return new DriverScript(mode, steps);
    }

    /** Returns a script in which two publications are one decision, for each place of the two in a batch, on both sides. */
    static DriverScript twice(QueueMode mode) {
        List<Step> steps = new ArrayList<>();
        for (int round = 0; round < 6; round++) {
            int first = 1 + round % 2;
            steps.add(Step.submit(List.of(1), List.of(), false, first));
            steps.add(Step.of(Kind.PUBLISH, 1, 0));
            steps.add(Step.submit(List.of(), List.of(1), false, 1 + round / 2));
            steps.add(Step.of(Kind.PUBLISH, 0, 0));
            steps.add(Step.of(Kind.SLEEP, mode.size(), 0)); // takes all, asks for the next
            steps.add(Step.of(Kind.INTERRUPTS, 1, 0));
            steps.add(Step.of(Kind.SERVE, mode.size(), round));
            steps.add(Step.of(Kind.SERVE, mode.size(), 3 + round));
            steps.add(Step.of(Kind.REAP, mode.size(), 0));
        }
        return new DriverScript(mode, steps);
    }

    private static void atLeast0(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, but was " + value);
        }
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
        return rareStep(mode, random);
    }

    private static Step rareStep(QueueMode mode, SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Step.of(Kind.MUTE_NOTIFICATIONS, 0, 0);
            case 3, 4 -> Step.of(Kind.COMPLETE, 1 + random.nextInt(mode.size() + 1), random.nextInt());
            case 5, 6 -> Step.of(Kind.HOLD_KICKS, 0, 0);
            case 7, 8 -> Step.of(Kind.KICK, 0, 0);
            case 9 -> big(mode, random);
            case 10 -> Step.of(Kind.RESET, 0, 0);
            default -> Step.of(Kind.RING_RESET, 0, 0);
        };
    }

    private static Step big(QueueMode mode, SplittableRandom random) {
        int bytes = 0x1_0000 + random.nextInt(MAX_BIG_BYTES - 0x1_0000);
        return mode.size() > 1 && random.nextBoolean()
                ? Step.submit(List.of(5), List.of(bytes), false, 1)
                : Step.submit(List.of(bytes), List.of(), false, 1);
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

    /** Returns {@link #toText}, which {@link #parse} reads. */
    @Override
    public String toString() {
        return toText();
    }

    /** Whether this is longer than a report may be. */
    boolean isLong() {
        return steps.size() > MOST_SHOWN;
    }

    /** Returns what a report shows: the whole script as Java source, or of a long one its beginning and how many steps follow. */
    String toReport(String driver, String device) {
        if (!isLong()) {
            return "to run it again:\n" + toJava(driver, device);
        }
        return new DriverScript(mode, steps.subList(0, MOST_SHOWN)).toText() + "  ... and "
                + (steps.size() - MOST_SHOWN) + " more steps\n";
    }

    /**
     * Reads what {@link #toText} wrote; empty lines are skipped.
     *
     * @throws IllegalArgumentException naming the line that is no step
     */
    public static DriverScript parse(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("a script begins with a line such as \"split+event_idx q=8\"");
        }
        List<Step> steps = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            steps.add(ScriptText.step(line.trim()));
        }
        return new DriverScript(QueueMode.parse(lines.get(0)), steps);
    }

    /** Returns Java source that runs this script; the arguments are expressions for the two factories. */
    public String toJava(String driver, String device) {
        StringBuilder out = new StringBuilder("ScriptRunner.verify(DriverScript.parse(\"\"\"\n");
        toText().lines().forEach(line -> out.append("        ").append(line).append('\n'));
        return out.append("        \"\"\"), ")
                .append(driver)
                .append(", ")
                .append(device)
                .append(");\n")
                .toString();
    }

    /**
     * Returns a smaller script that fails too: steps are left out, then what is left is made smaller. Unless the budget ran out, no single
     * further simplification of these kinds fails. The budget is work and not time by a clock, so the same script always shrinks to the same.
     *
     * @param fails whether a script still shows the fault, as this one must; called often
     * @param budget most steps to be tried, over all trials (each costs one more); a hundred thousand take about a second
     * @throws IllegalArgumentException if this script does not fail
     */
    public Shrunk shrink(Predicate<DriverScript> fails, long budget) {
        return ScriptShrinker.shrink(this, fails, budget);
    }

    /**
     * What came of {@link #shrink}.
     *
     * @param script the smallest script found
     * @param complete false if the budget ran out before nothing could be left out any more
     * @param spent work that was done
     */
    public record Shrunk(DriverScript script, boolean complete, long spent) {
        /** Returns a line that says that the budget ran out, or nothing. */
        public String note() {
            return complete
                    ? ""
                    : "shrinking stopped at " + script.steps().size() + " steps: its budget of " + spent
                            + " steps ran out\n";
        }
    }
}
