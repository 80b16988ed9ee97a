package io.torosim.fat.toro;

import java.io.IOException;

/** One read of sectors as a state machine: each step is one thing that the machine does at one instant. */
interface DiskRequest {
    /** Result of a step after which the thread waits for the disk's interrupt. */
    long WAIT = -1;
    /** Result of the step that ended the request; the data is there. */
    long DONE = -2;

    /**
     * Does the next step.
     *
     * @return its cost in picoseconds, at least 0, or {@link #WAIT} or {@link #DONE}
     * @throws IOException if the medium fails
     */
    long step() throws IOException;

    /**
     * Runs the interrupt handler that ends a {@link #WAIT}.
     *
     * @return its cost in picoseconds
     */
    long onInterrupt();
}
