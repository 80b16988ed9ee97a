package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.layout.PackedRing;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An honest device with a liar between it and its queues: what it completes is changed, held back or kept, as {@link Lie}
 * says. One queue is lied about, the others pass.
 */
final class LyingModel implements DeviceModel {
    private static final int MOST_SCRIBBLED = 1 << 16;
    private static final int NUM_BUFFERS = 10; // offset in the header of a frame

    private final DeviceModel honest;
    private final int liedAbout;
    private final long without; // features that are not offered
    private final List<Held> held = new ArrayList<>();
    private @Nullable Liar liar; // of the queue as it is since its last reset
    private @Nullable VirtioDevice device;
    private DeviceContext context;
    private Lie lie = Lie.NONE;
    private boolean together; // what is held goes with the next answer

    private record Held(Liar queue, int token, long written, BufferChain chain, byte[] bytes) {}

    LyingModel(DeviceModel honest, int liedAbout, long without) {
        this.honest = honest;
        this.liedAbout = liedAbout;
        this.without = without;
    }

    void in(VirtioDevice virtioDevice) {
        device = virtioDevice;
    }

    /** Lies so from now on. */
    void lie(Lie newLie) {
        together = lie == Lie.LATE_TOGETHER && newLie == Lie.NONE || together && newLie == Lie.NONE;
        lie = newLie;
    }

    /** Lets go what was held back, the newest first if order is the lie. */
    void release(boolean reversed) {
        List<Held> all = new ArrayList<>(held);
        held.clear();
        if (reversed) {
            java.util.Collections.reverse(all);
        }
        all.forEach(this::let);
        if (!all.isEmpty()) {
            context.finish(liedAbout);
        }
    }

    /** One answer goes, and is written only now. */
    private void let(Held one) {
        one.chain.write(context.memory(), 0, one.bytes, 0, one.bytes.length);
        one.queue.half.complete(one.token, one.written);
    }

    /** The device half of the queue that is lied about. */
    private final class Liar implements DeviceQueue {
        final DeviceQueue half;
        private final Map<Integer, BufferChain> chains = new java.util.TreeMap<>();
        private @Nullable BufferChain passedOver; // SHUFFLED: is used after the one behind it

        Liar(DeviceQueue half) {
            this.half = half;
        }

        @Override
        public boolean pop(BufferChain chain) {
            if (!take(chain)) {
                return false;
            }
            BufferChain copy = new BufferChain();
            copy(chain, copy);
            chains.put(chain.token(), copy);
            return true;
        }

        private boolean take(BufferChain chain) {
            if (lie == Lie.SHUFFLED && passedOver == null) {
                BufferChain first = new BufferChain();
                passedOver = half.pop(first) ? first : null;
                if (passedOver != null && half.pop(chain)) {
                    return true;
                }
            }
            if (passedOver == null) {
                return half.pop(chain);
            }
            copy(passedOver, chain);
            passedOver = null;
            return true;
        }

        private static void copy(BufferChain from, BufferChain to) {
            to.clear();
            to.token(from.token());
            for (int i = 0; i < from.count(); i++) {
                if (i < from.readableCount()) {
                    to.addReadable(from.address(i), from.length(i));
                } else {
                    to.addWritable(from.address(i), from.length(i));
                }
            }
        }

        @Override
        public void complete(int token, long writtenBytes) {
            BufferChain chain = Objects.requireNonNull(chains.remove(token), "of a chain that was popped");
            GuestMemory memory = context.memory();
            long written = writtenBytes;
            switch (lie) {
                case FAILED_STATUS -> chain.write(memory, chain.writableBytes() - 1, new byte[] {1}, 0, 1);
                case UNSUPPORTED_STATUS -> chain.write(memory, chain.writableBytes() - 1, new byte[] {2}, 0, 1);
                case NONSENSE_STATUS -> chain.write(memory, chain.writableBytes() - 1, new byte[] {(byte) 0xaa}, 0, 1);
                case SHORT_LENGTH -> {
                    written = 0; // so all that was written may be anything, but the status is left
                    byte[] anything = new byte[(int) Math.min(MOST_SCRIBBLED, Math.max(0, chain.writableBytes() - 1))];
                    java.util.Arrays.fill(anything, (byte) 0x5a);
                    chain.write(memory, 0, anything, 0, anything.length);
                }
                case HALF -> {
                    written = (written + 1) / 2;
                    byte[] rest = new byte[(int) Math.min(MOST_SCRIBBLED, chain.writableBytes() - written)];
                    java.util.Arrays.fill(rest, (byte) 0x5a);
                    chain.write(memory, written, rest, 0, rest.length);
                }
                case NUM_BUFFERS_0 -> numBuffers(chain, 0);
                case NUM_BUFFERS_2 -> numBuffers(chain, 2);
                case NUM_BUFFERS_65535 -> numBuffers(chain, 0xffff);
                case LENGTH_5 -> written = Math.min(5, chain.writableBytes());
                case OUT_OF_ORDER, LATE, LATE_TOGETHER -> {
                    held.add(new Held(this, token, written, chain, takenBack(chain, written)));
                    return;
                }
                case NEVER -> {
                    return;
                }
                default -> {} // LONG_LENGTH: the half would refuse it; see publish
            }
            half.complete(token, written);
            if (together) {
                List<Held> late = new ArrayList<>(held);
                held.clear();
                late.forEach(LyingModel.this::let);
            }
        }

        /** What the device has written, which nobody may see yet. */
        private byte[] takenBack(BufferChain chain, long written) {
            byte[] bytes = new byte[(int) Math.min(MOST_SCRIBBLED, written)];
            byte[] nothing = new byte[bytes.length];
            int at = 0;
            for (int i = chain.readableCount(); i < chain.count() && at < bytes.length; i++) {
                int part = (int) Math.min(chain.length(i), bytes.length - at);
                context.memory().copyOut(chain.address(i), bytes, at, part);
                at += part;
            }
            java.util.Arrays.fill(nothing, (byte) 0x5a);
            chain.write(context.memory(), 0, nothing, 0, nothing.length);
            return bytes;
        }

        private void numBuffers(BufferChain chain, int number) {
            chain.write(context.memory(), NUM_BUFFERS, new byte[] {(byte) number, (byte) (number >>> 8)}, 0, 2);
        }

        @Override
        public void publish() {
            half.publish();
            if (lie == Lie.LONG_LENGTH) {
                lengthen();
            }
        }

        /** Every used length in the ring is as long as can be. */
        private void lengthen() {
            GuestMemory memory = context.memory();
            VirtioDevice device = Objects.requireNonNull(LyingModel.this.device, "in(device) comes first");
            long desc = device.queueArea(liedAbout, 0);
            long used = device.queueArea(liedAbout, 2);
            boolean packed = (device.driverFeatures() >>> 34 & 1) != 0;
            for (int slot = 0; slot < device.queueSize(liedAbout); slot++) {
                long at = desc + (long) PackedRing.DESC_BYTES * slot;
                if (!packed) {
                    memory.store32(SplitRing.usedSlot(used, slot) + 4, -1);
                } else if (PackedRing.isUsed(memory.load16(at + 14), true)
                        || PackedRing.isUsed(memory.load16(at + 14), false)) {
                    memory.store32(at + 8, -1);
                }
            }
        }

        @Override
        public boolean interruptNeeded() {
            return half.interruptNeeded();
        }

        @Override
        public boolean enableNotifications() {
            return half.enableNotifications();
        }

        @Override
        public void disableNotifications() {
            half.disableNotifications();
        }

        @Override
        public @Nullable RingError error() {
            return half.error();
        }
    }

    private final class LyingContext implements DeviceContext {
        private final DeviceContext real;

        LyingContext(DeviceContext real) {
            this.real = real;
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
            DeviceQueue half = real.queue(queueIndex);
            if (half == null || queueIndex != liedAbout) {
                return half;
            }
            if (liar == null || liar.half != half) {
                liar = new Liar(half);
            }
            return liar;
        }

        @Override
        public void finish(int queueIndex) {
            DeviceQueue half = queue(queueIndex);
            if (half != null && queueIndex == liedAbout) {
                half.publish();
            }
            real.finish(queueIndex);
        }

        @Override
        public void serveAll(int queueIndex, Handler handler) {
            if (queueIndex != liedAbout) {
                real.serveAll(queueIndex, handler);
                return;
            }
            DeviceQueue queue = Objects.requireNonNull(queue(queueIndex), "a queue that is served is set up");
            BufferChain chain = new BufferChain();
            do {
                while (queue.pop(chain)) {
                    int token = chain.token();
                    queue.complete(token, handler.serve(chain));
                }
                finish(queueIndex);
            } while (queue.enableNotifications());
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

    @Override
    public int deviceId() {
        return honest.deviceId();
    }

    @Override
    public long features() {
        return honest.features() & ~without;
    }

    @Override
    public boolean acceptable(long features) {
        return honest.acceptable(features);
    }

    @Override
    public int queueCount() {
        return honest.queueCount();
    }

    @Override
    public int configByte(int offset) {
        return honest.configByte(offset);
    }

    @Override
    public void configByte(int offset, int value) {
        honest.configByte(offset, value);
    }

    @Override
    public void featuresAgreed(long features) {
        honest.featuresAgreed(features);
    }

    @Override
    public void start(DeviceContext newContext) {
        context = new LyingContext(newContext);
        honest.start(context);
    }

    @Override
    public void notified(int queueIndex) {
        honest.notified(queueIndex);
    }

    @Override
    public void queueReset(int queueIndex) {
        held.clear();
        honest.queueReset(queueIndex);
    }

    @Override
    public void reset() {
        held.clear();
        honest.reset();
    }
}
