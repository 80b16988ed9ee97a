package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a device is given, with somebody who sees each buffer before it is served. */
final class MeasuringContext implements DeviceContext {
    private final DeviceContext real;
    private final Consumer<BufferChain> measure;

    MeasuringContext(DeviceContext real, Consumer<BufferChain> measure) {
        this.real = real;
        this.measure = measure;
    }

    @Override
    public GuestMemory memory() {
        return real.memory();
    }

    @Override
    public long features() {
        return real.features();
    }

    @Override
    public DeviceProfile profile() {
        return real.profile();
    }

    @Override
    public @Nullable DeviceQueue queue(int queueIndex) {
        return real.queue(queueIndex);
    }

    @Override
    public void finish(int queueIndex) {
        real.finish(queueIndex);
    }

    @Override
    public void serveAll(int queueIndex, Handler handler) {
        real.serveAll(queueIndex, chain -> {
            measure.accept(chain);
            return handler.serve(chain);
        });
    }

    @Override
    public void fail(String reason) {
        real.fail(reason);
    }

    @Override
    public void configChanged() {
        real.configChanged();
    }
}
