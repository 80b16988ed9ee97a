package io.torosim.virtio.qtest;

import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;

/** The virtio-mmio slots of a QEMU {@code microvm} machine. */
final class MmioBus {
    private static final long BASE = 0xfeb0_0000L;
    private static final int SLOT_BYTES = 0x200;
    private static final int SLOTS = 24;
    private static final int DEVICE_ID = 8;

    private MmioBus() {}

    /** Returns the devices that are there in the order of the arguments: the first one goes into the last slot. */
    static List<RegisterSpace> devices(QtestSession session) {
        List<RegisterSpace> found = new ArrayList<>();
        for (int slot = SLOTS - 1; slot >= 0; slot--) {
            RegisterSpace registers = new QtestRegisters(session, false, BASE + (long) SLOT_BYTES * slot);
            if (registers.read(DEVICE_ID, 4) != 0) {
                found.add(registers);
            }
        }
        return List.copyOf(found);
    }
}
