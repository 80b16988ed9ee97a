package io.torosim.core.trace;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Hands trace events to the run's digest and to any number of sinks. The digest is always kept, so it is the same whether
 * or not anybody listens.
 *
 * <p>A {@link io.torosim.core.machine.Machine Machine} emits on one. Sinks are {@link TraceSink}s: {@link TraceFile} writes files, {@link TraceRecorder}
 * keeps events in memory, {@link io.torosim.core.power.PowerMeter PowerMeter} sums energy.
 */
public final class TraceBus {
    private final TraceDigest digest = new TraceDigest();
    private static final TraceKind[] KINDS = TraceKind.values();
    private static final TraceSink[] NOBODY = {};

    private long reachedPs;
    private final TraceSink[][] sinks = new TraceSink[KINDS.length][];

    /** Creates a bus with the digest alone. */
    public TraceBus() {
        Arrays.fill(sinks, NOBODY);
    }

    /** Adds a listener; it hears of events from now on. */
    public void addSink(TraceSink sink) {
        Objects.requireNonNull(sink, "sink");
        addSink(sink, KINDS);
    }

    /** Adds a listener that hears of events of certain kinds from now on; others cost it nothing. */
    public void addSink(TraceSink sink, TraceKind... kinds) {
        Objects.requireNonNull(sink, "sink");
        Objects.requireNonNull(kinds, "kinds");
        for (TraceKind kind : kinds) {
            TraceSink[] before = sinks[kind.ordinal()];
            TraceSink[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = sink;
            sinks[kind.ordinal()] = after;
        }
    }

    /**
     * Says how far simulated time has come, for traces that end there: {@code Machine.runUntil} does, a model of one's own may. No event; the
     * digest does not change.
     */
    public void reached(long timePs) {
        reachedPs = Math.max(reachedPs, timePs);
    }

    /** Returns how far simulated time is known to have come. */
    long reachedPs() {
        return reachedPs;
    }

    /** Says that something happened. */
    public void emit(long timePs, int vcpu, TraceKind kind, long a, long b) {
        digest.onTrace(timePs, vcpu, kind, a, b);
        for (TraceSink sink : sinks[kind.ordinal()]) {
            sink.onTrace(timePs, vcpu, kind, a, b);
        }
    }

    /** Returns the digest of all events so far. */
    public TraceDigest digest() {
        return digest;
    }

    /**
     * A 64-bit running digest of trace events: equal runs have equal digests, on every JDK. The fields of an event, each times an
     * odd number of its own, are added and folded in by multiply and xor-shift (the finalizer of MurmurHash3); it is a check sum,
     * not a cryptographic hash.
     */
    public static final class TraceDigest implements TraceSink {
        private static final long[] KIND_SALT = kindSalts();

        // odd, with bits all over: multiples of the golden ratio and constants of MurmurHash3 and xxHash
        private static final long TIME_FACTOR = 0x9e3779b97f4a7c15L;
        private static final long PLACE_FACTOR = 0xc2b2ae3d27d4eb4fL;
        private static final long A_FACTOR = 0x165667b19e3779f9L;
        private static final long B_FACTOR = 0x87c37b91114253d5L;

        private long value = 0x746f726f73696dL;
        private long count;

        /** Creates the digest of no events. */
        public TraceDigest() {}

        @Override
        public void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b) {
            // the products do not wait for each other, only the fold waits for the digest before
            long event = timePs * TIME_FACTOR
                    + (KIND_SALT[kind.ordinal()] ^ vcpu) * PLACE_FACTOR
                    + a * A_FACTOR
                    + Long.rotateLeft(b, 32) * B_FACTOR;
            value = fold(value ^ event ^ event >>> 32);
            count++;
        }

        /** Returns the digest. */
        public long value() {
            return value;
        }

        /** Returns how many events it covers. */
        public long count() {
            return count;
        }

        /** Returns the digest as 16 hexadecimal digits. */
        public String hex() {
            return hex(value);
        }

        /** Returns {@code digest} as 16 hexadecimal digits. */
        public static String hex(long digest) {
            String digits = Long.toHexString(digest);
            return "0".repeat(16 - digits.length()) + digits;
        }

        /** Folds another 64-bit value into a digest, as for a digest of digests. */
        public static long combine(long digest, long other) {
            return fold(fold(digest) ^ other);
        }

        private static long fold(long x) {
            long h = x;
            h ^= h >>> 33;
            h *= 0xff51afd7ed558ccdL;
            h ^= h >>> 33;
            h *= 0xc4ceb9fe1a85ec53L;
            h ^= h >>> 33;
            return h + 0x9e3779b97f4a7c15L;
        }

        private static long[] kindSalts() {
            TraceKind[] kinds = TraceKind.values();
            long[] salts = new long[kinds.length];
            for (TraceKind kind : kinds) {
                salts[kind.ordinal()] = Hashing.sipHash24()
                        .hashString(kind.name(), StandardCharsets.UTF_8)
                        .asLong();
            }
            return salts;
        }
    }

    /** Receives every trace event of a machine, in the order in which they happen. It must not change the simulation. */
    @FunctionalInterface
    public interface TraceSink {
        /**
         * Called for each event.
         *
         * @param timePs when it happened
         * @param vcpu the vCPU it happened on, or -1 for the machine
         * @param kind what happened
         * @param a first operand, see {@link TraceKind}
         * @param b second operand
         */
        void onTrace(long timePs, int vcpu, TraceKind kind, long a, long b);
    }

    /** What a trace event says. The digest covers the name, so the order of the constants is free. */
    public enum TraceKind {
        /** A vCPU changed what it does; a = the new {@code VcpuState} ordinal. */
        VCPU_STATE,
        /** A vCPU took an interrupt; a = vector. */
        INTERRUPT,
        /** A vCPU sent an inter-processor interrupt; a = target vCPU, b = vector. */
        IPI_SENT,
        /** A device raised an interrupt; a = vector. */
        DEVICE_IRQ,
        /** The scheduler gave the vCPU to another thread; a = thread id, b = the one before. */
        THREAD_SWITCH,
        /** A thread changed its state; a = thread id, b = state value. */
        THREAD_STATE,
        /** A thread began; a = thread id. */
        THREAD_START,
        /** A thread ended; a = thread id. */
        THREAD_EXIT,
        /** A remote-create message was handed over; a = sender vCPU, b = receiver vCPU. */
        MESSAGE,
        /** A kernel stopped for good; a = reason code. */
        PANIC,
        /** A frame reached the guest; a = connection, b = packet kind. */
        PACKET_IN,
        /** A frame left the guest; a = connection, b = packet kind. */
        PACKET_OUT,
        /** A request was answered; a = connection, b = latency in ps. */
        REQUEST_DONE,
        /** A boot phase began; a = phase number. */
        BOOT_PHASE,
        /** A sample was taken; a = sample number, b = the value in hundredths. */
        SAMPLE,
        /** The host changed the clock of a vCPU's core; a = thousandths of the highest. */
        HOST_CLOCK,
        /** The host chose the sleep state of a halted vCPU's core; a = {@code SleepState} ordinal, b = time to leave it in ps. */
        HOST_SLEEP,
        /** Something a user's own code says; a and b are its own. */
        USER
    }
}
