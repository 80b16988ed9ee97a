package io.torosim.guest.device;

/** The side of a network card that hears the wire. */
public interface FrameReceiver {
    /**
     * A frame arrives, without preamble and checksum.
     *
     * @return whether the card has it, or keeps it waiting in front of it; false if it is lost
     */
    boolean receive(byte[] frame);
}
