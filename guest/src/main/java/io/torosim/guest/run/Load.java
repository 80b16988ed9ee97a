package io.torosim.guest.run;

import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.load.RequestPort;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What is asked of a guest, from the end of its settling on. */
public sealed interface Load {
    /** Requests of a recorded load that we make ourselves, at most: each is an object. */
    int MOST_REQUESTS = 10_000_000;

    /** Nothing. */
    record None() implements Load {}

    /**
     * As {@code ab} does: in bursts each of a number of clients sends its next request when the last is answered. The first
     * burst begins half of the quiet time after the load's beginning.
     *
     * @param period from the start of a burst to the start of the next
     * @param burst how long a burst lasts, positive, at most the period
     * @param requests requests in a burst, of all clients; 0: as many as fit
     * @param clients at least 1
     */
    record Bursts(Duration period, Duration burst, long requests, int clients) implements Load {
        /** Checks the ranges. */
        public Bursts {
            Objects.requireNonNull(burst, "burst");
            Objects.requireNonNull(period, "period");
            if (burst.isNegative() || burst.isZero() || burst.compareTo(period) > 0) {
                throw new IllegalArgumentException(
                        "burst must be in (0, period], burst=" + burst + ", period=" + period);
            }
            if (requests < 0 || clients < 1) {
                throw new IllegalArgumentException("requests must be at least 0 and clients at least 1, requests="
                        + requests + ", clients=" + clients);
            }
        }
    }

    /**
     * Requests at a mean rate, independent of each other and of the guest.
     *
     * @param perSecond mean rate, in [0.000001, 1,000,000]: one in 11.6 days to one a microsecond
     * @param requests how many; 0: as many as there are until the end
     */
    record Open(double perSecond, long requests) implements Load {
        /** Checks the ranges. */
        public Open {
            if (requests < 0) {
                throw new IllegalArgumentException("requests must be at least 0, requests=" + requests);
            }
            if (!(perSecond >= 1e-6 && perSecond <= 1e6)) {
                throw new IllegalArgumentException("perSecond must be in [0.000001, 1000000], perSecond=" + perSecond);
            }
        }
    }

    /**
     * Requests at recorded moments, whatever the guest does.
     *
     * @param offsets since the load's beginning, not negative, in order
     */
    record Recorded(List<Duration> offsets) implements Load {
        /** Copies the list and checks the order. */
        public Recorded {
            for (Duration offset : Objects.requireNonNull(offsets, "offsets")) {
                Objects.requireNonNull(offset, "an offset");
            }
            offsets = List.copyOf(offsets);
            Duration before = Duration.ZERO;
            for (Duration offset : offsets) {
                if (offset.compareTo(before) < 0) {
                    throw new IllegalArgumentException(
                            "offsets must not be negative and in order, " + offset + " comes after " + before);
                }
                before = offset;
            }
        }
    }

    /**
     * A request with each interrupt of the guest's timer, in the first of every so many: the guest finds it in its queue.
     *
     * @param busyTicks ticks of a period that bring a request, in [1, periodTicks]
     * @param periodTicks at least 1
     */
    record PerTick(int busyTicks, int periodTicks) implements Load {
        /** Checks the ranges. */
        public PerTick {
            if (busyTicks < 1 || busyTicks > periodTicks) {
                throw new IllegalArgumentException("busyTicks must be in [1, periodTicks], busyTicks=" + busyTicks
                        + ", periodTicks=" + periodTicks);
            }
        }
    }

    /** Nothing is asked. */
    static Load none() {
        return new None();
    }

    /** Bursts of one client, as many requests as fit. */
    static Load bursts(Duration period, Duration burst) {
        return new Bursts(period, burst, 0, 1);
    }

    /** Requests at a mean rate. */
    static Load open(double perSecond) {
        return new Open(perSecond, 0);
    }

    /**
     * A request each {@code 1 / perSecond}, the first after half of that, for {@code time}.
     *
     * @param perSecond in [1, 1,000,000]
     * @param time not negative; ten million requests at most
     */
    static Load evenly(int perSecond, Duration time) {
        Objects.requireNonNull(time, "time");
        if (perSecond < 1 || perSecond > 1_000_000) {
            throw new IllegalArgumentException("perSecond must be in [1, 1000000], perSecond=" + perSecond);
        }
        if (time.isNegative() || time.compareTo(Duration.ofSeconds(MOST_REQUESTS / perSecond)) > 0) {
            throw new IllegalArgumentException("time must not be negative and bring at most " + MOST_REQUESTS
                    + " requests, time=" + time + ", perSecond=" + perSecond);
        }
        List<Duration> offsets = new java.util.ArrayList<>();
        long gapNanos = 1_000_000_000L / perSecond;
        for (long at = gapNanos / 2; at < time.toNanos(); at += gapNanos) {
            offsets.add(Duration.ofNanos(at));
        }
        return new Recorded(offsets);
    }

    /** Requests at recorded moments. */
    static Load recorded(List<Duration> offsets) {
        return new Recorded(offsets);
    }

    /** A request with each tick of the timer. */
    static Load perTick() {
        return new PerTick(1, 1);
    }

    /**
     * Begins it now, on a machine of one's own; {@link GuestRun} does so after the settling. Work of each tick is nothing that clients send: it
     * begins with the guest's timer, in a {@link GuestRun} alone.
     *
     * @param machine the guest's
     * @param port the guest's, as {@link GuestKind#start} gives it
     */
    default void begin(Machine machine, RequestPort port) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(port, "port");
        if (this instanceof Bursts bursts) {
            new ClosedLoopLoad(
                    machine,
                    port,
                    Picos.of(bursts.period()),
                    Picos.of(bursts.burst()),
                    bursts.requests(),
                    bursts.clients());
        } else if (this instanceof Recorded recorded) {
            new RecordedLoad(machine, port, recorded.offsets());
        } else if (this instanceof Open open) {
            new OpenLoad(machine, port, StrictMath.round(Picos.PER_SECOND / open.perSecond()), open.requests());
        }
    }
}
