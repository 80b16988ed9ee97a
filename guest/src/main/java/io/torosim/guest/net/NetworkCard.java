package io.torosim.guest.net;

import io.torosim.core.event.EventHandler;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.trace.TraceKind;
import io.torosim.guest.spec.NetBackend;

/**
 * A paravirtual network card with one receive and one transmit queue. It interrupts vCPU 0 for received frames and, where
 * the driver asks for it, for finished transmissions; while its interrupt status has not been read it does not interrupt
 * again. What a driver's accesses cost is the driver's business; the work of the backend is charged to the host here.
 *
 * <p>This is a cost and timing model: the queues are counted, not laid out in guest memory.
 */
public final class NetworkCard {
    private static final int OP_ARRIVED = 0;
    private static final int OP_SENT = 1;

    private final Machine machine;
    private final QemuProcess process;
    private final NetBackend backend;
    private final int vector;
    private final boolean interruptsOnSent;
    private final long backendPs;
    private final PacketQueue received = new PacketQueue();
    private final EventHandler handler = this::onEvent;
    private Wire wire = packet -> {};
    private boolean statusRaised;
    private long backendFreePs;

    /**
     * Creates a card.
     *
     * @param vector the interrupt vector on vCPU 0
     * @param interruptsOnSent whether finished transmissions interrupt, as Toro's driver leaves them
     */
    public NetworkCard(Machine machine, QemuProcess process, NetBackend backend, int vector, boolean interruptsOnSent) {
        this.machine = machine;
        this.process = process;
        this.backend = backend;
        this.vector = vector;
        this.interruptsOnSent = interruptsOnSent;
        this.backendPs =
                machine.spec().costs().ps(backend == NetBackend.VHOST ? "qemu.packet_vhost" : "qemu.packet_user");
    }

    /** Connects the far end. */
    public void connect(Wire farEnd) {
        wire = farEnd;
    }

    /** The far end's frame reaches the host now; it is in the guest's queue when the backend has dealt with it. */
    public void arrive(long packet) {
        machine.simulation().at(backendDone(), Machine.DEVICE_PRIORITY, handler, OP_ARRIVED, packet);
    }

    /** Returns the number of frames in the receive queue. */
    public int receivedCount() {
        return received.size();
    }

    /** Takes the oldest frame out of the receive queue, which must not be empty. */
    public long takeReceived() {
        return received.take();
    }

    /** The driver reads the interrupt status, which clears it: true if it was raised. */
    public boolean readStatus() {
        boolean was = statusRaised;
        statusRaised = false;
        return was;
    }

    /** The driver puts a frame into the transmit queue and notifies the device. */
    public void transmit(long packet) {
        machine.trace()
                .emit(
                        machine.simulation().nowPs(),
                        0,
                        TraceKind.PACKET_OUT,
                        Packet.connection(packet),
                        Packet.kind(packet).ordinal());
        machine.simulation().at(backendDone(), Machine.DEVICE_PRIORITY, handler, OP_SENT, packet);
    }

    /** The backend works on one packet at a time. */
    private long backendDone() {
        backendFreePs = Math.max(backendFreePs, machine.simulation().nowPs()) + backendPs;
        return backendFreePs;
    }

    private void onEvent(int op, long packet) {
        if (backend == NetBackend.USER) {
            process.mainLoopWorks(backendPs);
        }
        if (op == OP_ARRIVED) {
            machine.trace()
                    .emit(
                            machine.simulation().nowPs(),
                            0,
                            TraceKind.PACKET_IN,
                            Packet.connection(packet),
                            Packet.kind(packet).ordinal());
            received.add(packet);
            interrupt();
        } else {
            wire.onFrame(packet);
            if (interruptsOnSent) {
                interrupt();
            }
        }
    }

    private void interrupt() {
        if (!statusRaised) {
            statusRaised = true;
            machine.raiseIrq(vector);
        }
    }
}
