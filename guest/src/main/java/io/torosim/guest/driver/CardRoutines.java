package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode;

/** A card driver as routines. */
public interface CardRoutines {
    /** Word of {@link #send}: the address of the frame. */
    int ADDRESS = 0;
    /** Word of {@link #send}: its bytes. */
    int BYTES = 1;

    /** Brings the card up; no arguments. */
    GuestCode initialise();

    /** Sends a frame, or queues it until the card is free: {@link #ADDRESS}, {@link #BYTES}. */
    GuestCode send();

    /** The interrupt handler, ends of interrupt included; interrupts must be disabled. */
    GuestCode handler();

    /** Returns how many packets wait, the one that the card has included. */
    int outgoing();

    /** Returns how many bytes of frames the driver has copied or moved through a port, received and sent ones. */
    long copiedBytes();
}
