package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockDevice.VsockChecker;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket driver at a host that reads when it likes, asks for credit, ends streams, and hears of all that is sent.
 *
 * <p>{@link DriverExam} begins it; the host's side is a {@link VsockDevice} with the {@link VsockEndpoint} behind it.
 */
final class VsockDriverExam {
    private static final long CID = 42;
    private static final int PORT = 80;
    private static final int NOBODY = 81;
    private static final int STRANGER = 5; // a port without a stream
    private static final int BUFFER_BYTES = 4000;
    private static final int BYTES = 40_000;
    private static final int MEMORY_BYTES = 1 << 20;
    private static final int MOST_STEPS = 40_000;
    private static final int QUIET = 2000; // steps without progress: stopped for ever

    /** What happens in a stream. */
    private enum Course {
        UP,
        DOWN,
        BOTH,
        CREDIT_REQUESTS,
        HOST_RESETS,
        HOST_SHUTS_DOWN,
        REFUSED,
        STRANGER
    }

    private final VsockChecker checker = new VsockChecker();
    private final VsockEndpoint host = new VsockEndpoint(VsockPacket.HOST_CID, BUFFER_BYTES);
    private final List<VsockPacket> fromGuest = new ArrayList<>();
    private final VsockDevice model = new VsockDevice(CID, host, packet -> {
        if (packet.srcPort() != STRANGER && packet.dstPort() != STRANGER) {
            checker.accept(packet);
        }
        if (packet.srcCid() == CID) {
            fromGuest.add(packet);
        }
    });
    private final VirtioDevice device;
    private final SimRandom random;
    private final Drivers.Vsock driver;
    private @Nullable VsockConnection hostEnd;

    private VsockDriverExam(Drivers.Factory<Drivers.Vsock> factory, long ring, Course course) {
        random = new RandomStreams(ring + course.ordinal()).stream("vsock driver");
        FlatMemory memory = new FlatMemory(MEMORY_BYTES);
        device = new VirtioDevice(model, memory, DeviceProfile.KVM_IOEVENTFD, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(device);
        driver = factory.start(
                new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                memory,
                new DmaAllocator(1 << 16, MEMORY_BYTES - (1 << 16)),
                ring,
                device::serviceKicks);
        host.listen(PORT, connection -> hostEnd = connection);
    }

    static void run(Drivers.Factory<Drivers.Vsock> factory, long ring, List<String> wrong) {
        for (Course course : Course.values()) {
            String where = "vsock, ring " + Long.toHexString(ring) + ", " + course + ": ";
            try {
                VsockDriverExam exam = new VsockDriverExam(factory, ring, course);
                String failure = exam.follow(course);
                if (failure == null && !exam.checker.violations().isEmpty()) {
                    failure = exam.checker.violations().get(0);
                }
                if (failure == null && exam.device.brokenBy() != null) {
                    failure = "the device broke: " + exam.device.brokenBy();
                }
                if (failure != null) {
                    wrong.add(where + failure);
                }
            } catch (Throwable e) {
                Thrown.orRethrow(e);
                wrong.add(where + Thrown.line(e));
            }
        }
    }

    private void work() {
        for (int i = 0; i < 3; i++) {
            driver.work();
            device.serviceKicks();
            model.work();
        }
        driver.work();
    }

    private @Nullable String follow(Course course) {
        if (course == Course.REFUSED) {
            driver.connect(NOBODY);
            work();
            return driver.reset() && !driver.open() ? null : "a refused stream is not reset";
        }
        driver.connect(PORT);
        work();
        if (hostEnd == null || !driver.open()) {
            return "no connection";
        }
        return switch (course) {
            case UP -> transfer(BYTES, 0, false);
            case DOWN -> transfer(0, BYTES, false);
            case BOTH -> transfer(BYTES, BYTES, false);
            case CREDIT_REQUESTS -> transfer(BYTES, BYTES, true);
            case HOST_RESETS -> hostResets();
            case HOST_SHUTS_DOWN -> hostShutsDown();
            default -> stranger();
        };
    }

    private VsockConnection hostEnd() {
        return Objects.requireNonNull(hostEnd, "a connection that follow() has seen");
    }

    private @Nullable String transfer(int up, int down, boolean asking) {
        VsockConnection hostEnd = hostEnd();
        byte[] toHost = pattern(up, 3);
        byte[] toGuest = pattern(down, 5);
        ByteArrayOutputStream atHost = new ByteArrayOutputStream();
        ByteArrayOutputStream atGuest = new ByteArrayOutputStream();
        int sentUp = 0;
        int sentDown = 0;
        int quiet = 0;
        for (int step = 0; step < MOST_STEPS && quiet < QUIET; step++) {
            int before = sentUp + sentDown + atHost.size() + atGuest.size();
            switch (random.nextInt(9)) {
                case 0 -> sentUp += driver.write(piece(toHost, sentUp));
                case 1 -> sentDown += hostEnd.write(piece(toGuest, sentDown));
                case 2 -> atHost.writeBytes(hostEnd.read(1 + random.nextInt(3000)));
                case 3 -> atGuest.writeBytes(driver.read(1 + random.nextInt(3000)));
                case 4, 5 -> driver.work();
                case 6 -> device.serviceKicks();
                case 7 -> model.work();
                default -> {
                    if (asking && random.nextInt(8) == 0) {
                        String failure = asked(atHost.size());
                        if (failure != null) {
                            return failure;
                        }
                    }
                }
            }
            quiet = sentUp + sentDown + atHost.size() + atGuest.size() == before ? quiet + 1 : 0;
            if (atHost.size() == up && atGuest.size() == down) {
                break;
            }
        }
        if (driver.reset() || hostEnd.reset()) {
            return "the stream is reset in its middle";
        }
        if (atHost.size() != up || atGuest.size() != down) {
            return "the stream stops for ever: " + atHost.size() + " of " + up + " bytes up, " + atGuest.size() + " of "
                    + down + " down";
        }
        if (!Arrays.equals(toHost, atHost.toByteArray()) || !Arrays.equals(toGuest, atGuest.toByteArray())) {
            return "other bytes arrive";
        }
        return null;
    }

    /** The host asks for credit; any packet of the stream tells it. */
    private @Nullable String asked(int taken) {
        work();
        fromGuest.clear();
        host.send(new VsockPacket(
                VsockPacket.HOST_CID,
                CID,
                PORT,
                hostEnd().peerPort(),
                VsockPacket.STREAM,
                VsockPacket.CREDIT_REQUEST,
                0,
                BUFFER_BYTES,
                taken,
                new byte[0]));
        work();
        return fromGuest.isEmpty() ? "CREDIT_REQUEST is not answered" : null;
    }

    private @Nullable String hostResets() {
        String failure = transfer(3000, 3000, false);
        if (failure != null) {
            return failure;
        }
        hostEnd().close();
        work();
        if (!driver.reset() || driver.open()) {
            return "a reset in mid-stream is not noticed";
        }
        return driver.write(new byte[10]) == 0 ? null : "a stream that was reset takes bytes";
    }

    private @Nullable String hostShutsDown() {
        byte[] last = pattern(100, 9);
        VsockConnection hostEnd = hostEnd();
        hostEnd.write(last);
        hostEnd.shutdown();
        work();
        if (!Arrays.equals(driver.read(1000), last)) {
            return "what came before SHUTDOWN is lost";
        }
        if (!driver.ended()) {
            return "SHUTDOWN is not noticed";
        }
        if (driver.write(last) != last.length) {
            return "after the host's SHUTDOWN the guest may not write";
        }
        driver.shutdown();
        work();
        return Arrays.equals(hostEnd.read(1000), last) && hostEnd.ended()
                ? null
                : "the guest's SHUTDOWN does not arrive";
    }

    private @Nullable String stranger() {
        fromGuest.clear();
        host.send(new VsockPacket(
                VsockPacket.HOST_CID, CID, STRANGER, 6, VsockPacket.STREAM, VsockPacket.RW, 0, 100, 0, new byte[] {1}));
        work();
        boolean refused = fromGuest.stream().anyMatch(p -> p.op() == VsockPacket.RST && p.dstPort() == STRANGER);
        return refused ? transfer(2000, 2000, false) : "payload of no stream is not answered with RST";
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
