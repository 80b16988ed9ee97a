package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import org.jspecify.annotations.Nullable;

/** What a driver of a network card offers the stack (Network.pas: {@code TNetworkInterface}): two routines. */
public interface NetDriver {
    /** Word of the frame of {@link #send}: the address of the Ethernet frame in memory. */
    int FRAME = 0;
    /** Word of the frame of {@link #send}: its length in bytes. */
    int BYTES = 1;
    /** Word of the frame of the routine that takes packets: the block of a received packet, {@link PacketBlock}. */
    int PACKET = 0;

    /** Returns the routine that sends a frame, or queues it; when it returns the frame's memory is the caller's again. */
    GuestCode send();

    /** Returns the interrupt handler. For every frame received it calls the routine given to {@link #receiver}. */
    GuestCode handler();

    /** Returns the routine with which the packet thread takes frames that the handler has left behind; null if it has left none. */
    default @Nullable GuestCode rest() {
        return null;
    }

    /** Sets who takes received packets: a routine with the packet's block in word {@link #PACKET}, called with interrupts disabled. */
    void receiver(GuestCode routine);

    /** Returns how many frames were dropped for want of memory. */
    long droppedWithoutMemory();

    /** Returns how many bytes of frames the driver has copied, received and sent ones. */
    long copiedBytes();
}
