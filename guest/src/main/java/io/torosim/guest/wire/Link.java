package io.torosim.guest.wire;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.virtio.device.NetDevice.FrameSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A wire between the guest's host and the rest of the world. What happens to a frame is drawn from one random stream for
 * each direction and each kind of trouble ({@code link.in.loss}, {@code link.out.jitter} and so on), so that another
 * setting of one moves no draw of another. Confined to the simulation thread.
 *
 * <p>{@link LinkSpec} says what trouble there is; at one end is the guest's card ({@link io.torosim.guest.nic.GuestNic GuestNic}), at the other a
 * {@link io.torosim.guest.remote.RemoteHost RemoteHost}. {@link WireCapture} writes down what enters, {@link FramePool} lends the frames.
 */
public final class Link {
    /** Which way a frame goes. */
    public enum Direction {
        /** To the guest. */
        IN,
        /** From the guest. */
        OUT;

        private String stream(String what) {
            return "link." + (this == IN ? "in." : "out.") + what;
        }
    }

    /** Sees frames that enter a direction of the wire, and says which of them are lost besides the random ones. */
    @FunctionalInterface
    public interface Filter {
        /** Returns whether the frame goes on. */
        boolean passes(Direction direction, byte[] frame);
    }

    private final Machine machine;
    private final Lane in;
    private final Lane out;
    private final FramePool pool = new FramePool();
    /** Null until somebody looks at frames: what it has seen is its own, so that no array is used again. */
    private @Nullable Filter filter;

    /** Lays a wire. */
    public Link(Machine machine, LinkSpec spec) {
        this.machine = machine;
        this.in = new Lane(spec, Direction.IN);
        this.out = new Lane(spec, Direction.OUT);
    }

    /** Connects the guest's end: frames to the guest go there. */
    public void connectGuest(FrameSink guest) {
        in.end = guest;
    }

    /** Connects the far end: frames of the guest go there. */
    public void connectFarEnd(FrameSink farEnd) {
        out.end = farEnd;
    }

    /** Sets what is lost besides: for tests that lose one certain frame, and for taps. */
    public void filter(Filter newFilter) {
        filter = newFilter;
    }

    /**
     * Writes frames that enter the wire from now on as pcapng, lost ones included. Results stay what they are; takes the place of a
     * {@linkplain #filter filter}.
     *
     * @param name of the interface, shown by Wireshark
     * @param out closed by the caller, after which no frame may enter the wire
     * @throws IOException if it cannot be written; while the machine runs a {@link java.io.UncheckedIOException}
     */
    public void capture(String name, OutputStream out) throws IOException {
        filter = new WireCapture(machine, name, out);
    }

    /**
     * Returns an array for a frame that is about to be put on the wire, with anything in it. Its receiver may {@linkplain #giveBack give it
     * back}.
     */
    public byte[] frame(int bytes) {
        return filter == null ? pool.take(bytes) : new byte[bytes];
    }

    /** The receiver of a frame does not look at it any more; no effect on an array that {@link #frame} has not made. */
    public void giveBack(byte[] frame) {
        if (filter == null) {
            pool.give(frame);
        }
    }

    /** The guest's host puts a frame on the wire. */
    public void fromGuest(byte[] frame) {
        out.enter(frame);
    }

    /** The far end puts a frame on the wire. */
    public void toGuest(byte[] frame) {
        in.enter(frame);
    }

    /** Returns how many frames of a direction were lost. */
    public long lost(Direction direction) {
        return direction == Direction.IN ? in.lost : out.lost;
    }

    /** Returns how many frames of a direction arrived, duplicates included. */
    public long arrived(Direction direction) {
        return direction == Direction.IN ? in.arrived : out.arrived;
    }

    private final class Lane implements EventHandler {
        private final LinkSpec spec;
        private final long delayPs;
        private final long jitterPs;
        private final long reorderPs;
        private final Direction direction;
        private final SimRandom loss;
        private final SimRandom duplicate;
        private final SimRandom reorder;
        private final SimRandom jitter;
        private byte[][] underWay = new byte[8][];
        /** Free places of {@link #underWay}, as many as are not under way. */
        private int[] free = {7, 6, 5, 4, 3, 2, 1, 0};

        private int freeCount = 8;
        private FrameSink end = frame -> {};
        private long lastArrivalPs;
        private long lost;
        private long arrived;

        Lane(LinkSpec spec, Direction direction) {
            this.spec = spec;
            this.delayPs = Picos.of(spec.delay());
            this.jitterPs = Picos.of(spec.jitter());
            this.reorderPs = Picos.of(spec.reorderDelay());
            this.direction = direction;
            this.loss = machine.randoms().stream(direction.stream("loss"));
            this.duplicate = machine.randoms().stream(direction.stream("duplicate"));
            this.reorder = machine.randoms().stream(direction.stream("reorder"));
            this.jitter = machine.randoms().stream(direction.stream("jitter"));
        }

        void enter(byte[] frame) {
            boolean passes = filter == null || filter.passes(direction, frame);
            if (hits(loss, spec.lossPerMillion()) || !passes) {
                lost++;
                return;
            }
            boolean twice = hits(duplicate, spec.duplicatePerMillion());
            boolean late = hits(reorder, spec.reorderPerMillion());
            long underWayPs = delayPs + (jitterPs == 0 ? 0 : jitter.nextLong(jitterPs + 1));
            long arrivalPs = machine.simulation().nowPs() + underWayPs;
            if (late) {
                arrivalPs += reorderPs;
            } else {
                arrivalPs = Math.max(arrivalPs, lastArrivalPs); // jitter alone does not let one overtake another
                lastArrivalPs = arrivalPs;
            }
            schedule(frame, arrivalPs);
            if (twice) {
                schedule(frame.clone(), arrivalPs);
            }
        }

        private boolean hits(SimRandom random, int perMillion) {
            return perMillion > 0 && random.nextInt(1_000_000) < perMillion;
        }

        private void schedule(byte[] frame, long timePs) {
            if (freeCount == 0) {
                grow();
            }
            int place = free[--freeCount];
            underWay[place] = frame;
            machine.simulation().at(timePs, Machine.DEVICE_PRIORITY, this, 0, place);
        }

        private void grow() {
            int count = underWay.length;
            underWay = Arrays.copyOf(underWay, 2 * count);
            free = new int[2 * count];
            for (int i = 0; i < count; i++) {
                free[freeCount++] = 2 * count - 1 - i;
            }
        }

        /** A frame arrives. */
        @Override
        public void onEvent(int op, long place) {
            byte[] frame = underWay[(int) place];
            underWay[(int) place] = null;
            free[freeCount++] = (int) place;
            arrived++;
            end.frame(frame);
        }
    }
}
