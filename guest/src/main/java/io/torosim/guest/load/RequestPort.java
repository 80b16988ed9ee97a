package io.torosim.guest.load;

import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where requests go into a guest, and where it is known when they are answered: clients of its network, or a queue. */
public interface RequestPort {
    /** Begins a request now. */
    void request();

    /** Sets who is told of each request that is answered. */
    void onAnswer(Runnable listener);

    /** Returns how long a client waits after an answer before its next request, in picoseconds; drawn anew at each call. */
    long turnPs();

    /** Returns how many requests have begun. */
    long startedCount();

    /** Returns how many have been answered. */
    long doneCount();

    /** Returns how many have come to nothing, by reason, in the order of the reasons' letters; empty where requests wait for ever. */
    default Map<String, Long> failures() {
        return Collections.emptyMap();
    }

    /** Returns the stretches of traffic so far, each {start, end} in picoseconds, in order. */
    List<long[]> traffic();

    /** Returns the most bytes of its kernel's memory that the guest has had in use so far; empty if it has no such memory. */
    default OptionalLong heapHighWaterBytes() {
        return OptionalLong.empty();
    }

    /** Returns the bytes of answers that the clients have received so far; empty where requests have no bytes. */
    default OptionalLong bytesReceived() {
        return OptionalLong.empty();
    }

    /** Returns the bytes of frames that the driver of the guest's card has copied so far; empty where nobody counts them. */
    default OptionalLong bytesCopied() {
        return OptionalLong.empty();
    }

    /** Returns how many connections the guest has now; empty for a guest without any. */
    default OptionalInt connections() {
        return OptionalInt.empty();
    }

    /** Returns whether all is done that the guest was started for; false where more can always be asked. */
    default boolean isOver() {
        return false;
    }

    /**
     * Requests without a network: each is so much work of the guest, in the queue of one vCPU that the guest's own code looks into.
     * What comes in is announced to that vCPU's polling loop, and may be told by an interrupt. First in, first out.
     */
    final class WorkQueue implements RequestPort {
        private final Machine machine;
        private final int vcpu;
        private final int vector;
        private final long workPs;
        private final long thinkPs;
        private final SimRandom random;
        private final ArrayDeque<Long> waiting = new ArrayDeque<>();
        private final ArrayDeque<Long> taken = new ArrayDeque<>();
        private final TrafficLog traffic = new TrafficLog();
        private Runnable onAnswer = () -> {};
        private long started;
        private long done;

        /**
         * Creates one.
         *
         * @param vcpu whose
         * @param vector interrupt that tells of a request; -1 for none
         * @param workPs what a request takes on this machine, at least 0
         */
        public WorkQueue(Machine machine, int vcpu, int vector, long workPs) {
            Objects.requireNonNull(machine, "machine");
            if (workPs < 0) {
                throw new IllegalArgumentException("workPs must be at least 0, workPs=" + workPs);
            }
            this.machine = machine;
            this.vcpu = vcpu;
            this.vector = vector;
            this.workPs = workPs;
            this.thinkPs = machine.spec().costs().ps("load.client_think");
            this.random = machine.randoms().stream("work-queue");
        }

        /** Returns whether no request waits. */
        public boolean isEmpty() {
            return waiting.isEmpty();
        }

        /** Takes the oldest request, which must be there; returns the work that it is, in picoseconds. Called from a step of the guest. */
        public long take() {
            if (waiting.isEmpty()) {
                throw new IllegalStateException("take() needs a request that waits: ask isEmpty() first");
            }
            taken.add(waiting.remove());
            machine.vcpu(vcpu).changed();
            return workPs;
        }

        /** The guest has done the work of the request that it took first. Called from a step of the guest. */
        public void answer() {
            if (taken.isEmpty()) {
                throw new IllegalStateException("answer() needs a request that was taken: take() comes first");
            }
            long nowPs = machine.vcpu(vcpu).nowPs();
            long latencyPs = nowPs - taken.remove();
            done++;
            traffic.note(nowPs);
            machine.trace().emit(nowPs, -1, TraceKind.REQUEST_DONE, done, latencyPs);
            onAnswer.run();
        }

        @Override
        public void request() {
            long nowPs = machine.simulation().nowPs();
            machine.vcpu(vcpu).beforeChange();
            waiting.add(nowPs);
            started++;
            traffic.note(nowPs);
            if (vector >= 0) {
                machine.trace().emit(nowPs, -1, TraceKind.DEVICE_IRQ, vector, 0);
                machine.vcpu(vcpu).raise(vector);
            }
        }

        @Override
        public void onAnswer(Runnable listener) {
            onAnswer = Objects.requireNonNull(listener, "listener");
        }

        /** The client's whole think time, give or take 20 %. */
        @Override
        public long turnPs() {
            return Math.max(Picos.PER_NANO, thinkPs * 4 / 5 + random.nextLong(thinkPs * 2 / 5 + 1));
        }

        @Override
        public long startedCount() {
            return started;
        }

        @Override
        public long doneCount() {
            return done;
        }

        @Override
        public List<long[]> traffic() {
            return traffic.stretches();
        }

        /** When there was traffic: what follows within 20 ms belongs to one stretch. */
        public static final class TrafficLog {
            private static final long GAP_PS = 20 * Picos.PER_MILLI;

            private final List<long[]> stretches = new ArrayList<>();

            /** Creates a log of no traffic. */
            public TrafficLog() {}

            /** There is traffic now; moments come in order. */
            public void note(long nowPs) {
                if (!stretches.isEmpty()) {
                    long[] last = stretches.get(stretches.size() - 1);
                    if (nowPs - last[1] <= GAP_PS) {
                        last[1] = nowPs;
                        return;
                    }
                }
                stretches.add(new long[] {nowPs, nowPs});
            }

            /** Returns the stretches so far, each {start, end} in picoseconds, in order. */
            public List<long[]> stretches() {
                return Collections.unmodifiableList(stretches);
            }
        }
    }
}
