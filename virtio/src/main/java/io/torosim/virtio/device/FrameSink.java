package io.torosim.virtio.device;

/** Takes Ethernet frames: the far end of a wire. */
@FunctionalInterface
public interface FrameSink {
    /** Takes one frame, without preamble and checksum; the array is the receiver's. */
    void frame(byte[] frame);
}
