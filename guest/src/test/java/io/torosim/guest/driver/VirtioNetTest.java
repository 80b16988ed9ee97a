package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.driver.VirtioHandshake.DmaAllocator;
import io.torosim.virtio.nic.ToroNetDriver;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.testkit.FlatMemory;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Toro's virtio-net driver as guest code makes the same register accesses as the plain Java one, and moves the same frames. */
class VirtioNetTest {
    private static final int BASE = 0xc040;
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};

    /** One driver at one device: what it did to the registers, and the frames that passed. */
    private static final class Record {
        final List<String> registers = new ArrayList<>();
        final List<String> received = new ArrayList<>();
        final List<String> sent = new ArrayList<>();

        void read(int offset, int width, long value) {
            registers.add("read " + offset + "/" + width + " = " + value);
        }

        void write(int offset, int width, long value) {
            boolean address = offset == VirtioNet.QUEUE_PFN; // where the rings lie is the driver's own business
            registers.add("write " + offset + "/" + width + " = " + (address ? "page" : value));
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

    private static Record plain(EnumSet<ToroVirtioQuirk> quirks) {
        Record record = new Record();
        FlatMemory memory = new FlatMemory(1 << 22);
        NetDevice card = new NetDevice(MAC, frame -> record.sent.add(text(frame)));
        VirtioDevice device = new VirtioDevice(card, memory, DeviceProfile.LEGACY_ONLY, (cause, queue) -> {});
        RegisterSpace registers = Transports.legacyPciRegisters(device, false);
        RegisterSpace bar = new RegisterSpace() {
            @Override
            public long read(int offset, int width) {
                long value = registers.read(offset, width);
                record.read(offset, width, value);
                return value;
            }

            @Override
            public void write(int offset, int width, long value) {
                record.write(offset, width, value);
                registers.write(offset, width, value);
            }
        };
        RegisterSpace pic = new RegisterSpace() {
            @Override
            public long read(int offset, int width) {
                return 0;
            }

            @Override
            public void write(int offset, int width, long value) {
                record.registers.add("pic " + offset + " = " + value);
            }
        };
        ToroNetDriver driver = new ToroNetDriver(
                bar,
                pic,
                memory,
                new DmaAllocator(0x10000, memory.sizeBytes() - 0x10000),
                quirks,
                frame -> record.received.add(text(frame)));
        drive(
                number -> driver.send(frame(number, 60 + 100 * number)),
                number -> card.receive(frame(number, 64 + 200 * number)),
                driver::interrupt);
        return record;
    }

    private static Record routine(EnumSet<ToroVirtioQuirk> quirks) {
        Record record = new Record();
        Machine machine = Machine.create(MachineSpec.builder().build());
        KernelHeap heap = new KernelHeap(machine, MemQuirk.repaired());
        NetDevice card = new NetDevice(MAC, frame -> record.sent.add(text(frame)));
        VirtioDevice device = new VirtioDevice(card, machine.memory(), DeviceProfile.LEGACY_ONLY, (cause, queue) -> {});
        RegisterSpace registers = Transports.legacyPciRegisters(device, false);
        machine.bus().claim("card", BASE, 64, new PortDevice() {
            @Override
            public int read(int offset, int width) {
                int value = (int) registers.read(offset, width);
                record.read(offset, width, value);
                return value;
            }

            @Override
            public void write(int offset, int width, int value) {
                record.write(offset, width, value);
                registers.write(offset, width, value);
            }
        });
        for (int port : new int[] {0x20, 0xa0}) {
            machine.bus().claim("pic", port, 1, new PortDevice() {
                @Override
                public int read(int offset, int width) {
                    return 0;
                }

                @Override
                public void write(int offset, int width, int value) {
                    record.registers.add("pic " + port + " = " + value);
                }
            });
        }
        VirtioNet driver = new VirtioNet(
                machine.bus(),
                BASE,
                heap,
                DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine)),
                quirks);
        driver.receiver(new Keeper(heap, record.received));
        GuestCpu cpu = new GuestCpu(machine.vcpu(0));
        cpu.checkAccesses(true);
        CodeRun send = new CodeRun(cpu, driver.send());
        CodeRun handler = new CodeRun(cpu, driver.handler());
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
        for (int i = 0; i < 6; i++) {
            send.at(i);
            receive.at(i);
            if (i % 2 == 1) {
                receive.at(i);
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void registersAndFrames_areThoseOfThePlainDriver(boolean faithful) {
        EnumSet<ToroVirtioQuirk> quirks =
                faithful ? EnumSet.allOf(ToroVirtioQuirk.class) : EnumSet.noneOf(ToroVirtioQuirk.class);
        Record plain = plain(quirks);
        Record routine = routine(quirks);
        assertThat(routine.sent).hasSize(6).isEqualTo(plain.sent);
        assertThat(routine.received).hasSize(9).isEqualTo(plain.received);
        assertThat(routine.registers).isEqualTo(plain.registers);
    }
}
