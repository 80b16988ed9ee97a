package io.torosim.core.explore;

/** What a stimulus or a device's register may do, at one instant. */
public interface DeviceHand extends Look {
    /** Stores a shared word, as a device does by DMA. */
    void store(long address, long value);

    /** Makes an interrupt pending at a vCPU, now. */
    void raise(int vcpu, int vector);
}
