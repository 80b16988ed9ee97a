package io.torosim.guest.toro;

import io.torosim.core.machine.Machine;
import io.torosim.guest.net.NetworkCard;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;

/**
 * A Toro guest that serves HTTP requests as ToroHelloWorldMicroservice does: everything on core 0, a packet thread, one
 * service thread for all connections, the main thread suspended; the other cores have no thread.
 */
public final class ToroHttpGuest {
    /** The vector of the network card: IRQ 11. */
    public static final int NETWORK_VECTOR = 32 + 11;

    private final ToroKernel kernel;

    private ToroHttpGuest(ToroKernel kernel) {
        this.kernel = kernel;
    }

    /**
     * Starts the guest on a machine whose vCPUs are off, at the point where its service waits for connections.
     *
     * @param card the card it owns; it must interrupt with {@link #NETWORK_VECTOR}
     */
    public static ToroHttpGuest start(Machine machine, NetworkCard card, KernelConfig config) {
        ToroKernel kernel = ToroKernel.boot(machine, config);
        ToroNetwork network = new ToroNetwork(machine, card);
        NetworkInterrupt interrupt = new NetworkInterrupt(network);
        kernel.onInterrupt(NETWORK_VECTOR, () -> interrupt);
        kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        kernel.spawn(0, "packets", new PacketThread(network));
        kernel.spawn(0, "service", new ServiceThread(network));
        return new ToroHttpGuest(kernel);
    }

    /** Returns its kernel. */
    public ToroKernel kernel() {
        return kernel;
    }
}
