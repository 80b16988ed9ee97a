package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.memory.GuestMemory;
import io.torosim.core.memory.GuestMemory.MemoryWindow;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.layout.SplitRing;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.ModernPciTransport;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The driver with event index as guest code makes the same register and ring accesses as the plain Java one, and moves the same frames. */
class EventIndexNetTest {
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};
    private static final long BAR = 0xfe00_0000L;
    private static final int QUEUE = 64;
    private static final int QUEUE_SELECT = 22;
    private static final int QUEUE_DESC = 32;
    private static final int QUEUE_END = 56;
    private static final String[] AREAS = {"desc", "driver", "device"};
    private static final long[] AREA_BYTES = {
        SplitRing.descBytes(QUEUE), SplitRing.availBytes(QUEUE), SplitRing.usedBytes(QUEUE)
    };

    /** One driver at one device: what it did to registers and rings, and the frames that passed. */
    private static final class Record {
        final List<String> accesses = new ArrayList<>();
        final List<String> received = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        private final long[][] rings = new long[2][3];
        private int selected;
        private boolean started;

        /** The rings of the bring-up are at nobody's pace: what counts is what comes after. */
        void starts() {
            started = true;
        }

        void read(int offset, int width, long value) {
            accesses.add("read " + offset + "/" + width + " = " + value);
        }

        void write(int offset, int width, long value) {
            boolean address = offset >= QUEUE_DESC && offset < QUEUE_END;
            if (offset == QUEUE_SELECT) {
                selected = (int) value;
            } else if (address) {
                int area = (offset - QUEUE_DESC) / 8;
                rings[selected][area] |= (offset & 7) == 4 ? value << 32 : value;
            }
            accesses.add("write " + offset + "/" + width + " = " + (address ? "where it lies" : value));
        }

        /** An access to memory: noted if it is one to a ring. */
        void memory(String what, long address, int width, long value) {
            for (int queue = 0; queue < rings.length && started; queue++) {
                for (int area = 0; area < AREAS.length; area++) {
                    long offset = address - rings[queue][area];
                    if (offset >= 0 && offset < AREA_BYTES[area]) {
                        boolean buffer = area == 0 && offset % 16 == 0;
                        accesses.add(what + " " + AREAS[area] + queue + "+" + offset + "/" + width + " = "
                                + (buffer ? "a buffer" : value));
                    }
                }
            }
        }

        RegisterSpace bar(RegisterSpace bar) {
            return new RegisterSpace() {
                @Override
                public long read(int offset, int width) {
                    long value = bar.read(offset, width);
                    Record.this.read(offset, width, value);
                    return value;
                }

                @Override
                public void write(int offset, int width, long value) {
                    Record.this.write(offset, width, value);
                    bar.write(offset, width, value);
                }
            };
        }
    }

    private static byte[] frame(int number, int bytes) {
        byte[] frame = new byte[bytes];
        Arrays.fill(frame, (byte) (number + 1));
        return frame;
    }

    private static String text(byte[] frame) {
        return frame.length + "x" + frame[frame.length - 1];
    }

    private static Record plain() {
        Record record = new Record();
        FlatMemory memory = new FlatMemory(1 << 22);
        NetDevice card = new NetDevice(MAC, frame -> record.sent.add(text(frame)));
        ModernPciDevice pci =
                new ModernPciDevice(new VirtioDevice(card, memory, DeviceProfile.STRICT, (cause, queue) -> {}));
        RegisterSpace bar = record.bar(pci.bar());
        io.torosim.virtio.driver.NetDriver driver = new io.torosim.virtio.driver.NetDriver(
                new ModernPciTransport(pci.configSpace(), number -> bar),
                new WatchedMemory(memory, record),
                new DmaAllocator(0x10000, memory.sizeBytes() - 0x10000),
                VirtioFeatures.EVENT_IDX,
                1526);
        record.starts();
        drive(
                number -> driver.send(frame(number, 60 + 100 * number)),
                number -> card.receive(frame(number, 64 + 200 * number)),
                () -> {
                    do {
                        for (byte[] frame = driver.receive(); frame != null; frame = driver.receive()) {
                            record.received.add(text(frame));
                        }
                    } while (driver.enableInterrupts());
                });
        return record;
    }

    private static Record routine() {
        Record record = new Record();
        Machine machine = Machine.create(MachineSpec.builder().build());
        KernelHeap heap = new KernelHeap(machine, MemQuirk.repaired());
        NetDevice card = new NetDevice(MAC, frame -> record.sent.add(text(frame)));
        ModernPciDevice pci = new ModernPciDevice(
                new VirtioDevice(card, machine.memory(), DeviceProfile.STRICT, (cause, queue) -> {}));
        RegisterSpace bar = record.bar(pci.bar());
        MmioDevice registers = new MmioDevice() {
            @Override
            public long read(long offset, int sizeBytes) {
                return bar.read((int) offset, sizeBytes);
            }

            @Override
            public void write(long offset, int sizeBytes, long value) {
                bar.write((int) offset, sizeBytes, value);
            }
        };
        machine.bus().map("card", BAR, 0x4000, registers, AccessKind.MMIO, AccessKind.NOTIFY);
        EventIndexNet driver = new EventIndexNet(
                pci.configSpace(),
                bar,
                BAR + ModernPciDevice.NOTIFY,
                4,
                heap,
                DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine)));
        driver.receiver(new Keeper(heap, record.received));
        GuestCpu cpu = new WatchedCpu(machine, record);
        cpu.checkAccesses(true);
        CodeRun send = new CodeRun(cpu, driver.send());
        CodeRun handler = new CodeRun(cpu, driver.handler());
        record.starts();
        drive(
                number -> {
                    byte[] frame = frame(number, 60 + 100 * number);
                    long at = heap.get(0, frame.length);
                    heap.memory().copyIn(at, frame, 0, frame.length);
                    Frame arguments = send.begin();
                    arguments.w[NetDriver.FRAME] = at;
                    arguments.w[NetDriver.BYTES] = frame.length;
                    run(send);
                    heap.free(0, at);
                },
                number -> card.receive(frame(number, 64 + 200 * number)),
                () -> {
                    handler.begin();
                    run(handler);
                });
        assertThat(driver.droppedWithoutRoom()).isZero();
        return record;
    }

    private static void run(CodeRun run) {
        while (run.next() != StepResult.DONE) {
            // the next step
        }
    }

    private interface Numbered {
        void at(int number);
    }

    private static void drive(Numbered send, Numbered receive, Runnable interrupt) {
        for (int i = 0; i < 7; i++) {
            send.at(i);
            receive.at(i);
            if (i % 2 == 1) {
                receive.at(i);
                send.at(i);
            }
            interrupt.run();
        }
        interrupt.run(); // nothing has happened
    }

    /** Takes what the handler receives. */
    private static final class Keeper extends GuestCode {
        private final KernelHeap heap;
        private final List<String> received;

        Keeper(KernelHeap heap, List<String> received) {
            this.heap = heap;
            this.received = received;
        }

        @Override
        public String name() {
            return "keep";
        }

        @Override
        public int words() {
            return 1;
        }

        @Override
        public String entryName(int entry) {
            return "keep";
        }

        @Override
        public long run(GuestCpu cpu, Frame frame) {
            long packet = frame.w[NetDriver.PACKET];
            byte[] bytes = new byte[PacketBlock.bytes(heap.memory(), packet)];
            heap.memory().copyOut(PacketBlock.frame(heap.memory(), packet), bytes, 0, bytes.length);
            received.add(text(bytes));
            heap.free(0, packet);
            return StepResult.RETURN;
        }
    }

    /** Notes the accesses of a routine to rings. */
    private static final class WatchedCpu extends GuestCpu {
        private final Record record;

        WatchedCpu(Machine machine, Record record) {
            super(machine.vcpu(0));
            this.record = record;
        }

        @Override
        public int load16(MemoryWindow ram, int offset) {
            int value = super.load16(ram, offset);
            record.memory("load", ram.address() + offset, 2, value);
            return value;
        }

        @Override
        public long load64(MemoryWindow ram, int offset) {
            long value = super.load64(ram, offset);
            record.memory("load", ram.address() + offset, 8, value);
            return value;
        }

        @Override
        public void store16(MemoryWindow ram, int offset, int value) {
            record.memory("store", ram.address() + offset, 2, value);
            super.store16(ram, offset, value);
        }

        @Override
        public void store64(MemoryWindow ram, int offset, long value) {
            record.memory("store", ram.address() + offset, 8, value);
            super.store64(ram, offset, value);
        }

        @Override
        public void fence() {
            record.accesses.add("fence");
            super.fence();
        }
    }

    /** Notes the accesses of a plain driver to rings. */
    private record WatchedMemory(GuestMemory memory, Record record) implements GuestMemory {
        @Override
        public long sizeBytes() {
            return memory.sizeBytes();
        }

        @Override
        public int load8(long address) {
            return memory.load8(address);
        }

        @Override
        public int load16(long address) {
            int value = memory.load16(address);
            record.memory("load", address, 2, value);
            return value;
        }

        @Override
        public int load32(long address) {
            int value = memory.load32(address);
            record.memory("load", address, 4, value);
            return value;
        }

        @Override
        public long load64(long address) {
            long value = memory.load64(address);
            record.memory("load", address, 8, value);
            return value;
        }

        @Override
        public void store8(long address, int value) {
            memory.store8(address, value);
        }

        @Override
        public void store16(long address, int value) {
            record.memory("store", address, 2, value & 0xffff);
            memory.store16(address, value);
        }

        @Override
        public void store32(long address, int value) {
            record.memory("store", address, 4, value);
            memory.store32(address, value);
        }

        @Override
        public void store64(long address, long value) {
            record.memory("store", address, 8, value);
            memory.store64(address, value);
        }

        @Override
        public void copyOut(long address, byte[] target, int offset, int length) {
            memory.copyOut(address, target, offset, length);
        }

        @Override
        public void copyIn(long address, byte[] source, int offset, int length) {
            memory.copyIn(address, source, offset, length);
        }

        @Override
        public void fill(long address, long length, int value) {
            memory.fill(address, length, value);
        }

        @Override
        public void fullFence() {
            if (record.started) {
                record.accesses.add("fence");
            }
            memory.fullFence();
        }
    }

    @Test
    void registersRingsAndFrames_areThoseOfThePlainDriver() {
        Record plain = plain();
        Record routine = routine();
        assertThat(routine.sent).hasSize(10).isEqualTo(plain.sent);
        assertThat(routine.received).hasSize(10).isEqualTo(plain.received);
        assertThat(routine.accesses).hasSizeGreaterThan(200).isEqualTo(plain.accesses);
    }
}
