package io.torosim.guest.nic;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.code.Routine;
import io.torosim.guest.driver.DriverCosts;
import io.torosim.guest.driver.NetDriver;
import io.torosim.guest.driver.PacketBlock;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.nic.Nic;
import io.torosim.virtio.nic.NicComparison;
import io.torosim.virtio.transport.AccessCosts;
import io.torosim.virtio.transport.AccessMeter;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;

/**
 * A card whose driver is not guest code yet: the register-level models of {@code io.torosim.virtio.nic}, where a call of the driver is one step
 * whose device accesses are counted and paid for afterwards. No race inside such a driver can happen. Confined to the simulation thread.
 */
final class WholeCallDriver implements NetDriver {
    private static final int OP_TO_GUEST = 0;
    private static final int OP_TO_WIRE = 1;

    private static final int PACKET_WORD = 0;
    private static final int FRAMES_LEFT = 1;
    private static final int RECEIVED = 2;

    private final Machine machine;
    private final QemuProcess mainLoop;
    private final Link link;
    private final KernelHeap heap;
    private final DriverCosts costs;
    private final AccessMeter meter;
    private final AccessMeter picMeter;
    private final Nic nic;
    private final ArrayDeque<byte[]> sentNow = new ArrayDeque<>();
    private final ArrayDeque<byte[]> received = new ArrayDeque<>();
    private final Long2ObjectOpenHashMap<byte[]> inBackend = new Long2ObjectOpenHashMap<>();
    private final EventHandler events = this::onEvent;
    private final long framePs;
    private final GuestCode send;
    private final GuestCode handler;
    private GuestCode receiver;
    private long nextNumber;
    private long backendFreePs;
    private boolean lineSeen;
    private long copiedSeen;
    private long portIoSeen;
    private long mmioSeen;
    private long kicksSeen;
    private long picSeen;
    private long droppedWithoutMemory;

    WholeCallDriver(
            Machine machine,
            QemuProcess mainLoop,
            NicComparison.Card card,
            Link link,
            KernelHeap heap,
            DriverCosts costs,
            long framePs) {
        this.machine = machine;
        this.mainLoop = mainLoop;
        this.link = link;
        this.heap = heap;
        this.costs = costs;
        this.framePs = framePs;
        MachineCosts prices = machine.costs();
        this.meter =
                new AccessMeter(new AccessCosts(prices.pioPs(), prices.mmioPs(), prices.kickPs(), prices.pioPs(), 0));
        this.picMeter = new AccessMeter(new AccessCosts(prices.picPs(), 0, 0, 0, 0));
        this.nic = card.create(meter, picMeter, sentNow::add);
        settle(null);
        sentNow.clear();
        link.connectGuest(frame -> throughBackend(OP_TO_GUEST, frame));
        this.send = Steps.of("Send of " + card.label(), 2)
                .step("send the frame", (cpu, f) -> {
                    byte[] frame = new byte[(int) f.w[BYTES]];
                    cpu.own().copyOut(f.w[FRAME], frame, 0, frame.length);
                    nic.send(frame);
                    return settle(cpu.vcpu());
                })
                .build();
        this.handler = Steps.of("Handler of " + card.label(), 3)
                .step("handle the interrupt", (cpu, f) -> {
                    lineSeen = false;
                    received.addAll(nic.handleInterrupt());
                    f.w[FRAMES_LEFT] = received.size();
                    long ps = settle(cpu.vcpu());
                    if (inBackend.isEmpty()) {
                        updateLine(); // otherwise the backend tells when it is done
                    }
                    return ps;
                })
                .whilePositive("frames left", FRAMES_LEFT, body -> body.step("allocate a packet", (cpu, f) -> {
                            f.w[FRAMES_LEFT]--;
                            f.w[PACKET_WORD] = packet(cpu.vcpu(), received.poll());
                            return costs.code().ps(Routine.ALLOCATE, 1);
                        })
                        .step("hand the packet to the stack", (cpu, f) -> {
                            if (f.w[PACKET_WORD] == 0) {
                                return StepResult.NEXT;
                            }
                            f.w[RECEIVED]++;
                            cpu.call(receiver).w[PACKET] = f.w[PACKET_WORD];
                            return StepResult.CALL;
                        }))
                .step("return", (cpu, f) -> {
                    if (f.w[RECEIVED] == 0) {
                        cpu.vcpu().changedNothing(); // it told of a frame that has been sent
                    }
                    return StepResult.NEXT;
                })
                .build();
    }

    private long packet(Vcpu vcpu, byte[] frame) {
        long block = heap.get(vcpu.id(), PacketBlock.RECORD_BYTES + (long) frame.length);
        if (block == 0) {
            droppedWithoutMemory++;
            return 0;
        }
        PacketBlock.begin(heap.memory(), block, frame.length);
        heap.memory().copyIn(block + PacketBlock.RECORD_BYTES, frame, 0, frame.length);
        return block;
    }

    @Override
    public GuestCode send() {
        return send;
    }

    @Override
    public GuestCode handler() {
        return handler;
    }

    @Override
    public void receiver(GuestCode routine) {
        receiver = routine;
    }

    @Override
    public long droppedWithoutMemory() {
        return droppedWithoutMemory;
    }

    /** What has been accessed, copied and sent since the last call; returns how long it took. */
    private long settle(Vcpu vcpu) {
        long ports = meter.portIo() - portIoSeen;
        long mmio = meter.mmio() - mmioSeen;
        long kicks = meter.kicks() - kicksSeen;
        long pic = picMeter.portIo() - picSeen;
        if (vcpu != null) {
            exits(vcpu, ExitCause.PIO, ports);
            exits(vcpu, ExitCause.MMIO, mmio);
            exits(vcpu, ExitCause.NOTIFY, kicks);
            exits(vcpu, ExitCause.PIC, pic);
        }
        long copied = nic.copiedBytes() - copiedSeen;
        long ps = ports * meter.costs().portIoPs()
                + mmio * meter.costs().mmioPs()
                + kicks * meter.costs().kickPs()
                + pic * picMeter.costs().portIoPs()
                + costs.code().ps(Routine.COPY_BYTES, copied);
        portIoSeen += ports;
        mmioSeen += mmio;
        kicksSeen += kicks;
        picSeen += pic;
        copiedSeen += copied;
        while (!sentNow.isEmpty()) {
            throughBackend(OP_TO_WIRE, sentNow.poll());
        }
        return ps;
    }

    private static void exits(Vcpu vcpu, ExitCause cause, long count) {
        for (long i = 0; i < count; i++) {
            vcpu.exit(cause);
        }
    }

    private void throughBackend(int op, byte[] frame) {
        backendFreePs = Math.max(backendFreePs, machine.simulation().nowPs()) + framePs;
        inBackend.put(nextNumber, frame);
        machine.simulation().at(backendFreePs, Machine.DEVICE_PRIORITY, events, op, nextNumber++);
    }

    private void onEvent(int op, long number) {
        byte[] frame = inBackend.remove(number);
        if (mainLoop != null) {
            mainLoop.mainLoopWorks(framePs);
        }
        if (op == OP_TO_GUEST) {
            nic.arrive(frame);
        } else {
            link.fromGuest(frame);
        }
        updateLine();
    }

    private void updateLine() {
        boolean line = nic.interruptPending();
        if (line && !lineSeen) {
            lineSeen = true;
            machine.raiseIrq(GuestNic.VECTOR);
        }
    }
}
