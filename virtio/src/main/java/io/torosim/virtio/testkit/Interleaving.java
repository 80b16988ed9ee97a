package io.torosim.virtio.testkit;

import io.torosim.core.choice.Choices;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.StoreBuffers;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.ScriptRunner.RunResult;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a queue at work at once: the driver sends some buffers and sleeps until each is used, the device serves
 * and sleeps until it is notified; between any two memory accesses the other side may go on. Finds lost wake-ups, orders
 * of stores that only matter when somebody looks at the wrong moment, and missing barriers.
 *
 * <pre>{@code
 * ChoiceSearch.Outcome outcome = ChoiceSearch.random(
 *         Interleaving.of(mode, 4, StoreOrder.TSO, DriverQueue::create, MyDevice::new), 2000, 42);
 * }</pre>
 *
 * <p>{@link QueueExam} asks it, at random and by {@link ExhaustiveSearch}; the halves see {@link InterleavedMemory}, and {@link StoreBuffers} keeps the
 * stores that are not visible yet.
 */
public final class Interleaving {
    static final int MEMORY_BYTES = 0x10000;
    static final long RING = 0x1000;
    static final long BUFFERS = 0x8000;

    /** How many stores one side can hold back. */
    private static final int STORE_BUFFER = 16;

    /**
     * Returns one run as a function of the choices; it returns what went wrong, or null. Stores are seen at once.
     *
     * @param mode the queue
     * @param buffers how many buffers the driver sends
     * @param driver makes the driver half
     * @param device makes the device half
     */
    public static Function<Choices, String> of(
            QueueMode mode, int buffers, DriverFactory driver, DeviceFactory device) {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        return choices -> diagnosed(mode, buffers, driver, device, run(mode, buffers, null, driver, device, choices));
    }

    /**
     * As the other method, with a store buffer for each side, so that missing barriers show. A store that is held back
     * stays so until a fence or until the choices let it go.
     *
     * @param order {@link StoreOrder#TSO} for what x86 allows, {@link StoreOrder#WEAK} for more: stores that overtake each
     *     other, and old values read again; there a release or an acquire that a half does not name fails the first run
     */
    public static Function<Choices, String> of(
            QueueMode mode, int buffers, StoreOrder order, DriverFactory driver, DeviceFactory device) {
        Objects.requireNonNull(order, "order");
        if (order == StoreOrder.WEAK) {
            // a missing release or acquire shows in few of the runs and in every trace
            String named = namedOrder(mode, buffers, driver, device);
            if (named != null) {
                return choices -> named;
            }
        }
        return choices -> diagnosed(mode, buffers, driver, device, run(mode, buffers, order, driver, device, choices));
    }

    /**
     * Adds to a failure the rule behind it, where it is one that can be seen from the order in which a half releases,
     * acquires and fences: the same work, one side after the other, under a {@link VirtqueueChecker}.
     */
    private static @Nullable String diagnosed(
            QueueMode mode, int buffers, DriverFactory driver, DeviceFactory device, @Nullable String failure) {
        if (failure == null) {
            return null;
        }
        RunResult plain = ScriptRunner.run(DriverScript.busy(mode, 1, 2 * buffers), driver, device);
        for (Violation violation : plain.violations()) {
            if (violation.verdict() == Verdict.MUST) {
                return violation.error() + "; so: " + failure;
            }
        }
        return failure;
    }

    /** The rule that a half breaks by storing without release, or by reading what it did not acquire; or null. */
    private static @Nullable String namedOrder(
            QueueMode mode, int buffers, DriverFactory driver, DeviceFactory device) {
        RunResult plain = ScriptRunner.run(DriverScript.busy(mode, 1, 2 * buffers), driver, device);
        return plain.violations().stream()
                .map(Violation::error)
                .filter(error -> error.detail().contains("without release")
                        || error.detail().contains("not acquired"))
                .map(RingError::toString)
                .findFirst()
                .orElse(null);
    }

    /** Returns a failure as a violation; its text begins with the rule. */
    static Violation violation(String failure, Side side) {
        String name = failure.split("[ :]")[0];
        Rule rule = Arrays.stream(Rule.values())
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElse(Rule.C3);
        return new Violation(side, new RingError(rule, "both sides at once", 0, failure), 1);
    }

    /**
     * With plain choices a store that is held back stays so: the search decides when it is let go. One choice at the
     * beginning says whether stores are seen at once or held back unless chosen otherwise.
     */
    private static Choices lingering(Choices choices) {
        boolean lazy = choices.choose("virtio.lazy", 2) == 1;
        return (point, alternatives) -> {
            int chosen = choices.choose(point, alternatives);
            boolean turned = point.equals("memory.drain") && chosen < 2 || lazy && point.equals("memory.store");
            return turned ? 1 - chosen : chosen;
        };
    }

    private static @Nullable String run(
            QueueMode mode,
            int buffers,
            @Nullable StoreOrder order,
            DriverFactory driverFactory,
            DeviceFactory deviceFactory,
            Choices choices) {
        FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        QueueLayout layout = mode.layout(RING);
        TwoSides sides = new TwoSides(choices);
        StoreBuffers stores = order == null ? null : new StoreBuffers(memory, order, STORE_BUFFER, lingering(choices));
        InterleavedMemory driverMemory =
                new InterleavedMemory(stores == null ? memory : stores.observer(), Side.DRIVER, sides);
        InterleavedMemory deviceMemory =
                new InterleavedMemory(stores == null ? memory : stores.observer(), Side.DEVICE, sides);
        // set-up is over before anything runs at once
        SwitchedMemory driverView = new SwitchedMemory(memory);
        SwitchedMemory deviceView = new SwitchedMemory(memory);
        DriverQueue driver = driverFactory.create(driverView, layout, mode.features());
        DeviceQueue device = deviceFactory.create(deviceView, layout, mode.features());
        driverView.target = driverMemory;
        deviceView.target = deviceMemory;
        int[] used = {0};
        String[] wrong = {null};
        String failure = sides.run(
                () -> drive(driver, driverView, schedule(sides, driverMemory), buffers, used, wrong),
                () -> serve(device, deviceView, schedule(sides, deviceMemory)));
        if (failure != null) {
            return failure;
        }
        if (wrong[0] != null) {
            return wrong[0];
        }
        if (driver.error() != null) {
            return "C3: the driver stopped at a correct ring: " + driver.error();
        }
        if (device.error() != null) {
            return "C3: the device stopped at a correct ring: " + device.error();
        }
        return used[0] == buffers
                ? null
                : "N15: both sides sleep, " + used[0] + " of " + buffers + " buffers came back\n"
                        + RingDump.of(memory, layout);
    }

    static void drive(
            DriverQueue driver, GuestMemory memory, Schedule schedule, int buffers, int[] used, String[] wrong) {
        BufferChain chain = new BufferChain();
        UsedBuffer result = new UsedBuffer();
        int sent = 0;
        int[] number = new int[65536];
        while (used[0] < buffers) {
            while (sent < buffers) {
                chain.clear();
                long at = BUFFERS + 16L * sent;
                memory.store32(at, sent + 1);
                chain.addReadable(at, 6); // no length that stands in the ring before is the used one
                chain.addWritable(at + 8, 7);
                int id = driver.add(chain);
                if (id < 0) {
                    break;
                }
                number[id] = sent++;
                driver.publish();
                if (driver.notificationNeeded()) {
                    schedule.wake(Side.DEVICE);
                }
            }
            driver.disableInterrupts();
            boolean room = false;
            while (driver.poll(result)) {
                room = true;
                long at = BUFFERS + 16L * number[result.id()];
                if (result.lengthBytes() != 4 || memory.load32(at + 8) != ~memory.load32(at)) {
                    wrong[0] = "U5: buffer " + number[result.id()] + " came back with " + result.lengthBytes()
                            + " bytes, " + Integer.toHexString(memory.load32(at + 8));
                    return;
                }
                used[0]++;
            }
            boolean moreToSend = room && sent < buffers;
            if (used[0] < buffers && !moreToSend && !driver.enableInterrupts()) {
                schedule.rest(Side.DRIVER);
            }
        }
        schedule.end();
    }

    static void serve(DeviceQueue device, GuestMemory memory, Schedule schedule) {
        BufferChain chain = new BufferChain();
        while (true) {
            schedule.rest(Side.DEVICE);
            do {
                device.disableNotifications();
                while (device.pop(chain)) {
                    memory.store32(chain.address(1), ~memory.load32(chain.address(0)));
                    device.complete(chain.token(), 4);
                    device.publish();
                    if (device.interruptNeeded()) {
                        schedule.wake(Side.DRIVER);
                    }
                }
            } while (device.enableNotifications());
        }
    }

    private static Schedule schedule(TwoSides sides, InterleavedMemory memory) {
        return new Schedule() {
            @Override
            public void wake(Side side) {
                memory.drain(); // a register write comes behind the stores before it
                sides.wake(side);
            }

            @Override
            public void rest(Side side) {
                sides.point(side); // a store may outlive the last load
                memory.drain(); // but a processor that sleeps has none left
                sides.sleep(side);
            }

            @Override
            public void end() {
                memory.drain();
            }
        };
    }

    /**
     * Goes through every interleaving there is: each state of both sides, of memory and of the stores under way is seen once.
     * A few buffers of a small queue have some thousands to some millions of states.
     *
     * @param mode the queue
     * @param buffers how many buffers the driver sends, usually 1 or 2
     * @param order what stores and loads may do, or null: stores are seen at once
     * @param driver makes the driver half; deterministic, and knowing memory by its argument only
     * @param device makes the device half, alike
     * @param mostStates where to stop if there are more
     */
    public static Exhaustion exhaust(
            QueueMode mode,
            int buffers,
            @Nullable StoreOrder order,
            DriverFactory driver,
            DeviceFactory device,
            int mostStates) {
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(device, "device");
        return new ExhaustiveSearch(mode, buffers, order, driver, device, mostStates).run();
    }

    private Interleaving() {}

    /**
     * What a search through all interleavings found.
     *
     * @param complete whether every state was seen; if not, the limit was reached or something failed
     * @param states how many different states of both sides, of memory and of the stores under way there are
     * @param steps how many steps lead from one of them to another
     * @param failure what went wrong, or null; it begins with a rule
     * @param way the steps that lead there, a line each; empty if nothing went wrong
     */
    public record Exhaustion(boolean complete, long states, long steps, @Nullable String failure, List<String> way) {
        /** Copies the list. */
        public Exhaustion {
            way = List.copyOf(way);
        }

        @Override
        public String toString() {
            String much = states + " states, " + steps + " steps";
            return failure != null
                    ? failure + "\n  " + String.join("\n  ", way) + "\n" + much
                    : (complete ? "exhausted: " : "not exhausted: ") + much;
        }
    }

    /**
     * Runs something again and again under different {@link Choices} until it fails: at random, or all ways that leave the
     * plain one at most a few times. A failing way is returned as the list of choices taken, which {@link #replay} repeats.
     */
    public static final class ChoiceSearch {
        /**
         * What a search found.
         *
         * @param runs how many runs were made
         * @param failure what went wrong in the last one, or null
         * @param choices the choices of that run
         */
        public record Outcome(int runs, @Nullable String failure, List<Integer> choices) {
            /** Returns whether a failure was found. */
            public boolean found() {
                return failure != null;
            }

            /**
             * Returns the choices in one line that {@link ChoiceSearch#parse} reads: a number, or number and count such as
             * {@code 0x17}.
             */
            public String replayLine() {
                StringBuilder out = new StringBuilder("choices:");
                for (int i = 0; i < choices.size(); ) {
                    int same = 1;
                    while (i + same < choices.size() && choices.get(i + same).equals(choices.get(i))) {
                        same++;
                    }
                    out.append(' ').append(choices.get(i)).append(same > 1 ? "x" + same : "");
                    i += same;
                }
                return out.toString();
            }
        }

        private static final class Recorder implements Choices {
            private final int[] prefix;
            private final @Nullable SplittableRandom random;
            private final int oneIn;
            private final List<Integer> taken = new ArrayList<>();
            private final List<Integer> alternatives = new ArrayList<>();

            Recorder(int[] prefix, @Nullable SplittableRandom random, int oneIn) {
                this.prefix = prefix;
                this.random = random;
                this.oneIn = oneIn;
            }

            @Override
            public int choose(String point, int count) {
                int at = taken.size();
                int choice = at < prefix.length
                        ? Math.min(prefix[at], count - 1)
                        : random != null && count > 1 && random.nextInt(oneIn) == 0 ? 1 + random.nextInt(count - 1) : 0;
                taken.add(choice);
                alternatives.add(count);
                return choice;
            }
        }

        /**
         * Tries random ways; each choice leaves the plain one with a probability between 1/2 and 1/16, another in each run.
         *
         * @param run returns what went wrong, or null
         * @param runs how many at most
         * @param seed of the randomness
         * @throws IllegalArgumentException if no run is asked for: that nothing fails would say nothing
         */
        public static Outcome random(Function<Choices, String> run, int runs, long seed) {
            Objects.requireNonNull(run, "run");
            atLeastOne(runs);
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 1; i <= runs; i++) {
                Recorder recorder = new Recorder(new int[0], random.split(), 2 << random.nextInt(4));
                String failure = run.apply(recorder);
                if (failure != null) {
                    return new Outcome(i, failure, List.copyOf(recorder.taken));
                }
            }
            return new Outcome(runs, null, List.of());
        }

        /**
         * Tries every way that leaves the plain one at most {@code deviations} times, fewest first.
         *
         * @param run returns what went wrong, or null
         * @param deviations how often at most, usually 1 to 3
         * @param runs how many runs at most
         * @throws IllegalArgumentException if no run is asked for
         */
        public static Outcome bounded(Function<Choices, String> run, int deviations, int runs) {
            Objects.requireNonNull(run, "run");
            atLeastOne(runs);
            List<int[]> frontier = new ArrayList<>();
            frontier.add(new int[0]);
            int made = 0;
            for (int level = 0; level <= deviations; level++) {
                List<int[]> next = new ArrayList<>();
                for (int[] prefix : frontier) {
                    if (made == runs) {
                        return new Outcome(made, null, List.of());
                    }
                    Recorder recorder = new Recorder(prefix, null, 1);
                    String failure = run.apply(recorder);
                    made++;
                    if (failure != null) {
                        return new Outcome(made, failure, List.copyOf(recorder.taken));
                    }
                    for (int at = prefix.length; level < deviations && at < recorder.taken.size(); at++) {
                        for (int c = 1; c < recorder.alternatives.get(at); c++) {
                            int[] longer = Arrays.copyOf(prefix, at + 1);
                            longer[at] = c;
                            next.add(longer);
                        }
                    }
                }
                frontier = next;
            }
            return new Outcome(made, null, List.of());
        }

        private static void atLeastOne(int runs) {
            if (runs < 1) {
                throw new IllegalArgumentException("runs must be at least 1, runs=" + runs);
            }
        }

        /**
         * Reads a line that {@link Outcome#replayLine} wrote; one without choices is the run in which all were plain.
         *
         * @throws IllegalArgumentException naming the word that is none
         */
        public static List<Integer> parse(String line) {
            Objects.requireNonNull(line, "line");
            List<Integer> choices = new ArrayList<>();
            String words = line.trim().replaceFirst("^choices:", "").trim();
            for (String word : words.isEmpty() ? new String[0] : words.split("\\s+")) {
                if (!word.matches("[0-9]{1,4}(x[1-9][0-9]{0,5})?")) {
                    throw new IllegalArgumentException("not a choice such as 1 or 0x17: \"" + word + "\"");
                }
                String[] parts = word.split("x");
                int times = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
                for (int i = 0; i < times; i++) {
                    choices.add(Integer.parseInt(parts[0]));
                }
            }
            return List.copyOf(choices);
        }

        /** Returns choices that repeat recorded ones, and are plain beyond their end. */
        public static Choices replay(List<Integer> choices) {
            Objects.requireNonNull(choices, "choices");
            return new Recorder(choices.stream().mapToInt(Integer::intValue).toArray(), null, 1);
        }

        private ChoiceSearch() {}
    }
}
