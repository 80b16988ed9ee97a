package io.torosim.guest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.memory.GuestAddressSpace.MmioDevice;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.VirtioDevice;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.transport.ModernPciDevice;
import io.torosim.virtio.transport.Transports;
import io.torosim.virtio.transport.VirtioTransport.RegisterSpace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every driver past the wrap of its 16-bit ring indices, in laps: a lap begins with nothing under way, and the same frames come and go in each. So each
 * takes as long as the others and as many events, where indices wrap too; whole passes and single steps are the same throughout.
 */
final class RingWrapTest {
    private static final byte[] MAC = {0x52, 0x54, 0, 0, 0, 1};
    private static final int PORT = 0xc040;
    private static final long BAR = 0xfe00_0000L;
    private static final long NAPI_MEMORY = 16 << 20;
    /** Frames of a lap, each way: a whole number of rounds of every ring. */
    private static final int LAP = 1024;

    /** Later indices wrap than are made available before the first frame. */
    private static final int LAPS = 66;

    private static final int FRAME_BYTES = 60;
    private static final long REST_PS = 300 * Picos.PER_NANO;

    private enum Driver {
        TORO(18, 5, 14),
        REPAIRED(18, 5, 14),
        EVENT_INDEX(3, 5, 14),
        NAPI(60, 100, 1_000);

        /** How often the host gets to it, at least. */
        final long periodPs;
        /** At most so many frames come then. */
        final int burst;
        /** So many are sent before the host gets to the first. */
        final int underWay;

        Driver(int periodMicros, int burst, int underWay) {
            this.periodPs = periodMicros * Picos.PER_MICRO;
            this.burst = burst;
            this.underWay = underWay;
        }
    }

    private record Lap(long ps, long events) {}

    /** What a run did; {@code digest} is that of numbers and instants of all frames in their order. */
    private record Outcome(int received, int sent, int outOfOrder, long digest, long events, List<Lap> laps) {}

    private static final class Run {
        final Machine machine;
        final KernelHeap heap;
        final NetDevice card = new NetDevice(MAC, this::onSent);
        final DriverCosts costs;
        final GuestCpu cpu;
        final long sendFrom;
        private final Driver driver;
        private final VirtioDevice device;
        private final EventHandler host = this::hostWorks;
        private final boolean[] told = new boolean[2];
        private final List<Lap> laps = new ArrayList<>();
        private long hostHandle = Simulation.NO_HANDLE;
        private long lapBeganPs;
        private long lapBeganAt;
        private int lapEnd;
        private int arrived;
        private int received;
        private int queued;
        private int sent;
        private int outOfOrder;
        private long digest;
        private long calls;

        Run(Driver driver, boolean exact) {
            this.driver = driver;
            machine = Machine.create(
                    MachineSpec.builder().ramMib(64).exactStepping(exact).build());
            heap = new KernelHeap(machine, MemQuirk.repaired());
            costs = DriverCosts.of(machine, CodeCosts.of(OptimisationLevel.O2, machine));
            cpu = new GuestCpu(machine.vcpu(0));
            sendFrom = heap.get(0, FRAME_BYTES);
            device = new VirtioDevice(
                    card, machine.memory(), DeviceProfile.KVM_IOEVENTFD, (cause, queue) -> told[queue] = true);
            GuestCode program =
                    switch (driver) {
                        case TORO -> driver(legacy(EnumSet.allOf(ToroVirtioQuirk.class)));
                        case REPAIRED -> driver(legacy(EnumSet.noneOf(ToroVirtioQuirk.class)));
                        case EVENT_INDEX -> driver(eventIndex());
                        case NAPI -> polling(napi());
                    };
            CodeRun run = new CodeRun(cpu, program);
            run.begin();
            machine.vcpu(0).start(run, vector -> v -> Activity.DONE);
        }

        Outcome outcome() {
            long events = 0;
            for (int millis = 10; laps.size() < LAPS && millis < 4_000; millis += 10) {
                events = machine.runUntil(Duration.ofMillis(millis)).firedEvents();
            }
            return new Outcome(received, sent, outOfOrder, digest, events, laps);
        }

        // ---- the host

        /** A few frames come; what was notified is served. */
        private void hostWorks(int round, long arg) {
            device.serviceKicks();
            for (int i = 0; i <= round * 7 % driver.burst && arrived < lapEnd; i++) {
                byte[] frame = new byte[FRAME_BYTES];
                frame[0] = (byte) (arrived >>> 16);
                frame[1] = (byte) (arrived >>> 8);
                frame[2] = (byte) arrived;
                arrived += card.receive(frame) ? 1 : 0;
            }
            hostGoesOn(machine.simulation().nowPs() + driver.periodPs + round * 37 % 4_001 * Picos.PER_NANO, round + 1);
        }

        private void hostGoesOn(long atPs, int round) {
            hostHandle = machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, host, round, 0);
        }

        private static int number(byte[] frame) {
            return (frame[0] & 0xff) << 16 | (frame[1] & 0xff) << 8 | frame[2] & 0xff;
        }

        private void onSent(byte[] frame) {
            outOfOrder += number(frame) == sent && frame.length == FRAME_BYTES ? 0 : 1;
            note(sent++, machine.simulation().nowPs());
        }

        private void onReceived(byte[] frame, int bytes) {
            outOfOrder += number(frame) == received && bytes == FRAME_BYTES ? 0 : 1;
            note(-1 - received++, machine.vcpu(0).nowPs());
        }

        private void note(long what, long ps) {
            digest = (digest * 31 + what) * 31 + ps;
        }

        // ---- the laps

        /** At the head of the guest's loop: when all frames of the lap are through the next one begins. */
        private void loopBegins() {
            if (received < lapEnd || sent < lapEnd || laps.size() == LAPS) {
                return;
            }
            long nowPs = machine.vcpu(0).nowPs();
            long at = machine.simulation().firedCount();
            if (lapEnd > 0) {
                laps.add(new Lap(nowPs - lapBeganPs, at - lapBeganAt));
            }
            lapBeganPs = nowPs;
            lapBeganAt = at;
            lapEnd += laps.size() < LAPS ? LAP : 0;
            machine.simulation().cancel(hostHandle);
            hostGoesOn(nowPs + Picos.PER_MICRO, 0);
        }

        // ---- the guest

        private byte[] next() {
            return new byte[] {(byte) (queued >>> 16), (byte) (queued >>> 8), (byte) queued++};
        }

        /** Whether so few are under way that no driver runs out of descriptors. */
        private boolean maySend() {
            return queued < lapEnd && queued - sent < driver.underWay;
        }

        private NetDriver legacy(EnumSet<ToroVirtioQuirk> quirks) {
            RegisterSpace registers = Transports.legacyPciRegisters(device, false);
            machine.bus().claim("card", PORT, 64, ports(registers));
            machine.bus().claim("pic", 0x20, 1, ports(null));
            machine.bus().claim("pic", 0xa0, 1, ports(null));
            return new VirtioNet(machine.bus(), PORT, heap, costs, quirks);
        }

        private static PortDevice ports(RegisterSpace registers) {
            return new PortDevice() {
                @Override
                public int read(int offset, int width) {
                    return registers == null ? 0 : (int) registers.read(offset, width);
                }

                @Override
                public void write(int offset, int width, int value) {
                    if (registers != null) {
                        registers.write(offset, width, width == 4 ? value & 0xffff_ffffL : value);
                    }
                }
            };
        }

        private ModernPciDevice modern() {
            ModernPciDevice pci = new ModernPciDevice(device);
            MmioDevice registers = new MmioDevice() {
                @Override
                public long read(long offset, int sizeBytes) {
                    return pci.bar().read((int) offset, sizeBytes);
                }

                @Override
                public void write(long offset, int sizeBytes, long value) {
                    pci.bar().write((int) offset, sizeBytes, value);
                }
            };
            machine.bus().map("card", BAR, 0x4000, registers, AccessKind.MMIO, AccessKind.NOTIFY);
            return pci;
        }

        private NetDriver eventIndex() {
            ModernPciDevice pci = modern();
            return new EventIndexNet(pci.configSpace(), pci.bar(), BAR + ModernPciDevice.NOTIFY, 4, heap, costs);
        }

        private NapiNet napi() {
            ModernPciDevice pci = modern();
            return new NapiNet(
                    pci.configSpace(),
                    pci.bar(),
                    BAR + ModernPciDevice.NOTIFY,
                    4,
                    machine.memory(),
                    NAPI_MEMORY,
                    costs);
        }

        /** Sends a frame if it may, looks for received ones, rests for a moment, and again. */
        private GuestCode driver(NetDriver driver) {
            byte[] frame = new byte[FRAME_BYTES];
            driver.receiver(new Entries(1) {
                @Override
                public long run(GuestCpu cpu, Frame f) {
                    long packet = f.w[NetDriver.PACKET];
                    int bytes = PacketBlock.bytes(heap.memory(), packet);
                    heap.memory().copyOut(PacketBlock.frame(heap.memory(), packet), frame, 0, FRAME_BYTES);
                    onReceived(frame, bytes);
                    heap.free(0, packet);
                    return StepResult.RETURN;
                }
            });
            GuestCode send = counted(driver.send());
            GuestCode handler = counted(driver.handler());
            return new Entries(0) {
                @Override
                public long run(GuestCpu cpu, Frame f) {
                    int entry = f.entry;
                    f.entry = (entry + 1) % 3;
                    if (entry == 0) {
                        loopBegins();
                    }
                    if (entry == 0 && maySend()) {
                        heap.memory().copyIn(sendFrom, next(), 0, 3);
                        long[] to = cpu.call(send).w;
                        to[NetDriver.FRAME] = sendFrom;
                        to[NetDriver.BYTES] = FRAME_BYTES;
                        return StepResult.CALL;
                    }
                    if (entry == 1) {
                        cpu.call(handler);
                        return StepResult.CALL;
                    }
                    return REST_PS;
                }
            };
        }

        private GuestCode polling(NapiNet net) {
            byte[] frame = new byte[NapiNet.MOST_FRAME_BYTES];
            GuestCode receive = counted(net.receive());
            GuestCode complete = counted(net.complete());
            GuestCode refill = counted(net.refill());
            GuestCode transmit = counted(net.transmit());
            return new Entries(0) {
                @Override
                public long run(GuestCpu cpu, Frame f) {
                    switch (f.entry) {
                        case 0 -> {
                            loopBegins();
                            if (!told[NetDevice.RX]) {
                                f.entry = 2;
                                return StepResult.NEXT;
                            }
                            told[NetDevice.RX] = false; // and quiet until the end of polling
                            cpu.call(receive);
                            f.entry = 1;
                            return StepResult.CALL;
                        }
                        case 1 -> {
                            int bytes = net.takeReceived(frame);
                            if (bytes >= 0) {
                                onReceived(frame, bytes);
                                cpu.call(receive);
                            } else {
                                cpu.call(complete);
                                f.entry = 2;
                            }
                            return StepResult.CALL;
                        }
                        case 2 -> {
                            told[NetDevice.RX] |= net.moreReceived();
                            f.entry = 3;
                            cpu.call(refill); // though half of the queue may be there: a lap ends with all of it
                            return StepResult.CALL;
                        }
                        case 3 -> {
                            for (int i = 0; i < 20 && maySend(); i++) {
                                System.arraycopy(next(), 0, frame, 0, 3);
                                net.queue(frame, FRAME_BYTES);
                            }
                            if (told[NetDevice.TX]) {
                                told[NetDevice.TX] = false;
                                net.transmitInterrupt();
                            }
                            f.entry = 4;
                            if (net.mustTransmit()) {
                                cpu.call(transmit);
                                return StepResult.CALL;
                            }
                            return StepResult.NEXT;
                        }
                        default -> {
                            f.entry = 0;
                            return REST_PS;
                        }
                    }
                }
            };
        }

        /** The same routine, with its calls counted. */
        private GuestCode counted(GuestCode code) {
            return new GuestCode() {
                @Override
                public String name() {
                    return code.name();
                }

                @Override
                public int words() {
                    return code.words();
                }

                @Override
                public String entryName(int entry) {
                    return code.entryName(entry);
                }

                @Override
                public long run(GuestCpu cpu, Frame frame) {
                    calls++;
                    return code.run(cpu, frame);
                }
            };
        }
    }

    private abstract static class Entries extends GuestCode {
        private final int words;

        Entries(int words) {
            this.words = words;
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public int words() {
            return words;
        }

        @Override
        public String entryName(int entry) {
            return "entry " + entry;
        }
    }

    @ParameterizedTest
    @EnumSource(Driver.class)
    void wholePassesAndSingleSteps_areTheSame_whereIndicesWrap(Driver driver) {
        Run whole = new Run(driver, false);
        Run stepped = new Run(driver, true);
        Outcome outcome = stepped.outcome();
        assertThat(outcome.received).isEqualTo(LAPS * LAP);
        assertThat(outcome.sent).isEqualTo(LAPS * LAP);
        assertThat(outcome.outOfOrder).isZero();
        assertThat(outcome.laps.subList(2, LAPS).stream().distinct()) // before, some descriptors are new
                .hasSize(1);
        assertThat(whole.outcome()).isEqualTo(outcome);
        assertThat(whole.calls).as("entries that were passed over").isLessThan(stepped.calls * 9 / 10);
    }
}
