package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.util.ArrayDeque;
import java.util.Arrays;

/** The other halves of network and console drivers, with faults that real ones had; without a fault they are right. */
final class FaultySenders {
    private static final int QUEUE = 64; // ids

    private FaultySenders() {}

    static final class Net extends FaultyDrivers.Base implements Drivers.Sender {
        private static final int BYTES = 1536;
        private static final int BUFFERS = 16;

        private final RequestFault fault;
        private final ArrayDeque<Long> free = new ArrayDeque<>();
        private final ArrayDeque<Long> age = new ArrayDeque<>();
        private final long[] bufferOf = new long[QUEUE];

        Net(RequestFault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(1, 2, 1, t, m, dma, features, wait);
            this.fault = fault;
            for (int i = 0; i < (fault == RequestFault.SEND_FIXED_BUFFER ? 1 : BUFFERS); i++) {
                free.add(dma.allocate(BYTES, 8));
            }
        }

        @Override
        public boolean send(byte[] frame) {
            while (fault != RequestFault.SEND_NEVER_POLLS && queue.poll(used)) {
                if (fault != RequestFault.SEND_FIXED_BUFFER) {
                    Long oldest = age.poll();
                    free.add(fault == RequestFault.SEND_FIFO ? oldest : Long.valueOf(bufferOf[used.id()]));
                }
            }
            Long buffer = fault == RequestFault.SEND_FIXED_BUFFER ? free.peek() : free.poll();
            if (buffer == null) {
                return fault == RequestFault.SEND_COUNTS_ALL;
            }
            int header = fault == RequestFault.SEND_HEADER_10 ? 10 : 12;
            if (fault != RequestFault.SEND_HEADER_UNWRITTEN) {
                memory.fill(buffer, header, 0);
            }
            if (fault == RequestFault.SEND_NUM_BUFFERS) {
                memory.store16(buffer + 10, 1);
            }
            memory.copyIn(buffer + header, frame, 0, frame.length);
            chain.clear();
            chain.addReadable(buffer, header + frame.length);
            int id = send();
            if (id >= 0) {
                bufferOf[id] = buffer;
                age.add(buffer);
            }
            return id >= 0;
        }
    }

    static final class Input extends FaultyDrivers.Base implements Drivers.ConsoleInput {
        private static final int BYTES = 64;
        private static final int BUFFERS = 8;

        private final RequestFault fault;
        private final ArrayDeque<Long> age = new ArrayDeque<>();
        private final long[] bufferOf = new long[QUEUE];

        Input(RequestFault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(3, 2, 0, t, m, dma, features, wait);
            this.fault = fault;
            for (int i = 0; i < BUFFERS; i++) {
                post(dma.allocate(BYTES, 8));
            }
        }

        private void post(long buffer) {
            chain.clear();
            chain.addWritable(buffer, BYTES);
            bufferOf[send()] = buffer;
            age.add(buffer);
        }

        @Override
        public byte[] read() {
            if (!queue.poll(used)) {
                return null;
            }
            long buffer = bufferOf[used.id()];
            if (fault == RequestFault.INPUT_FIFO) {
                buffer = age.peek();
            }
            age.remove(buffer);
            long length = fault == RequestFault.INPUT_LENGTH_BELIEVED
                    ? used.reportedLength()
                    : fault == RequestFault.INPUT_WHOLE_BUFFER ? BYTES : used.lengthBytes();
            if (length == 0 && fault == RequestFault.INPUT_NOT_REPOSTED) {
                return null;
            }
            byte[] bytes = new byte[Math.toIntExact(length)];
            memory.copyOut(buffer, bytes, 0, bytes.length);
            post(buffer);
            return Arrays.copyOf(bytes, bytes.length);
        }
    }
}
