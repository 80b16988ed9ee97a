package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.StoreBuffers.StoreOrder;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DeviceQueue.DeviceFactory;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.DriverFactory;
import io.torosim.virtio.queue.QueueLayout;
import io.torosim.virtio.testkit.Interleaving.Exhaustion;
import io.torosim.virtio.testkit.SearchState.Move;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Depth-first search through all interleavings of two sides, every state once.
 *
 * <p>A state is what each side has read so far (which decides all that it will do, see {@link SideHistory}), memory, and the
 * stores and old values under way. Steps that commute with all that the other side can do are taken at once and alone: a store
 * into one's own store buffer, a load from what only this side stores, the appearance of a store that only this side loads. A
 * store appears, and an old value is forgotten, no sooner than that can be told: when somebody is about to load it. What is touched by which side is found out by searching: a search that meets an access it did not reckon with is followed by another
 * that does, until none is met, so the last one rests on nothing but what it has seen.
 */
final class ExhaustiveSearch {
    private static final long ORDER = 77;

    private final SideHistory[] histories = new SideHistory[2];
    private final @Nullable StoreOrder order;
    private final int mostStates;
    private final byte[] image;
    private final BitSet[] loaded = {new BitSet(), new BitSet()}; // by side: bytes, as reckoned with
    private final BitSet[] stored = {new BitSet(), new BitSet()};
    private boolean surprised;
    private long steps;

    private record Frame(SearchState state, List<Move> moves, int[] next) {}

    /** For tests: two programs of any kind, a step of each at its end. */
    ExhaustiveSearch(SideHistory.Fresh driver, SideHistory.Fresh device, @Nullable StoreOrder order, int mostStates) {
        this.order = order;
        this.mostStates = mostStates;
        image = new byte[Interleaving.MEMORY_BYTES];
        histories[0] = new SideHistory(driver, image.length);
        histories[1] = new SideHistory(device, image.length);
    }

    ExhaustiveSearch(
            QueueMode mode,
            int buffers,
            @Nullable StoreOrder order,
            DriverFactory driverFactory,
            DeviceFactory deviceFactory,
            int mostStates) {
        this.order = order;
        this.mostStates = mostStates;
        QueueLayout layout = mode.layout(Interleaving.RING);
        FlatMemory start = new FlatMemory(Interleaving.MEMORY_BYTES);
        driverFactory.create(start, layout, mode.features());
        deviceFactory.create(start, layout, mode.features());
        image = start.snapshot();
        for (Side side : Side.values()) {
            histories[side.ordinal()] = new SideHistory(
                    () -> {
                        FlatMemory memory = new FlatMemory(Interleaving.MEMORY_BYTES);
                        SwitchedMemory driverView = new SwitchedMemory(memory);
                        SwitchedMemory deviceView = new SwitchedMemory(memory);
                        DriverQueue driver = driverFactory.create(driverView, layout, mode.features());
                        DeviceQueue device = deviceFactory.create(deviceView, layout, mode.features());
                        return (target, schedule) -> {
                            if (side == Side.DRIVER) {
                                driverView.target = target;
                                drive(driver, driverView, schedule, buffers);
                            } else {
                                deviceView.target = target;
                                Interleaving.serve(device, deviceView, schedule);
                            }
                        };
                    },
                    Interleaving.MEMORY_BYTES);
        }
    }

    private static void drive(DriverQueue driver, GuestMemory memory, Schedule schedule, int buffers) {
        int[] used = {0};
        String[] wrong = {null};
        Interleaving.drive(driver, memory, schedule, buffers, used, wrong);
        if (wrong[0] != null) {
            throw new SideHistory.WrongData(wrong[0]);
        }
    }

    Exhaustion run() {
        Exhaustion result;
        do {
            surprised = false;
            steps = 0;
            result = search();
        } while (surprised && result.failure() == null && result.states() < mostStates);
        return result;
    }

    private Exhaustion search() {
        StateSet seen = new StateSet();
        List<Frame> stack = new ArrayList<>();
        SearchState first = new SearchState(histories, image, order);
        push(stack, seen, first);
        while (!stack.isEmpty()) {
            Frame frame = stack.get(stack.size() - 1);
            String failure = frame.state.failure(frame.moves);
            if (failure != null) {
                return new Exhaustion(false, seen.size(), steps, failure, way(stack));
            }
            if (frame.next[0] == frame.moves.size()) {
                stack.remove(stack.size() - 1);
                continue;
            }
            if (seen.size() >= mostStates) {
                return new Exhaustion(false, seen.size(), steps, null, List.of());
            }
            SearchState after = frame.state.after(frame.moves.get(frame.next[0]++));
            steps++;
            push(stack, seen, after);
        }
        return new Exhaustion(true, seen.size(), steps, null, List.of());
    }

    private void push(List<Frame> stack, StateSet seen, SearchState state) {
        settle(state);
        if (seen.add(state)) {
            List<Move> moves = state.moves();
            shuffle(moves, state.hash(ORDER)); // whatever is wrong is met sooner so
            stack.add(new Frame(state, moves, new int[1]));
        }
    }

    private static void shuffle(List<Move> moves, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = moves.size() - 1; i > 0; i--) {
            Collections.swap(moves, i, random.nextInt(i + 1));
        }
    }

    /** Takes every step that commutes with all others. */
    private void settle(SearchState state) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int side = 0; side < 2; side++) {
                SideStep next = state.next(side);
                note(side, next);
                if (alone(state, side, next)) {
                    state.step(side);
                    moved = true;
                }
                moved |= state.publishPrivate(side, loaded[1 - side], stored[1 - side]);
            }
        }
    }

    private void note(int side, SideStep step) {
        BitSet set = step.load() ? loaded[side] : step.store() ? stored[side] : null;
        for (int i = 0; set != null && i < step.bytes(); i++) {
            if (!set.get((int) step.address() + i)) {
                set.set((int) step.address() + i);
                surprised = true;
            }
        }
    }

    private boolean alone(SearchState state, int side, SideStep step) {
        return switch (step.kind()) {
            case STORE, STORE_RELEASE -> state.buffers(side);
            case WAKE -> !state.woken(1 - side);
            case FENCE -> state.nothingUnderWay(side);
            case LOAD, LOAD_ACQUIRE -> {
                int from = (int) step.address();
                int shared = stored[1 - side].nextSetBit(from);
                boolean acquires = step.kind() == SideStep.Kind.LOAD_ACQUIRE && !state.nothingOld(side);
                yield !acquires && (shared < 0 || shared >= from + step.bytes());
            }
            default -> false;
        };
    }

    private static List<String> way(List<Frame> stack) {
        List<String> way = new ArrayList<>();
        for (Frame frame : stack.subList(0, stack.size() - 1)) {
            way.add(frame.state.describe(frame.moves.get(frame.next[0] - 1)));
        }
        return way;
    }
}
