package io.torosim.guest.driver;

/** What Toro's card drivers want of {@code Network.pas} and {@code Memory.pas}. Packets are bytes in guest memory. */
public interface NetworkKernel {
    /**
     * {@code ToroGetMem} of a packet.
     *
     * @return the address of its data, 0 for nil
     */
    long allocate(int bytes);

    /** {@code EnqueueIncomingPacket}: the packet is the kernel's from now on. */
    void enqueueIncoming(long address, int bytes);

    /** {@code DequeueOutgoingPacket}: the packet that was given to the card has left. */
    void sent(long address);
}
