package io.torosim.virtio.requests;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;

/** Drivers with faults that real ones had, those of this library among them; without a fault they are right. */
final class FaultyDrivers {
    private static final int WAITS = 1000;

    private FaultyDrivers() {}

    /** What all of them share. */
    static class Base {
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
        private final RequestFault fault;
        private static final int BUFFER = 4096;
        private static final int PIECE = 2048; // bytes of a request
        private static final long F_SIZE_MAX = 2;
        private static final long F_SEG_MAX = 4;

        private final DmaAllocator dma;
        private final int sizeMax;
        private final int segMax;
        private long at;

        Blk(RequestFault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(2, 1, 0, t, m, dma, features | F_SIZE_MAX | F_SEG_MAX, wait);
            this.fault = fault;
            this.dma = dma;
            this.at = dma.allocate(BUFFER, 512);
            boolean limited = (handshake.features() & F_SIZE_MAX) != 0;
            sizeMax = limited && fault != RequestFault.BLK_SIZE_MAX_IGNORED ? (int) t.configRead(8, 4) : PIECE;
            segMax = (handshake.features() & F_SEG_MAX) != 0 ? (int) t.configRead(12, 4) : PIECE;
        }

        private void request(int type, long sector, byte[] out, int in) throws IOException {
            memory.store64(at, type);
            memory.store64(at + 8, sector);
            memory.store8(at + 16, 0xff);
            chain.clear();
            chain.addReadable(at, 16);
            if (out != null) {
                memory.copyIn(at + 512, out, 0, out.length);
            }
            int bytes = out != null ? out.length : in;
            int element = fault == RequestFault.BLK_SEG_MAX_IGNORED ? 512 : sizeMax;
            for (int done = 0; done < bytes; done += element) {
                if (out != null) {
                    chain.addReadable(at + 512 + done, Math.min(element, bytes - done));
                } else {
                    chain.addWritable(at + 512 + done, Math.min(element, bytes - done));
                }
            }
            chain.addWritable(at + 16, 1);
            int id = send();
            boolean answered = answered();
            boolean any = fault == RequestFault.BLK_FIXED_BUFFER || fault == RequestFault.BLK_ANY_ANSWER;
            while (answered && !any && used.id() != id) {
                answered = answered();
            }
            boolean fixed = fault == RequestFault.BLK_FIXED_BUFFER || fault == RequestFault.BLK_REUSED_AFTER_TIMEOUT;
            if (!answered) {
                at = fixed ? at : dma.allocate(BUFFER, 512);
                throw new IOException("no answer");
            }
            int status = memory.load8(at + 16);
            if (failed(status)) {
                throw new IOException("status");
            }
            if (fault != RequestFault.BLK_LENGTH_IGNORED && used.lengthBytes() <= in) {
                throw new IOException("length");
            }
        }

        private boolean failed(int status) {
            if (fault == null) {
                return status != 0;
            }
            return switch (fault) {
                case BLK_STATUS_IGNORED -> false;
                case BLK_ONLY_IOERR -> status == 1;
                case BLK_UNSUPPORTED_PASSES -> status != 0 && status != 2;
                case BLK_UNKNOWN_PASSES -> status == 1 || status == 2;
                default -> status != 0;
            };
        }

        /** Bytes of the piece of a transfer that begins behind {@code done}. */
        private int piece(int done, int bytes) {
            int most = (int) Math.min(PIECE, (long) sizeMax * segMax);
            boolean rounded = fault == RequestFault.BLK_LAST_PIECE_FULL && done > 0;
            return rounded ? most : Math.min(most, bytes - done);
        }

        private long sectorOf(long first, int done) {
            return fault == RequestFault.BLK_PIECES_OF_ONE_SECTOR ? first : first + done / 512;
        }

        @Override
        public byte[] read(long sector, int sectorCount) throws IOException {
            byte[] data = new byte[512 * sectorCount];
            for (int done = 0; done < data.length; ) {
                int part = piece(done, data.length);
                memory.fill(at + 512, part, 0);
                request(0, sectorOf(sector, done), null, part);
                memory.copyOut(at + 512, data, done, Math.min(part, data.length - done));
                done += part;
            }
            return data;
        }

        @Override
        public void write(long sector, byte[] data) throws IOException {
            for (int done = 0; done < data.length; ) {
                int part = piece(done, data.length);
                request(1, sectorOf(sector, done), java.util.Arrays.copyOfRange(data, done, done + part), 0);
                done += part;
            }
        }
    }

    static final class Console extends Base implements Drivers.Console {
        private static final int BYTES = 256;
        private final RequestFault fault;
        private final java.util.ArrayDeque<Long> free = new java.util.ArrayDeque<>();
        private final java.util.ArrayDeque<Long> age = new java.util.ArrayDeque<>();
        private final long[] bufferOf = new long[64];

        Console(
                RequestFault fault,
                VirtioTransport t,
                GuestMemory m,
                DmaAllocator dma,
                long features,
                DeviceWait wait) {
            super(3, 2, 1, t, m, dma, features, wait);
            this.fault = fault;
            for (int i = 0; i < (fault == RequestFault.CONSOLE_FIXED_BUFFER ? 1 : 16); i++) {
                free.add(dma.allocate(BYTES, 8));
            }
        }

        @Override
        public int write(byte[] bytes) {
            while (fault != RequestFault.CONSOLE_NEVER_POLLS && queue.poll(used)) {
                if (fault != RequestFault.CONSOLE_FIXED_BUFFER) {
                    Long oldest = age.poll();
                    free.add(fault == RequestFault.CONSOLE_FIFO ? oldest : Long.valueOf(bufferOf[used.id()]));
                }
            }
            Long buffer = fault == RequestFault.CONSOLE_FIXED_BUFFER ? free.peek() : free.poll();
            if (buffer == null) {
                return fault == RequestFault.CONSOLE_COUNTS_ALL ? bytes.length : 0;
            }
            int part = Math.min(BYTES, bytes.length);
            memory.copyIn(buffer, bytes, 0, part);
            chain.clear();
            chain.addReadable(buffer, part);
            int id = send();
            if (id >= 0) {
                bufferOf[id] = buffer;
                age.add(buffer);
            }
            return id < 0 ? 0 : part;
        }
    }

    static final class Entropy extends Base implements Drivers.Entropy {
        private final RequestFault fault;
        private final DmaAllocator dma;
        private long buffer;

        Entropy(
                RequestFault fault,
                VirtioTransport t,
                GuestMemory m,
                DmaAllocator dma,
                long features,
                DeviceWait wait) {
            super(4, 1, 0, t, m, dma, features, wait);
            this.fault = fault;
            this.dma = dma;
            buffer = dma.allocate(256, 8);
        }

        @Override
        public byte[] random(int bytes) {
            chain.clear();
            chain.addWritable(buffer, bytes);
            int id = send();
            boolean answered = answered();
            while (answered && fault != RequestFault.ENTROPY_FIXED_BUFFER && used.id() != id) {
                answered = answered();
            }
            if (!answered && fault != RequestFault.ENTROPY_FIXED_BUFFER) {
                buffer = dma.allocate(256, 8); // the old one is the device's still
            }
            if (!answered || used.lengthBytes() == 0 && fault != RequestFault.ENTROPY_ASKED_RETURNED) {
                throw new IllegalStateException("no answer");
            }
            boolean believesItself =
                    fault == RequestFault.ENTROPY_ASKED_RETURNED || fault == RequestFault.ENTROPY_LENGTH_IGNORED;
            long length = believesItself
                    ? bytes
                    : fault == RequestFault.ENTROPY_LENGTH_BELIEVED ? used.reportedLength() : used.lengthBytes();
            byte[] result = new byte[(int) length];
            memory.copyOut(buffer, result, 0, result.length);
            return result;
        }
    }

    static final class Net extends Base implements Drivers.Net {
        private static final int MERGED_BYTES = 512;
        private static final int WHOLE_BYTES = 1526;
        private static final int BUFFERS = 32;

        private final RequestFault fault;
        private final int bytes;
        private final long[] bufferOf = new long[64];
        private final java.util.ArrayDeque<Integer> posted = new java.util.ArrayDeque<>();
        private int next;

        Net(RequestFault fault, VirtioTransport t, GuestMemory m, DmaAllocator dma, long features, DeviceWait wait) {
            super(1, 2, NetDevice.RX, t, m, dma, features, wait);
            this.fault = fault;
            bytes = VirtioFeatures.has(handshake.features(), NetDevice.F_MRG_RXBUF) ? MERGED_BYTES : WHOLE_BYTES;
            for (int i = 0; i < BUFFERS; i++) {
                post(dma.allocate(bytes, 8));
            }
        }

        private void post(long buffer) {
            chain.clear();
            chain.addWritable(buffer, bytes);
            int id = send();
            bufferOf[id] = buffer;
            posted.add(id);
        }

        @Override
        public byte[] receive() {
            if (!queue.poll(used)) {
                return null;
            }
            int header = fault == RequestFault.NET_HEADER_10 ? 10 : 12;
            int id = fault == RequestFault.NET_FIFO ? next++ % 64 : usedId();
            long buffer = bufferOf[id];
            long length = fault == RequestFault.NET_LENGTH_BELIEVED ? used.reportedLength() : used.lengthBytes();
            int buffers = memory.load16(buffer + 10);
            if (buffers > 1 && fault == RequestFault.NET_NUM_BUFFERS_WAITS) {
                for (int i = 1; i < buffers; i++) {
                    if (!answered()) {
                        throw new IllegalStateException("still waiting");
                    }
                }
            }
            boolean wrong =
                    buffers < 1 || buffers > BUFFERS || length < header && fault != RequestFault.NET_SHORT_BELIEVED;
            if (wrong) {
                if (fault != RequestFault.NET_BUFFER_LOST) {
                    post(buffer);
                }
                return null;
            }
            byte[] frame = append(new byte[0], buffer + header, length - header);
            post(buffer);
            for (int i = 1; i < buffers && fault != RequestFault.NET_FIRST_BUFFER_ONLY; i++) {
                if (!queue.poll(used)) {
                    return null;
                }
                long more = bufferOf[usedId()];
                int skipped = fault == RequestFault.NET_HEADER_EACH ? header : 0;
                long part = fault == RequestFault.NET_BUFFERS_FULL ? bytes : used.lengthBytes();
                frame = append(frame, more + skipped, Math.max(0, part - skipped));
                post(more);
            }
            return frame;
        }

        private int usedId() {
            int oldest = posted.peek();
            posted.remove((Integer) used.id());
            return fault == RequestFault.NET_IN_ORDER ? oldest : used.id();
        }

        private byte[] append(byte[] frame, long from, long length) {
            byte[] longer = java.util.Arrays.copyOf(frame, Math.toIntExact(frame.length + length));
            memory.copyOut(from, longer, frame.length, (int) length);
            return longer;
        }
    }
}
