package io.torosim.virtio.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.virtio.driver.VirtioHandshake;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.DriverQueue.UsedBuffer;
import io.torosim.virtio.transport.VirtioTransport;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The control queues of a console with several ports (virtio 1.2 section 5.3.6.2). */
class MultiportConsoleTest {
    private static final long BUFFERS = 0x180000;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private final ByteArrayOutputStream second = new ByteArrayOutputStream();
    private final ConsoleDevice console = ConsoleDevice.multiport(
            80,
            25,
            4,
            List.of(
                    new ConsoleDevice.Port(null, true, true, first::writeBytes),
                    new ConsoleDevice.Port("org.b", false, false, second::writeBytes)));
    private final Rig rig = new Rig(console, DeviceProfile.STRICT);
    private final VirtioTransport transport = rig.transport(Rig.Way.MODERN_PCI);
    private final VirtioHandshake handshake = VirtioHandshake.begin(transport, 3, ConsoleDevice.F_MULTIPORT);
    private final List<DriverQueue> queues = new ArrayList<>();
    private long next = BUFFERS;

    private MultiportConsoleTest() {
        DmaAllocator dma = rig.dma();
        for (int i = 0; i < 6; i++) {
            queues.add(handshake.queue(i, 16, rig.memory(), dma));
        }
        handshake.ready();
    }

    private long add(int queue, byte[] out, int in) {
        long at = next;
        next += 256;
        BufferChain chain = new BufferChain();
        rig.memory().copyIn(at, out, 0, out.length);
        if (in > 0) {
            chain.addWritable(at, in);
        } else {
            chain.addReadable(at, out.length);
        }
        queues.get(queue).add(chain);
        queues.get(queue).publish();
        transport.notifyQueue(queue);
        return at;
    }

    private static byte[] message(int port, int event) {
        return new byte[] {(byte) port, 0, 0, 0, (byte) event, 0, 1, 0};
    }

    private String told(long at) {
        UsedBuffer used = new UsedBuffer();
        assertThat(queues.get(ConsoleDevice.CONTROL_RX).poll(used)).isTrue();
        byte[] bytes = new byte[(int) used.lengthBytes()];
        rig.memory().copyOut(at, bytes, 0, bytes.length);
        return bytes[0] + " " + bytes[4] + " " + bytes[6]
                + new String(bytes, 8, bytes.length - 8, StandardCharsets.UTF_8);
    }

    @Test
    void portsAreAdded_named_andOpened() {
        assertThat(rig.device.queueCount()).isEqualTo(10);
        assertThat(transport.configRead(4, 4)).isEqualTo(4);
        long[] at = new long[6];
        for (int i = 0; i < at.length; i++) {
            at[i] = add(ConsoleDevice.CONTROL_RX, new byte[0], 64);
        }
        add(ConsoleDevice.CONTROL_TX, message(0, 0), 0); // DEVICE_READY
        assertThat(told(at[0])).isEqualTo("0 1 1"); // PORT_ADD
        assertThat(told(at[1])).isEqualTo("1 1 1");
        add(ConsoleDevice.CONTROL_TX, message(0, 3), 0); // PORT_READY
        assertThat(told(at[2])).isEqualTo("0 4 1"); // CONSOLE_PORT
        assertThat(told(at[3])).isEqualTo("0 6 1"); // PORT_OPEN
        add(ConsoleDevice.CONTROL_TX, message(1, 3), 0);
        assertThat(told(at[4])).isEqualTo("1 7 1org.b"); // PORT_NAME; nobody has it open
        add(ConsoleDevice.CONTROL_TX, message(9, 3), 0);
        assertThat(queues.get(ConsoleDevice.CONTROL_RX).poll(new UsedBuffer())).isFalse();
        add(ConsoleDevice.TX, new byte[] {'a'}, 0);
        add(5, new byte[] {'b'}, 0);
        assertThat(first.toString(StandardCharsets.US_ASCII)).isEqualTo("a");
        assertThat(second.toString(StandardCharsets.US_ASCII)).isEqualTo("b");
        assertThat(rig.device.brokenBy()).isNull();
    }
}
