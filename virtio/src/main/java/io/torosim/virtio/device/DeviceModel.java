package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What one type of device adds to {@link VirtioDevice}. Confined to the simulation thread. */
public interface DeviceModel {
    /** Returns the virtio device id: 1 net, 2 blk, 3 console, 4 entropy (virtio 1.2 section 5). */
    int deviceId();

    /** Returns the device-type features offered (bits 0 to 23, and 50 on). */
    long features();

    /** This is now the model of a device that behaves so; called once, before anything else. */
    default void attach(DeviceProfile profile) {}

    /** Returns the features offered where a profile chooses among them; by default all of {@link #features()}. */
    default long features(DeviceProfile profile) {
        return features();
    }

    /** Returns those device-type features that only the legacy interface has. */
    default long legacyFeatures() {
        return 0;
    }

    /** Returns what becomes of the features where a device has the legacy interface only. */
    default long legacyOnly(long features) {
        return features;
    }

    /** Returns whether a device that leaves section 3.1.1 serves before DRIVER_OK; some look at the status themselves. */
    default boolean servesEarly() {
        return false;
    }

    /** Returns the bytes of the configuration space. */
    default int configBytes() {
        return 0;
    }

    /** The configuration space is about to be read. */
    default void configAccess() {}

    /** Returns whether a set of features has every prerequisite (section 2.2.1). */
    default boolean acceptable(long features) {
        return true;
    }

    /** Returns the number of queues, in [1, 1024]. */
    int queueCount();

    /** Returns one byte of the configuration space, 0 beyond its end. */
    int configByte(int offset);

    /** Takes one byte written to the configuration space; most fields are read-only and ignore it. */
    default void configByte(int offset, int value) {}

    /** A modern driver has set FEATURES_OK with these features, and the device agrees. */
    default void featuresAgreed(long features) {}

    /** The driver has written a status with DRIVER_OK, with these features; it may do so more than once. */
    default void driverReady(long features) {}

    /** The driver has reached DRIVER_OK, or uses a legacy device before that. */
    void start(DeviceContext context);

    /** The driver has notified a queue that exists and is enabled. */
    void notified(int queueIndex);

    /**
     * One queue is reset (RING_RESET, section 2.6.1), or a legacy driver has moved it: the model forgets every buffer of
     * it that it holds. Their memory is the driver's again.
     */
    default void queueReset(int queueIndex) {}

    /** The device is reset: everything is as at power-on. */
    void reset();

    /** What a {@link DeviceModel} may use between {@code start} and {@code reset}. */
    public interface DeviceContext {
        /** Serves one buffer. */
        @FunctionalInterface
        interface Handler {
            /** Returns how many bytes were written, or a negative number if the buffer breaks the device. */
            long serve(BufferChain chain);
        }

        /** Returns guest memory. */
        GuestMemory memory();

        /** Returns the negotiated features. */
        long features();

        /** Returns how this device behaves. */
        DeviceProfile profile();

        /** Returns the device half of a queue, or null if the driver has not set it up. */
        @Nullable
        DeviceQueue queue(int queueIndex);

        /** Publishes what was completed in a queue and interrupts the driver if it asked for that. */
        void finish(int queueIndex);

        /** Serves all that is available in a queue, until nothing is, and asks for the next notification. */
        void serveAll(int queueIndex, Handler handler);

        /** The driver has sent something from which the device cannot go on: it stops until reset. */
        void fail(String reason);

        /** The configuration space has changed. */
        void configChanged();
    }

    /** virtio-rng, the entropy device (virtio 1.2 section 5.4): fills every buffer with bytes of a given source. */
    final class RngDevice implements DeviceModel {
        private static final int MAX_BYTES = 1 << 16; // at most so many for one buffer

        private final IntSupplier source;

        @SuppressWarnings("NullAway.Init") // attach comes first
        private DeviceContext context;

        /**
         * Creates the device.
         *
         * @param source gives the bytes, in the low 8 bits of each number; a seeded stream keeps runs repeatable
         */
        public RngDevice(IntSupplier source) {
            Objects.requireNonNull(source, "source");
            this.source = source;
        }

        @Override
        public int deviceId() {
            return 4;
        }

        @Override
        public long features() {
            return 0;
        }

        @Override
        public int queueCount() {
            return 1;
        }

        @Override
        public int configByte(int offset) {
            return 0;
        }

        @Override
        public void start(DeviceContext newContext) {
            context = newContext;
        }

        @Override
        public void notified(int queueIndex) {
            if (!context.profile().deviates(DeviceDeviation.ENTROPY_NEVER_MUTES)) {
                context.serveAll(queueIndex, this::serve);
                return;
            }
            DeviceQueue queue = Objects.requireNonNull(context.queue(queueIndex), "a queue that notifies");
            BufferChain chain = new BufferChain();
            while (queue.pop(chain)) {
                queue.complete(chain.token(), serve(chain));
            }
            context.finish(queueIndex);
        }

        @Override
        @SuppressWarnings("NullAway") // nothing is asked of it until it is attached again
        public void reset() {
            context = null;
        }

        private long serve(BufferChain chain) {
            byte[] bytes = new byte[(int) Math.min(MAX_BYTES, chain.writableBytes())];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) source.getAsInt();
            }
            chain.write(context.memory(), 0, bytes, 0, bytes.length);
            return bytes.length;
        }
    }
}
