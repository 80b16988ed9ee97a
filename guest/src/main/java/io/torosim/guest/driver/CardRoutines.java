package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;
import io.torosim.core.defect.Defects.Defect;
import org.jspecify.annotations.Nullable;

/** A card driver as routines. */
public interface CardRoutines {
    /** Word of {@link #send}: the address of the frame. */
    int ADDRESS = 0;
    /** Word of {@link #send}: its bytes. */
    int BYTES = 1;
    /** Frames that a handler takes in one interrupt where {@link CardQuirk#RECEIVES_WITHOUT_END} is repaired. */
    int BUDGET = 16;

    /** Brings the card up; no arguments. */
    GuestCode initialise();

    /** Sends a frame, or queues it until the card is free: {@link #ADDRESS}, {@link #BYTES}. */
    GuestCode send();

    /** The interrupt handler, ends of interrupt included; interrupts must be disabled. */
    GuestCode handler();

    /** The routine that takes frames which the handler has left behind; null if it has left none. */
    @Nullable
    GuestCode rest();

    /** Returns how many packets wait, the one that the card has included. */
    int outgoing();

    /** Returns how many bytes of frames the driver has copied or moved through a port, received and sent ones. */
    long copiedBytes();

    /** What Toro's drivers of e1000 and ne2000 ({@code E1000.pas}, {@code Ne2000.pas}) do otherwise than they should; each can be repaired by itself. */
    enum CardQuirk implements Defect {
        /**
         * ne2000: {@code PAGESTOP} is programmed as 60h, but {@code ReadPacket} wraps at {@code PSTOP} = 80h. When the card has wrapped, 7Fh goes to
         * BOUNDARY, outside the ring, and the card never finds it full again: it overwrites what was not read. Repaired: the driver wraps at 60h
         * too, so that nothing is lost but what the card drops itself.
         */
        RING_WRAPS_LATE,
        /**
         * ne2000: {@code ReadPacket} leaves NextPacket alone where the header of a packet makes no sense, and reads the same header for ever with
         * interrupts disabled. Repaired: everything up to CURRENT is dropped, as Linux does.
         */
        BAD_HEADER_STAYS,
        /**
         * ne2000: {@code Ne2000Handler} acknowledges the status that it has read a second time after {@code ReadPacket}: a frame that came in between
         * has no interrupt any more and waits for the next one. Repaired: the second time only what was sent is acknowledged.
         */
        ACKNOWLEDGES_UNSEEN,
        /**
         * Both: {@code EmptyReadRing} and {@code ReadPacket} take frames, in the interrupt, until there are none. Where they come as fast as they are
         * taken the packet thread gets no turn, and nothing is answered (receive livelock). Repaired, and how is our choice: after {@value
         * CardRoutines#BUDGET} frames the handler switches the card's receive interrupt off and leaves; the packet thread takes as many each time when it
         * has nothing else to do, and with the last one switches it on again.
         */
        RECEIVES_WITHOUT_END,
        /**
         * e1000: {@code DoSendPacket} returns with interrupts disabled if the transmit ring is full. Repaired: they are as they were; the packet waits
         * for the card's next interrupt.
         */
        FULL_RING_KEEPS_INTERRUPTS_OFF("E-1");

        private final String label;

        CardQuirk() {
            this("");
        }

        CardQuirk(String label) {
            this.label = label;
        }

        @Override
        public String label() {
            return label;
        }
    }
}
