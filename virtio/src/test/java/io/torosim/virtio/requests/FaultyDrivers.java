package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.DeviceWait;
import io.torosim.virtio.driver.DmaAllocator;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.IOException;

/** Drivers with faults that real ones had, those of this library among them. */
final class FaultyDrivers {
    /** The faults, with who had them. */
    enum Fault {
        /** One header, one data and one status buffer for ever; the id of an answer is not compared (ToroSim's BlkDriver). */
        BLK_FIXED_BUFFER,
        /** The status byte is not read. */
        BLK_STATUS_IGNORED,
        /** Status 0 is believed however little was written (rcore-os virtio-drivers PR 245 is the opposite of it). */
        BLK_LENGTH_IGNORED,
        /** One buffer for all that is written (ToroSim's ConsoleDriver). */
        CONSOLE_FIXED_BUFFER,
        /** One buffer, and any answer is the answer (ToroSim's RngDriver). */
        ENTROPY_FIXED_BUFFER,
        /** A frame with num_buffers 0 keeps its buffer (ToroSim's NetDriver). */
        NET_BUFFER_LOST,
        /** The device's length is believed (rcore-os virtio-drivers PR 245, bluetooth-next virtio_bt). */
        NET_LENGTH_BELIEVED
    }

    private static final int WAITS = 1000;

    private FaultyDrivers() {}

    /** What all of them share. */
    private static class Base {
        final VirtioHandshake handshake;
        final GuestMemory memory;
        final DriverQueue queue;
        final int queueIndex;
        final DeviceWait wait;
        final BufferChain chain = new BufferChain();
        final UsedBuffer used = new UsedBuffer();

        Base(
                int deviceId,
                int queues,
                int queueIndex,
                VirtioTransport transport,
                GuestMemory memory,
                DmaAllocator dma,
                long features,
                DeviceWait wait) {
            this.handshake = VirtioHandshake.begin(transport, deviceId, features);
            this.memory = memory;
            this.wait = wait;
            this.queueIndex = queueIndex;
            DriverQueue mine = null;
            for (int i = 0; i < queues; i++) {
                DriverQueue queue = handshake.queue(i, 64, memory, dma);
                mine = i == queueIndex ? queue : mine;
            }
            this.queue = mine;
            handshake.ready();
        }

        int send() {
            int id = queue.add(chain);
            queue.publish();
            if (queue.notificationNeeded()) {
                handshake.notifyQueue(queueIndex, queue);
            }
            return id;
        }

        boolean answered() {
            for (int i = 0; i < WAITS; i++) {
                if (queue.poll(used)) {
                    return true;
                }
                wait.await();
            }
            return false;
        }
    }

    static final class Blk extends Base implements Drivers.Blk {
        private final Fault fault;
        private final DmaAllocator dma;
        private long at;

        Blk(Fault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(2, 1, 0, t, m, dma, features, wait);
            this.fault = fault;
            this.dma = dma;
            this.at = dma.allocate(2048, 512);
        }

        private void request(int type, long sector, byte[] out, int in) throws IOException {
            memory.store64(at, type);
            memory.store64(at + 8, sector);
            memory.store8(at + 16, 0xff);
            chain.clear();
            chain.addReadable(at, 16);
            if (out != null) {
                memory.copyIn(at + 512, out, 0, out.length);
                chain.addReadable(at + 512, out.length);
            } else {
                chain.addWritable(at + 512, in);
            }
            chain.addWritable(at + 16, 1);
            int id = send();
            boolean answered = answered();
            while (answered && fault != Fault.BLK_FIXED_BUFFER && used.id() != id) {
                answered = answered();
            }
            if (!answered) {
                at = fault == Fault.BLK_FIXED_BUFFER ? at : dma.allocate(2048, 512);
                throw new IOException("no answer");
            }
            if (fault != Fault.BLK_STATUS_IGNORED && memory.load8(at + 16) != 0) {
                throw new IOException("status");
            }
            if (fault != Fault.BLK_LENGTH_IGNORED && used.lengthBytes() <= in) {
                throw new IOException("length");
            }
        }

        @Override
        public byte[] read(long sector, int sectorCount) throws IOException {
            memory.fill(at + 512, 512, 0);
            request(0, sector, null, 512 * sectorCount);
            byte[] data = new byte[512 * sectorCount];
            memory.copyOut(at + 512, data, 0, data.length);
            return data;
        }

        @Override
        public void write(long sector, byte[] data) throws IOException {
            request(1, sector, data, 0);
        }
    }

    static final class Console extends Base implements Drivers.Console {
        private final long buffer;

        Console(VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(3, 2, 1, t, m, dma, features, wait);
            buffer = dma.allocate(256, 8);
        }

        @Override
        public int write(byte[] bytes) {
            memory.copyIn(buffer, bytes, 0, bytes.length);
            chain.clear();
            chain.addReadable(buffer, bytes.length);
            int id = send();
            queue.poll(used);
            return id < 0 ? 0 : bytes.length;
        }
    }

    static final class Entropy extends Base implements Drivers.Entropy {
        private final long buffer;

        Entropy(VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(4, 1, 0, t, m, dma, features, wait);
            buffer = dma.allocate(256, 8);
        }

        @Override
        public byte[] random(int bytes) {
            chain.clear();
            chain.addWritable(buffer, bytes);
            send();
            if (!answered() || used.lengthBytes() == 0) {
                throw new IllegalStateException("no answer");
            }
            byte[] result = new byte[(int) used.lengthBytes()];
            memory.copyOut(buffer, result, 0, result.length);
            return result;
        }
    }

    static final class Net extends Base implements Drivers.Net {
        private static final int BYTES = 512;

        private final Fault fault;
        private final long[] bufferOf = new long[64];

        Net(Fault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(1, 2, NetDevice.RX, t, m, dma, features, wait);
            this.fault = fault;
            for (int i = 0; i < 32; i++) {
                post(dma.allocate(BYTES, 8));
            }
        }

        private void post(long buffer) {
            chain.clear();
            chain.addWritable(buffer, BYTES);
            bufferOf[send()] = buffer;
        }

        @Override
        public byte[] receive() {
            if (!queue.poll(used)) {
                return null;
            }
            long buffer = bufferOf[used.id()];
            long length = fault == Fault.NET_LENGTH_BELIEVED ? used.reportedLength() : used.lengthBytes();
            int buffers = memory.load16(buffer + 10);
            if (buffers != 1 || length < 12) {
                if (fault != Fault.NET_BUFFER_LOST) {
                    post(buffer);
                }
                return null;
            }
            byte[] frame = new byte[Math.toIntExact(length - 12)];
            memory.copyOut(buffer + 12, frame, 0, frame.length);
            post(buffer);
            return frame;
        }
    }
}
