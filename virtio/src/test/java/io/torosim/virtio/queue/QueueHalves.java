package io.torosim.virtio.queue;

import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.testkit.QueueMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Both halves over one memory, and the modes in which they are tried. */
abstract class QueueHalves {
    static final long DATA = 0x8000;

    static List<QueueMode> modes() {
        List<QueueMode> modes = new ArrayList<>(QueueMode.all(4));
        QueueMode.all(1).stream()
                .filter(QueueMode::packed)
                .forEach(m -> modes.add(new QueueMode(true, false, m.indirect(), m.eventIdx(), m.inOrder(), 3)));
        return modes;
    }

    /** Both halves over one memory. */
    static final class Pair {
        final FlatMemory memory = new FlatMemory(0x10000);
        final QueueMode mode;
        final QueueLayout layout;
        final DriverQueue driver;
        final DeviceQueue device;
        final UsedBuffer used = new UsedBuffer();

        Pair(QueueMode mode) {
            this(mode, EnumSet.noneOf(RingDeviation.class), 0);
        }

        Pair(QueueMode mode, Set<RingDeviation> deviations, long extraFeatures) {
            this.mode = mode;
            this.layout = mode.layout(0x1000);
            this.driver = DriverQueue.create(memory, layout, mode.features() | extraFeatures);
            this.device = DeviceQueue.create(memory, layout, mode.features() | extraFeatures, deviations);
        }

        int send(int readable, int writable) {
            int id = driver.add(chain(readable, writable));
            driver.publish();
            return id;
        }

        BufferChain pop() {
            BufferChain chain = new BufferChain();
            return device.pop(chain) ? chain : null;
        }

        void finish(BufferChain chain, long written) {
            device.complete(chain.token(), written);
            device.publish();
        }
    }

    static BufferChain chain(int readable, int writable) {
        BufferChain chain = new BufferChain();
        for (int i = 0; i < readable; i++) {
            chain.addReadable(DATA + 16 * i, 8);
        }
        for (int i = 0; i < writable; i++) {
            chain.addWritable(DATA + 0x100 + 16 * i, 8);
        }
        return chain;
    }
}
