package io.torosim.guest.wire;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.virtio.device.FrameSink;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/**
 * A wire between the guest's host and the rest of the world. What happens to a frame is drawn from one random stream for
 * each direction and each kind of trouble ({@code link.in.loss}, {@code link.out.jitter} and so on), so that another
 * setting of one moves no draw of another. Confined to the simulation thread.
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
    private Filter filter = (direction, frame) -> true;

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

    private final class Lane {
        private final LinkSpec spec;
        private final long delayPs;
        private final long jitterPs;
        private final long reorderPs;
        private final Direction direction;
        private final SimRandom loss;
        private final SimRandom duplicate;
        private final SimRandom reorder;
        private final SimRandom jitter;
        private final EventHandler handler = (op, number) -> arrive(number);
        private final Long2ObjectOpenHashMap<byte[]> underWay = new Long2ObjectOpenHashMap<>();
        private FrameSink end = frame -> {};
        private long entered;
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
            boolean passes = filter.passes(direction, frame);
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
            underWay.put(entered, frame);
            machine.simulation().at(timePs, Machine.DEVICE_PRIORITY, handler, 0, entered++);
        }

        private void arrive(long number) {
            arrived++;
            end.frame(underWay.remove(number));
        }
    }
}
