package io.torosim.guest.nic;

import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineCosts;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.net.NetBackend;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.nic.Nic;
import io.torosim.virtio.nic.NicComparison;
import io.torosim.virtio.transport.AccessCosts;
import io.torosim.virtio.transport.AccessMeter;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A network card of a guest, with its driver, between a machine and a {@link Link}: the register-level models of {@code
 * io.torosim.virtio.nic}, whose accesses become exits and time of the vCPU that makes them. The host's backend works on one
 * frame at a time; what it has done it tells by the interrupt line.
 *
 * <p>The driver's calls are one step each: rings and registers change at its beginning. Confined to the simulation thread.
 */
public final class GuestNic {
    /** The hardware address of every card. */
    public static final long MAC = 0x5254_0000_0001L;
    /** The vector of the network card: IRQ 11. */
    public static final int VECTOR = 32 + 11;

    private static final int OP_TO_GUEST = 0;
    private static final int OP_TO_WIRE = 1;

    private final Machine machine;
    private final QemuProcess process;
    private final NetBackend backend;
    private final Link link;
    private final NicComparison.Card card;
    private final AccessMeter meter;
    private final AccessMeter picMeter;
    private final Nic nic;
    private final ArrayDeque<byte[]> sentNow = new ArrayDeque<>();
    private final Long2ObjectOpenHashMap<byte[]> inBackend = new Long2ObjectOpenHashMap<>();
    private final EventHandler handler = this::onEvent;
    private final long backendPs;
    private long nextNumber;
    private long backendFreePs;
    private boolean lineSeen;
    private long copiedSeen;
    private long portIoSeen;
    private long mmioSeen;
    private long kicksSeen;
    private long picSeen;

    /**
     * Plugs a card into a machine and a wire into the card. Its driver has brought it up; the time of that belongs to the boot.
     *
     * @param process takes the main loop's work where the backend is QEMU itself
     */
    public GuestNic(Machine machine, QemuProcess process, NetBackend backend, NicComparison.Card card, Link link) {
        this.machine = machine;
        this.process = process;
        this.backend = backend;
        this.card = card;
        this.link = link;
        MachineCosts costs = machine.costs();
        this.meter = new AccessMeter(new AccessCosts(costs.pioPs(), costs.mmioPs(), costs.kickPs(), costs.pioPs(), 0));
        this.picMeter = new AccessMeter(new AccessCosts(costs.picPs(), 0, 0, 0, 0));
        this.nic = card.create(meter, picMeter, sentNow::add);
        String cost = backend == NetBackend.VHOST && isVirtio() ? "qemu.packet_vhost" : "qemu.packet_user";
        this.backendPs = machine.spec().costs().ps(cost);
        settle(null);
        sentNow.clear();
        link.connectGuest(this::fromWire);
    }

    private boolean isVirtio() {
        return card == NicComparison.Card.VIRTIO_TORO || card == NicComparison.Card.VIRTIO_EVENT_IDX;
    }

    /** Returns which card it is. */
    public NicComparison.Card card() {
        return card;
    }

    /** What a call of the driver came to: the time of its device accesses, and the bytes that its loops copied. */
    public record Call(long accessPs, long copiedBytes) {}

    /** What an interrupt brought. */
    public record Interrupt(Call call, List<byte[]> frames) {}

    /** The driver sends a frame, or queues it; its accesses are exits of {@code vcpu}. */
    public Call send(Vcpu vcpu, byte[] frame) {
        nic.send(frame);
        return settle(vcpu);
    }

    /** The driver handles its interrupt. */
    public Interrupt handleInterrupt(Vcpu vcpu) {
        lineSeen = false;
        List<byte[]> frames = nic.handleInterrupt();
        Call call = settle(vcpu);
        if (inBackend.isEmpty()) {
            updateLine(); // otherwise the backend tells when it is done
        }
        return new Interrupt(call, frames);
    }

    /** What has been accessed, copied and sent since the last call. */
    private Call settle(Vcpu vcpu) {
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
        long ps = ports * meter.costs().portIoPs()
                + mmio * meter.costs().mmioPs()
                + kicks * meter.costs().kickPs()
                + pic * picMeter.costs().portIoPs();
        long copied = nic.copiedBytes() - copiedSeen;
        portIoSeen += ports;
        mmioSeen += mmio;
        kicksSeen += kicks;
        picSeen += pic;
        copiedSeen += copied;
        while (!sentNow.isEmpty()) {
            throughBackend(OP_TO_WIRE, sentNow.poll());
        }
        return new Call(ps, copied);
    }

    private static void exits(Vcpu vcpu, ExitCause cause, long count) {
        for (long i = 0; i < count; i++) {
            vcpu.exit(cause);
        }
    }

    private void fromWire(byte[] frame) {
        throughBackend(OP_TO_GUEST, frame);
    }

    private void throughBackend(int op, byte[] frame) {
        backendFreePs = Math.max(backendFreePs, machine.simulation().nowPs()) + backendPs;
        inBackend.put(nextNumber, frame);
        machine.simulation().at(backendFreePs, Machine.DEVICE_PRIORITY, handler, op, nextNumber++);
    }

    private void onEvent(int op, long number) {
        byte[] frame = inBackend.remove(number);
        if (backend == NetBackend.USER || !isVirtio()) {
            process.mainLoopWorks(backendPs);
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
            machine.raiseIrq(VECTOR);
        }
    }
}
