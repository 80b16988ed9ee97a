package io.torosim.virtio.qtest;

import io.torosim.virtio.qtest.QemuMachine.PciFunction;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Bus 0 of a QEMU {@code pc} machine, set up as firmware would: functions found through the configuration ports CF8h and
 * CFCh, sizes of their BARs measured, addresses given out, decoding and bus mastering enabled.
 */
final class PciBus {
    private static final int SLOTS = 32;
    private static final int BARS = 6;
    private static final int COMMAND = 0x04;
    private static final int DECODE_AND_MASTER = 0x07; // I/O, memory, bus master
    private static final int BAR_0 = 0x10;
    private static final long FIRST_PORT = 0xc000;
    private static final long FIRST_MMIO = 0xe000_0000L; // above the RAM of a pc, below its IOAPIC

    private final QtestSession session;
    private long nextPort = FIRST_PORT;
    private long nextMmio = FIRST_MMIO;

    PciBus(QtestSession session) {
        this.session = session;
    }

    /** Returns the virtio functions in the order of their slots, ready for use. */
    List<PciFunction> virtioFunctions() {
        List<PciFunction> found = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            RegisterSpace config = config(slot);
            if (config.read(0, 2) == PciFunction.VIRTIO_VENDOR) {
                RegisterSpace[] bars = place(config);
                config.write(COMMAND, 2, DECODE_AND_MASTER);
                found.add(new PciFunction(slot, config, bars));
            }
        }
        return List.copyOf(found);
    }

    private RegisterSpace config(int slot) {
        QtestRegisters address = new QtestRegisters(session, true, 0xcf8);
        QtestRegisters data = new QtestRegisters(session, true, 0xcfc);
        return new RegisterSpace() {
            private void select(int offset) {
                address.write(0, 4, 0x8000_0000L | (long) slot << 11 | offset & 0xfc);
            }

            @Override
            public long read(int offset, int widthBytes) {
                select(offset);
                return data.read(offset & 3, widthBytes);
            }

            @Override
            public void write(int offset, int widthBytes, long value) {
                select(offset);
                data.write(offset & 3, widthBytes, value);
            }
        };
    }

    private RegisterSpace[] place(RegisterSpace config) {
        RegisterSpace[] bars = new RegisterSpace[BARS];
        for (int i = 0; i < BARS; i++) {
            int at = BAR_0 + 4 * i;
            config.write(at, 4, 0xffff_ffffL);
            long mask = config.read(at, 4);
            if (mask == 0) {
                continue;
            }
            boolean ports = (mask & 1) != 0;
            long bytes = Long.lowestOneBit(mask & (ports ? ~3L : ~15L));
            long base = ports ? align(nextPort, bytes) : align(nextMmio, bytes);
            config.write(at, 4, base);
            bars[i] = new QtestRegisters(session, ports, base);
            if (ports) {
                nextPort = base + bytes;
            } else {
                nextMmio = base + bytes;
            }
            if (!ports && (mask & 6) == 4) { // 64 bits: the next one is the upper half
                config.write(at + 4, 4, 0);
                i++;
            }
        }
        return bars;
    }

    private static long align(long address, long bytes) {
        return (address + bytes - 1) & -bytes;
    }
}
