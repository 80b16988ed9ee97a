package io.torosim.virtio.nic;

import io.torosim.core.defect.Defects.Defect;

/** What Toro's virtio-net driver of 2018 did otherwise than it should; each can be repaired by itself. */
public enum ToroVirtioQuirk implements Defect {
    /** Whether descriptor {@code next_buffer} is free is never looked at: the 129th packet overwrites the first. */
    NEXT_BUFFER_UNCHECKED,
    /** No barrier between the store of {@code available.index} and the load of {@code used.flags}: kicks get lost. */
    NO_STORE_LOAD_BARRIER,
    /** DRIVER_OK comes before any buffer is posted. */
    DRIVER_OK_BEFORE_BUFFERS,
    /** Packets above 1792 bytes vanish without a word. */
    OVERSIZED_DROPPED,
    /** A received buffer is posted again in the next descriptor, as if the device returned them in order. */
    RX_ASSUMES_IN_ORDER,
    /** Ring memory is requested 4096 bytes too small (fixed in 2019). */
    RING_REQUEST_TOO_SMALL
}
