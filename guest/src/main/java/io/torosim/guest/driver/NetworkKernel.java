package io.torosim.guest.driver;

import io.torosim.core.code.GuestCpu;

/** What Toro's card drivers want of {@code Network.pas} and {@code Memory.pas}. Packets are bytes in guest memory. */
public interface NetworkKernel {
    /**
     * {@code ToroGetMem} of a packet.
     *
     * @return the address of its data, 0 for nil
     */
    long allocate(int bytes);

    /** Returns what {@link #allocate} takes, in picoseconds. */
    long allocatePs();

    /**
     * {@code EnqueueIncomingPacket}: the packet is the kernel's from now on.
     *
     * @param cpu of the handler, to call a routine that takes the packet
     * @return what the handler's entry returns: {@link io.torosim.core.code.GuestCode.StepResult#CALL}, or {@code NEXT}
     */
    long enqueueIncoming(GuestCpu cpu, long address, int bytes);

    /** {@code DequeueOutgoingPacket}: the packet that was given to the card has left. */
    void sent(long address);
}
