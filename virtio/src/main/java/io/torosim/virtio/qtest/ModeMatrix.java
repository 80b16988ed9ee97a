package io.torosim.virtio.qtest;

import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.driver.BlkDriver;
import io.torosim.virtio.driver.NetDriver;
import io.torosim.virtio.qtest.QtestSession.QtestException;
import io.torosim.virtio.testkit.QueueMode;
import io.torosim.virtio.transport.VirtioTransport;
import io.torosim.virtio.transport.VirtioTransport.DeviceWait;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The drivers of this library at QEMU's devices in every combination of interface, ring and ring features. Each mode
 * counts only if the device agreed on just the features that it names.
 */
final class ModeMatrix {
    private static final int MOST_LOOKS = 20_000;
    private static final int QUEUE_SIZE = 16;
    private static final long RING_FEATURES =
            VirtioFeatures.RING_PACKED | VirtioFeatures.INDIRECT_DESC | VirtioFeatures.EVENT_IDX;

    private ModeMatrix() {}

    /**
     * Writes, flushes and reads back through each of 12 modes; whole requests, and the name of the disk.
     *
     * @param qemu a machine whose first virtio function is a writable virtio-blk named {@code torosim}
     * @return what went wrong in each mode, or {@code "ok"}
     */
    public static Map<String, String> blk(QemuMachine qemu) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (QueueMode mode : modes()) {
            outcomes.put("blk " + name(mode), outcome(() -> blk(qemu, mode)));
        }
        return outcomes;
    }

    /**
     * Exchanges ARP and ping with the gateway through each of 24 modes.
     *
     * @param qemu a machine whose first virtio function is a virtio-net on QEMU's user network
     * @return what went wrong in each mode, or {@code "ok"}
     */
    public static Map<String, String> net(QemuMachine qemu) {
        Map<String, String> outcomes = new LinkedHashMap<>();
        for (QueueMode mode : modes()) {
            for (boolean mergeable : new boolean[] {false, true}) {
                outcomes.put(
                        "net " + name(mode) + (mergeable ? "+mrg_rxbuf" : ""),
                        outcome(() -> net(qemu, mode, mergeable)));
            }
        }
        return outcomes;
    }

    /** Returns the 12 modes: legacy and modern split rings and packed ones, with and without indirect tables and EVENT_IDX. */
    static List<QueueMode> modes() {
        return QueueMode.all(QUEUE_SIZE).stream().filter(m -> !m.inOrder()).toList();
    }

    private static String name(QueueMode mode) {
        return mode.toString().replaceFirst(" q=.*", "");
    }

    private interface Check {
        String run() throws IOException;
    }

    private static String outcome(Check check) {
        try {
            return check.run();
        } catch (QtestException e) {
            throw e; // no machine, no further modes
        } catch (IOException | RuntimeException e) {
            return e.toString();
        }
    }

    static VirtioTransport transport(QemuMachine qemu, QueueMode mode) {
        return mode.legacy() ? qemu.virtio(0).legacy() : qemu.virtio(0).modern();
    }

    private static String blk(QemuMachine qemu, QueueMode mode) throws IOException {
        byte[] fresh = new byte[70 * 1024];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = (byte) (i * 7 + i / 256 + mode.hashCode());
        }
        try (BlkDriver disk =
                new BlkDriver(transport(qemu, mode), qemu.memory(), qemu.dma(), mode.features(), DeviceWait.NONE)) {
            if ((disk.features() & RING_FEATURES) != (mode.features() & RING_FEATURES)) {
                return "features " + Long.toHexString(disk.features());
            }
            byte[] back = new byte[fresh.length];
            disk.write(9, ByteBuffer.wrap(fresh));
            disk.flush();
            disk.read(9, ByteBuffer.wrap(back));
            ByteBuffer last = ByteBuffer.allocate(512);
            disk.read(disk.sectorCount() - 1, last);
            return !Arrays.equals(fresh, back)
                    ? "other bytes come back"
                    : disk.id().equals("torosim") ? "ok" : "name " + disk.id();
        }
    }

    private static String net(QemuMachine qemu, QueueMode mode, boolean mergeable) {
        long wanted = mode.features() | (mergeable ? NetDevice.F_MRG_RXBUF : 0);
        NetDriver card = new NetDriver(transport(qemu, mode), qemu.memory(), qemu.dma(), wanted, 1526);
        long compared = RING_FEATURES | NetDevice.F_MRG_RXBUF;
        if ((card.features() & compared) != (wanted & compared)) {
            return "features " + Long.toHexString(card.features());
        }
        byte[] gateway = gateway(card);
        if (gateway == null) {
            return "no answer to ARP";
        }
        byte[] request = Frames.echoRequest(mode.hashCode() & 0x7fff);
        card.send(Frames.ip(card.mac(), gateway, Frames.ICMP, request));
        for (int i = 0; i < MOST_LOOKS; i++) {
            byte[] frame = card.receive();
            byte[] answer = frame == null ? null : Frames.payload(frame, Frames.ICMP);
            if (answer != null) {
                boolean same = answer.length == request.length
                        && answer[0] == 0
                        && Arrays.equals(answer, 4, answer.length, request, 4, request.length);
                return same ? "ok" : "another answer to ping";
            }
        }
        return "no answer to ping";
    }

    /** Asks for the gateway's MAC address; null if nobody answers. */
    static byte @Nullable [] gateway(NetDriver card) {
        card.send(Frames.arpRequest(card.mac()));
        for (int i = 0; i < MOST_LOOKS; i++) {
            byte[] frame = card.receive();
            byte[] gateway = frame == null ? null : Frames.arpAnswer(frame);
            if (gateway != null) {
                return gateway;
            }
        }
        return null;
    }
}
