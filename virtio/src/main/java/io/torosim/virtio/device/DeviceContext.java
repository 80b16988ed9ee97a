package io.torosim.virtio.device;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import org.jspecify.annotations.Nullable;

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
