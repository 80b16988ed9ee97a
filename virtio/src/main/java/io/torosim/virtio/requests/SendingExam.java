package io.torosim.virtio.requests;

import io.torosim.virtio.blame.Thrown;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.requests.DriverExam.Drivers;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The sending half of a network driver at a card that looks at its queue now and then, and returns buffers out of order. */
final class SendingExam {
    private static final int HEADER = 12;
    private static final int NUM_BUFFERS = 10; // offset; the driver writes 0 there (5.1.9.2.1)
    private static final int FRAMES = 300;
    private static final int REST = 3; // the card looks at every third frame
    private static final int UNTIL_FULL = 600; // more than any queue of the exam has
    private static final int QUEUE = 256;

    private SendingExam() {}

    static void run(Drivers.Factory<Drivers.Sender> factory, long ring, List<String> wrong) {
        String where = "net sending, ring " + Long.toHexString(ring) + ": ";
        FlatMemory memory = new FlatMemory(DriverExam.MEMORY_BYTES);
        for (long at = 0; at < DriverExam.MEMORY_BYTES; at += 8) {
            memory.store64(at, 0x5a5a_5a5a_5a5a_5a5aL); // a header must be written, not found
        }
        List<byte[]> out = new ArrayList<>();
        LeisurelyReader card = LeisurelyReader.card(out::add);
        VirtioDevice device = new VirtioDevice(card, memory, DeviceProfile.KVM_IOEVENTFD, (cause, queue) -> {});
        ModernPciDevice pci = new ModernPciDevice(device);
        List<byte[]> taken = new ArrayList<>();
        int[] waits = {0};
        try {
            Drivers.Sender driver = factory.start(
                    new ModernPciTransport(pci.configSpace(), bar -> pci.bar()),
                    memory,
                    new DmaAllocator(1 << 16, DriverExam.MEMORY_BYTES - (1 << 16)),
                    ring,
                    () -> {
                        if (++waits[0] > DriverExam.MOST_WAITS) {
                            throw new NoEnd(DriverExam.MOST_WAITS);
                        }
                        device.serviceKicks();
                    });
            for (int call = 0; call < FRAMES; call++) {
                send(driver, frame(call), taken);
                if (call % REST == REST - 1) {
                    device.serviceKicks();
                }
            }
            for (int call = 0; call < UNTIL_FULL; call++) {
                send(driver, frame(call), taken);
            }
            device.serviceKicks();
            card.finish();
            if (!driver.send(frame(1))) {
                wrong.add(where + "with nothing in flight a frame finds no room");
            } else {
                taken.add(frame(1));
                device.serviceKicks();
                card.finish();
            }
            if (device.brokenBy() != null) {
                wrong.add(where + "the device stops: " + device.brokenBy());
            }
            compare(where, taken, out, wrong);
        } catch (Throwable e) {
            Thrown.orRethrow(e);
            wrong.add(where + Thrown.line(e));
        }
    }

    private static byte[] frame(int call) {
        int length = DriverExam.LEAST_FRAME + call * 193 % (DriverExam.MOST_FRAME - DriverExam.LEAST_FRAME + 1);
        return DriverExam.pattern(length, call);
    }

    private static void send(Drivers.Sender driver, byte[] frame, List<byte[]> taken) {
        if (driver.send(frame.clone())) {
            taken.add(frame);
        }
    }

    private static void compare(String where, List<byte[]> taken, List<byte[]> out, List<String> wrong) {
        for (int i = 0; i < Math.min(taken.size(), out.size()); i++) {
            byte[] sent = out.get(i);
            byte[] expected = taken.get(i);
            if (sent.length < HEADER || !Arrays.equals(sent, HEADER, sent.length, expected, 0, expected.length)) {
                wrong.add(where + "frame " + i + " of " + expected.length + " bytes goes out as others, "
                        + (sent.length - HEADER) + " of them");
                return;
            }
            if (sent[0] != 0 || sent[1] != 0) {
                wrong.add(where + "the header asks for offloads that were not agreed on (NET8)");
                return;
            }
            if (sent[NUM_BUFFERS] != 0 || sent[NUM_BUFFERS + 1] != 0) {
                wrong.add(where + "num_buffers of a frame that is sent is not 0 (NET8)");
                return;
            }
        }
        if (out.size() != taken.size()) {
            wrong.add(where + out.size() + " frames go out of " + taken.size() + " that were taken");
        }
        if (taken.size() > FRAMES + 2 * QUEUE) {
            wrong.add(where + "takes frames for which there is no room");
        }
    }
}
