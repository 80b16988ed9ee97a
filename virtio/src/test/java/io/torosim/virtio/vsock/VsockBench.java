package io.torosim.virtio.vsock;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.vsock.VsockDevice.VsockChecker;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A guest and a host with a stream each way, in random steps; says what went wrong. */
final class VsockBench {
    static final int PORT = 80;

    private static final int MOST_STEPS = 60_000;
    private static final int QUIET = 3_000; // steps without any progress: stopped for ever

    final VsockEndpoint host;
    final VsockDevice device;
    final VirtioDevice virtio;
    final VsockDriver driver;
    final VsockChecker checker;
    final SimRandom random;
    VsockConnection guestEnd;
    VsockConnection hostEnd;

    VsockBench(long ring, int bufferBytes, int firstCount, Set<VsockFault> guest, Set<VsockFault> hosts, long seed) {
        random = new RandomStreams(seed).stream("vsock");
        checker = new VsockChecker(firstCount);
        host = new VsockEndpoint(VsockPacket.HOST_CID, bufferBytes, firstCount, hosts);
        device = new VsockDevice(3, host, checker);
        FlatMemory memory = new FlatMemory(1 << 20);
        DeviceProfile profile = seed % 2 == 0 ? DeviceProfile.STRICT : DeviceProfile.KVM_IOEVENTFD;
        virtio = new VirtioDevice(device, memory, profile, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(virtio);
        driver = new VsockDriver(
                new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                memory,
                new DmaAllocator(0x10000, 0xe0000),
                ring,
                cid -> new VsockEndpoint(cid, bufferBytes, firstCount, guest));
        host.listen(PORT, connection -> hostEnd = connection);
    }

    /** Both sides go on. */
    void work() {
        driver.work();
        virtio.serviceKicks();
        device.work();
        driver.work();
    }

    /** Sends so many bytes each way; returns what went wrong. */
    List<String> transfer(int guestBytes, int hostBytes) {
        List<String> wrong = new ArrayList<>();
        guestEnd = driver.guest().connect(VsockPacket.HOST_CID, PORT);
        work();
        work();
        if (hostEnd == null || !guestEnd.open()) {
            return List.of("no connection");
        }
        byte[] up = pattern(guestBytes, 1);
        byte[] down = pattern(hostBytes, 2);
        ByteArrayOutputStream atHost = new ByteArrayOutputStream();
        ByteArrayOutputStream atGuest = new ByteArrayOutputStream();
        int sentUp = 0;
        int sentDown = 0;
        int quiet = 0;
        for (int step = 0; step < MOST_STEPS && quiet < QUIET; step++) {
            int before = sentUp + sentDown + atHost.size() + atGuest.size();
            switch (random.nextInt(8)) {
                case 0 -> sentUp += guestEnd.write(piece(up, sentUp));
                case 1 -> sentDown += hostEnd.write(piece(down, sentDown));
                case 2 -> atHost.writeBytes(hostEnd.read(1 + random.nextInt(5000)));
                case 3 -> atGuest.writeBytes(guestEnd.read(1 + random.nextInt(5000)));
                case 4, 5 -> driver.work();
                case 6 -> virtio.serviceKicks();
                default -> device.work();
            }
            int after = sentUp + sentDown + atHost.size() + atGuest.size();
            quiet = after == before ? quiet + 1 : 0;
            if (atHost.size() == guestBytes && atGuest.size() == hostBytes) {
                break;
            }
        }
        if (guestEnd.reset() || hostEnd.reset()) {
            wrong.add("reset in mid-stream");
        } else if (atHost.size() != guestBytes || atGuest.size() != hostBytes) {
            wrong.add("stopped for ever: up " + atHost.size() + " of " + guestBytes + ", down " + atGuest.size()
                    + " of " + hostBytes);
        } else if (!Arrays.equals(up, atHost.toByteArray()) || !Arrays.equals(down, atGuest.toByteArray())) {
            wrong.add("other bytes arrive");
        }
        wrong.addAll(checker.violations());
        if (virtio.brokenBy() != null) {
            wrong.add(virtio.brokenBy());
        }
        return wrong;
    }

    private byte[] piece(byte[] all, int from) {
        return Arrays.copyOfRange(all, from, Math.min(all.length, from + 1 + random.nextInt(9000)));
    }

    private static byte[] pattern(int bytes, int seed) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = (byte) (seed * 31 + i * 7 + i / 253);
        }
        return pattern;
    }
}
