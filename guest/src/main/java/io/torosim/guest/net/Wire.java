package io.torosim.guest.net;

/** The far end of the network: receives what the guest sends. */
@FunctionalInterface
public interface Wire {
    /** A frame of the guest has left the host's backend. */
    void onFrame(long packet);
}
