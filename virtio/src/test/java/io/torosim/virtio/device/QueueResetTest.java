package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.choice.Choices;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.DeviceModel.RngDevice;
import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F24 with buffers in flight: what a queue had before its reset is the driver's again, and no device touches it. */
class QueueResetTest {
    private static final long BUFFERS = 0x180000;
    private static final int BUFFER_BYTES = 2048;

    /** One queue of a device with buffers in flight that is reset and used again. */
    private static final class Life {
        final Rig rig;
        final ModernPciTransport transport;
        final VirtioHandshake handshake;
        final int queueIndex;
        final DmaAllocator dma;
        DriverQueue queue;
        long next = BUFFERS;

        Life(DeviceModel model, int queueIndex, long ring) {
            rig = new Rig(model, DeviceProfile.STRICT);
            transport = (ModernPciTransport) rig.transport(Rig.Way.MODERN_PCI);
            this.queueIndex = queueIndex;
            dma = rig.dma();
            handshake = VirtioHandshake.begin(transport, model.deviceId(), VirtioFeatures.RING_RESET | ring);
            queue = handshake.queue(queueIndex, 16, rig.memory(), dma);
            handshake.ready();
        }

        void add(int readableBytes, int writableBytes) {
            BufferChain chain = new BufferChain();
            rig.memory().fill(next, BUFFER_BYTES, 0);
            if (readableBytes > 0) {
                chain.addReadable(next, readableBytes);
            }
            if (writableBytes > 0) {
                chain.addWritable(next + readableBytes, writableBytes);
            }
            next += BUFFER_BYTES;
            queue.add(chain);
            queue.publish();
            handshake.notifyQueue(queueIndex, queue);
        }

        /** Resets the queue, uses its memory for something else, lets the device work: nothing may have changed. */
        void resetAndCheck(BooleanSupplier work) {
            assertThat(transport.resetQueue(queueIndex)).isTrue();
            rig.memory().fill(0x10000, BUFFERS + 16 * BUFFER_BYTES - 0x10000, 0x5a);
            byte[] before = rig.memory.snapshot();
            work.getAsBoolean();
            rig.device.serviceKicks();
            assertThat(rig.memory.snapshot()).isEqualTo(before);
            assertThat(rig.device.brokenBy()).isNull();
            queue = handshake.queue(queueIndex, 8, rig.memory(), dma);
        }

        List<Long> lengths() {
            List<Long> lengths = new ArrayList<>();
            UsedBuffer used = new UsedBuffer();
            while (queue.poll(used)) {
                lengths.add(used.lengthBytes());
            }
            assertThat(rig.device.brokenBy()).isNull();
            return lengths;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED, VirtioFeatures.EVENT_IDX})
    void blk_forgetsRequestsThatItHasTaken(long ring) {
        RamDisk disk = new RamDisk(64, false);
        BlkDevice blk = BlkDevice.deferred(disk, "");
        Life life = new Life(blk, 0, ring);
        life.add(16, 513);
        life.add(16, 1025);
        assertThat(blk.inFlight()).isEqualTo(2);
        life.resetAndCheck(() -> blk.finishOne(Choices.fixed()));
        assertThat(blk.inFlight()).isZero();
        life.add(16, 513);
        assertThat(blk.finishOne(Choices.fixed())).isTrue();
        assertThat(blk.finishOne(Choices.fixed())).isFalse();
        assertThat(life.lengths()).containsExactly(513L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED, NetDevice.F_MRG_RXBUF})
    void net_forgetsReceiveBuffersThatItHasLookedAt(long ring) {
        NetDevice card = new NetDevice(new byte[6], f -> {});
        Life life = new Life(card, NetDevice.RX, ring);
        life.add(0, 1526);
        life.add(0, 1526);
        assertThat(card.receive(new byte[4000])).isFalse(); // takes what is there and keeps it
        life.resetAndCheck(() -> card.receive(new byte[60]));
        life.add(0, 1526);
        assertThat(card.receive(new byte[60])).isTrue();
        assertThat(life.lengths()).containsExactly(72L);
    }

    @Test
    void net_transmitQueueReset_leavesReceptionAlone() {
        NetDevice card = new NetDevice(new byte[6], f -> {});
        Life life = new Life(card, NetDevice.RX, NetDevice.F_MRG_RXBUF);
        life.add(0, 1526);
        assertThat(card.receive(new byte[4000])).isFalse();
        life.transport.resetQueue(NetDevice.TX);
        assertThat(card.receive(new byte[60])).isTrue();
        assertThat(life.lengths()).containsExactly(72L);
    }

    @Test
    void consoleAndRng_startAfresh() {
        ConsoleDevice console = new ConsoleDevice(80, 25, b -> {});
        Life input = new Life(console, ConsoleDevice.RX, 0);
        input.add(0, 64);
        input.add(0, 64);
        input.resetAndCheck(() -> console.type(new byte[10]) == 0);
        input.add(0, 64);
        assertThat(console.type(new byte[10])).isEqualTo(10);
        assertThat(input.lengths()).containsExactly(10L);

        Life random = new Life(new RngDevice(() -> 7), 0, 0);
        random.resetAndCheck(() -> true);
        random.add(0, 32);
        assertThat(random.lengths()).containsExactly(32L);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, VirtioFeatures.RING_PACKED})
    void vsock_forgetsReceiveBuffers_andKeepsWhatWaits(long ring) {
        VsockEndpoint host = new VsockEndpoint(VsockPacket.HOST_CID, 4096);
        VsockDevice socket = new VsockDevice(3, host);
        Life life = new Life(socket, VsockDevice.RX, VsockDevice.F_STREAM | ring);
        life.add(0, 200);
        life.add(0, 200);
        host.connect(3, 5000); // a REQUEST takes the first buffer
        socket.work();
        assertThat(life.lengths()).containsExactly((long) VsockPacket.HEADER_BYTES);
        life.resetAndCheck(() -> {
            host.connect(3, 5001); // waits: the second buffer is the driver's again
            socket.work();
            return true;
        });
        life.add(0, 200);
        assertThat(life.lengths()).containsExactly((long) VsockPacket.HEADER_BYTES);
    }

    @Test
    void consoleOfSeveralPorts_forgetsThePortsBuffers() {
        ConsoleDevice console = ConsoleDevice.multiport(
                80,
                25,
                4,
                List.of(
                        new ConsoleDevice.Port(null, true, true, b -> {}),
                        new ConsoleDevice.Port("b", true, true, b -> {})));
        Life control = new Life(console, 2, ConsoleDevice.F_MULTIPORT); // what the device says
        control.add(0, 64);
        control.resetAndCheck(() -> console.type(new byte[5]) == 0);
        Life port = new Life(console, 4, ConsoleDevice.F_MULTIPORT); // input of the second port
        port.add(0, 64);
        port.resetAndCheck(() -> console.type(new byte[5]) == 0);
        port.add(0, 64);
        assertThat(port.lengths()).isEmpty();
    }

    @Test
    void legacyPfnChange_isAResetOfTheQueueToo() {
        NetDevice card = new NetDevice(new byte[6], f -> {});
        Rig rig = new Rig(card, DeviceProfile.STRICT).careless();
        VirtioHandshake handshake = VirtioHandshake.begin(rig.transport(Rig.Way.LEGACY_PCI), 1, NetDevice.F_MRG_RXBUF);
        DriverQueue queue = handshake.queue(NetDevice.RX, 256, rig.memory(), rig.dma());
        handshake.ready();
        BufferChain chain = new BufferChain();
        chain.addWritable(BUFFERS, 1526);
        queue.add(chain);
        queue.publish();
        assertThat(card.receive(new byte[4000])).isFalse();
        rig.legacyBar.write(14, 2, NetDevice.RX);
        rig.legacyBar.write(8, 4, 0); // out of use
        byte[] before = rig.memory.snapshot();
        assertThat(card.receive(new byte[60])).isFalse();
        assertThat(rig.memory.snapshot()).isEqualTo(before);
        assertThat(rig.device.brokenBy()).isNull();
    }

    @Test
    void resetOutOfARequest_leavesTheOldRingAlone() {
        Life[] life = new Life[1];
        byte[][] before = new byte[1][];
        NetDevice card = new NetDevice(new byte[6], f -> {
            // a wire so short that the driver's reaction comes before the device has finished
            life[0].transport.resetQueue(NetDevice.TX);
            life[0].rig.memory().fill(0x10000, BUFFERS + 16 * BUFFER_BYTES - 0x10000, 0x5a);
            before[0] = life[0].rig.memory.snapshot();
        });
        life[0] = new Life(card, NetDevice.TX, 0);
        life[0].add(72, 0);
        assertThat(life[0].rig.memory.snapshot()).isEqualTo(before[0]);
    }
}
