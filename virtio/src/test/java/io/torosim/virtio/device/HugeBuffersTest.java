package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.block.BlockDevice;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of nearly 4 GiB, from elements that lie over each other: no device allocates what a guest asks for. */
class HugeBuffersTest {
    private static final long BUFFER = 0x100000;
    private static final int ELEMENT = 1 << 20; // half of guest memory

    /** A disk of 8 GiB of zeros. */
    private static final class BigDisk implements BlockDevice {
        long bytes;
        int longest;

        @Override
        public long sectorCount() {
            return 1L << 24;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public void read(long sector, ByteBuffer target) {
            count(target);
        }

        @Override
        public void write(long sector, ByteBuffer source) {
            count(source);
        }

        private void count(ByteBuffer data) {
            longest = Math.max(longest, data.remaining());
            bytes += data.remaining();
            data.position(data.limit());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private final BufferChain chain = new BufferChain();
    private final UsedBuffer used = new UsedBuffer();
    private Rig rig;

    /** Sends the chain to a queue of a device and returns what it reports as written. */
    private long send(DeviceModel model, int queueIndex) {
        rig = new Rig(model, profile);
        VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, model.deviceId(), 0);
        DriverQueue queue = null;
        for (int i = 0; i <= queueIndex; i++) {
            queue = handshake.queue(i, 4096, rig.memory(), rig.dma());
        }
        handshake.ready();
        queue.add(chain);
        queue.publish();
        transport.notifyQueue(queueIndex);
        return queue.poll(used) ? used.reportedLength() : -1;
    }

    // 2,047 elements of 1 MiB are 2 GiB less 1 MiB; 2,049 are more than an int holds
    private final DeviceProfile profile =
            new DeviceProfile("deep", -1L, true, true, true, 4096, java.util.Set.of(), java.util.Set.of());

    private void elements(boolean writable, int count) {
        for (int i = 0; i < count; i++) {
            if (writable) {
                chain.addWritable(BUFFER, ELEMENT);
            } else {
                chain.addReadable(BUFFER, ELEMENT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 2049})
    void blk_readsInPieces(int count) {
        BigDisk disk = new BigDisk();
        chain.addReadable(BUFFER - 16, 16); // zeros: read sector 0
        elements(true, count);
        chain.addWritable(BUFFER - 32, 1);
        assertThat(send(new BlkDevice(disk, ""), 0)).isEqualTo((long) count * ELEMENT + 1);
        assertThat(disk.bytes).isEqualTo((long) count * ELEMENT);
        assertThat(disk.longest).isEqualTo(1 << 20);
    }

    @Test
    void blk_writesInPieces() {
        BigDisk disk = new BigDisk();
        BlkDevice blk = new BlkDevice(disk, "");
        chain.addReadable(BUFFER, 16);
        elements(false, 2049);
        chain.addWritable(BUFFER - 32, 1);
        assertThat(send(blk, 0)).isEqualTo(1); // type 0 with data to read: 0 bytes of data, done
        chain.clear();
        Rig second = new Rig(blk, profile);
        second.memory().store32(0x180000, BlkDevice.T_OUT);
        VirtioTransport transport = second.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
        DriverQueue queue = handshake.queue(0, 4096, second.memory(), second.dma());
        handshake.ready();
        chain.addReadable(0x180000, 16);
        elements(false, 2049);
        chain.addWritable(BUFFER - 32, 1);
        queue.add(chain);
        queue.publish();
        transport.notifyQueue(0);
        assertThat(queue.poll(used)).isTrue();
        assertThat(disk.bytes).isEqualTo(2049L << 20);
    }

    @Test
    void blk_getId_writesItsTwentyBytesIntoAnyRoom() {
        rig = new Rig(new BlkDevice(new BigDisk(), "abc"), profile);
        rig.memory().store32(BUFFER - 16, BlkDevice.T_GET_ID);
        VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
        VirtioHandshake handshake = VirtioHandshake.begin(transport, 2, 0);
        DriverQueue queue = handshake.queue(0, 4096, rig.memory(), rig.dma());
        handshake.ready();
        chain.addReadable(BUFFER - 16, 16);
        elements(true, 2049);
        chain.addWritable(BUFFER - 32, 1);
        queue.add(chain);
        queue.publish();
        transport.notifyQueue(0);
        assertThat(queue.poll(used)).isTrue();
        assertThat(used.reportedLength()).isEqualTo(20);
        assertThat(rig.memory().load8(BUFFER - 32)).isEqualTo(BlkDevice.S_OK);
    }

    @Test
    void net_dropsWhatIsNoFrame() {
        int[] frames = {0};
        NetDevice card = new NetDevice(new byte[6], f -> frames[0]++);
        elements(false, 2049);
        assertThat(send(card, NetDevice.TX)).isZero();
        assertThat(card.headerViolations()).isEqualTo(1);
        chain.clear();
        chain.addReadable(BUFFER, 12);
        chain.addReadable(BUFFER, NetDevice.MOST_FRAME_BYTES);
        assertThat(send(card, NetDevice.TX)).isZero();
        chain.clear();
        chain.addReadable(BUFFER, 13 + NetDevice.MOST_FRAME_BYTES);
        send(card, NetDevice.TX);
        assertThat(frames[0]).isEqualTo(1);
        assertThat(card.headerViolations()).isEqualTo(2);
    }

    @Test
    void console_takesAnyLengthInPieces() {
        long[] bytes = {0};
        int[] longest = {0};
        elements(false, 2049);
        send(
                new ConsoleDevice(80, 25, b -> {
                    bytes[0] += b.length;
                    longest[0] = Math.max(longest[0], b.length);
                }),
                ConsoleDevice.TX);
        assertThat(bytes[0]).isEqualTo(2049L << 20);
        assertThat(longest[0]).isEqualTo(1 << 16);
    }

    @Test
    void rng_fillsAPartOfIt() {
        elements(true, 2049);
        assertThat(send(new RngDevice(() -> 1), 0)).isEqualTo(1 << 16);
    }

    @Test
    void vsock_takesAPacketOfAnyBuffer_andFillsAPartOfOne() {
        VsockEndpoint host = new VsockEndpoint(VsockPacket.HOST_CID, 4096);
        VsockDevice socket = new VsockDevice(3, host);
        elements(false, 2049); // zeros: a header that says no payload, from nobody
        assertThat(send(socket, VsockDevice.TX)).isZero();
        assertThat(rig.device.brokenBy()).isNull();
        chain.clear();
        elements(true, 2049);
        assertThat(send(socket, VsockDevice.RX)).isEqualTo(-1); // nothing to say yet
        host.connect(3, 5000);
        socket.work();
        assertThat(rig.memory().load16(BUFFER + 30)).isEqualTo(VsockPacket.REQUEST);
        assertThat(rig.device.brokenBy()).isNull();
    }
}
