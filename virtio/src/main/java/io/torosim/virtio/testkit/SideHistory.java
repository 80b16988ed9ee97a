package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.GuestFault;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.testkit.Violation.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one side's program does next, as a function of the values that it has read so far. A program knows nothing else of the
 * world, so two runs with the same values are in the same state, and a side can be taken to any state by running it alone on
 * recorded values.
 *
 * <p>{@link ExhaustiveSearch} keeps one for each side; what a side did is a {@link SideStep}.
 */
final class SideHistory {
    /** A side's program: it gets memory and how to wake, sleep and end. */
    interface Program {
        void run(GuestMemory memory, Schedule schedule);
    }

    /** Makes a fresh program, with both halves of a queue set up. */
    interface Fresh {
        Program create();
    }

    /** A moment in a side's life: the values read up to there, and what comes next. */
    static final class Moment {
        final int number;
        private final @Nullable Moment before;
        private final long read;
        private final int depth;
        final SideStep next;
        private final Map<Long, Moment> after = new TreeMap<>();

        Moment(int number, @Nullable Moment before, long read, SideStep next) {
            this.number = number;
            this.before = before;
            this.read = read;
            this.depth = before == null ? 0 : before.depth + 1;
            this.next = next;
        }
    }

    private static final class Pause extends Error {
        private static final long serialVersionUID = 1L;

        Pause() {
            super("pause", null, false, false);
        }
    }

    private static final int MOST_STEPS = 2000;

    private final Fresh fresh;
    private final long sizeBytes;
    private int moments;

    SideHistory(Fresh fresh, long sizeBytes) {
        this.fresh = fresh;
        this.sizeBytes = sizeBytes;
    }

    Moment first() {
        return new Moment(moments++, null, 0, stepAfter(new long[0]));
    }

    /** Returns the moment after the next step, which has read this value (0 if it reads nothing). */
    Moment after(Moment moment, long read) {
        Moment known = moment.after.get(read);
        if (known != null) {
            return known;
        }
        long[] values = new long[moment.depth + 1];
        values[moment.depth] = read;
        Moment at = moment;
        for (int i = moment.depth - 1; i >= 0; i--) {
            values[i] = at.read;
            at = Objects.requireNonNull(at.before, "one before for each step");
        }
        Moment made = new Moment(
                moments++,
                moment,
                read,
                values.length > MOST_STEPS
                        ? SideStep.failed("C3: no end after " + MOST_STEPS + " steps of one side")
                        : stepAfter(values));
        moment.after.put(read, made);
        return made;
    }

    int moments() {
        return moments;
    }

    private SideStep stepAfter(long[] values) {
        Recorded memory = new Recorded(values, sizeBytes);
        try {
            fresh.create().run(memory, memory);
            return SideStep.of(SideStep.Kind.END);
        } catch (Pause e) {
            return Objects.requireNonNull(memory.next, "the step at which it paused");
        } catch (WrongData e) {
            return SideStep.failed(String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            return SideStep.failed("C3: exception out of a half: " + Thrown.line(e));
        }
    }

    /** Thrown by a program that has seen something wrong. */
    static final class WrongData extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongData(String message) {
            super(message);
        }
    }

    /** Memory that gives recorded values and stops the program at the step behind them. */
    private static final class Recorded implements GuestMemory, Schedule {
        private final long[] values;
        private final long sizeBytes;
        private int done;
        private @Nullable SideStep next;

        Recorded(long[] values, long sizeBytes) {
            this.values = values;
            this.sizeBytes = sizeBytes;
        }

        private long step(SideStep step) {
            if (step.bytes() > 0 && (step.address() < 0 || step.address() > sizeBytes - step.bytes())) {
                throw new GuestFault("outside RAM", step.address(), step.bytes(), GuestFault.Direction.LOAD);
            }
            if (done == values.length) {
                next = step;
                throw new Pause();
            }
            return values[done++];
        }

        private long load(long address, int bytes) {
            return step(new SideStep(SideStep.Kind.LOAD, address, bytes, 0, null));
        }

        private void store(long address, int bytes, long value) {
            long kept = bytes == 8 ? value : value & (1L << 8 * bytes) - 1;
            step(new SideStep(SideStep.Kind.STORE, address, bytes, kept, null));
        }

        @Override
        public void wake(Side side) {
            step(SideStep.of(SideStep.Kind.WAKE));
        }

        @Override
        public void rest(Side side) {
            step(SideStep.of(SideStep.Kind.FENCE));
            step(SideStep.of(SideStep.Kind.SLEEP));
        }

        @Override
        public void end() {
            step(SideStep.of(SideStep.Kind.FENCE));
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public int load8(long address) {
            return (int) load(address, 1);
        }

        @Override
        public int load16(long address) {
            return (int) load(address, 2);
        }

        @Override
        public int load32(long address) {
            return (int) load(address, 4);
        }

        @Override
        public long load64(long address) {
            return load(address, 8);
        }

        @Override
        public int loadAcquire16(long address) {
            return (int) step(new SideStep(SideStep.Kind.LOAD_ACQUIRE, address, 2, 0, null));
        }

        @Override
        public void store8(long address, int value) {
            store(address, 1, value);
        }

        @Override
        public void store16(long address, int value) {
            store(address, 2, value);
        }

        @Override
        public void store32(long address, int value) {
            store(address, 4, value);
        }

        @Override
        public void store64(long address, long value) {
            store(address, 8, value);
        }

        @Override
        public void storeRelease16(long address, int value) {
            step(new SideStep(SideStep.Kind.STORE_RELEASE, address, 2, value & 0xffff, null));
        }

        @Override
        public void fullFence() {
            step(SideStep.of(SideStep.Kind.FENCE));
        }

        @Override
        public void copyOut(long address, byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
                target[offset + i] = (byte) load8(address + i);
            }
        }

        @Override
        public void copyIn(long address, byte[] source, int offset, int length) {
            for (int i = 0; i < length; i++) {
                store8(address + i, source[offset + i]);
            }
        }

        @Override
        public void fill(long address, long length, int value) {
            for (int i = 0; i < length; i++) {
                store8(address + i, value);
            }
        }
    }

    /** Returns the steps that a moment's side has taken, for a trace. */
    static List<SideStep> path(Moment moment) {
        List<SideStep> path = new ArrayList<>();
        for (Moment at = moment; at != null; at = at.before) {
            path.add(0, at.next);
        }
        return path;
    }
}
