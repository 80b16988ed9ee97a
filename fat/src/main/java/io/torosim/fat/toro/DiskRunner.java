package io.torosim.fat.toro;

import java.io.IOException;

/** Executes the requests of a {@link ToroFat}: at once, adding up what they cost, or on a simulated processor. */
@FunctionalInterface
interface DiskRunner {
    /**
     * Executes a request to its end: afterwards its data are there.
     *
     * @param request what is to be read
     * @param bytes how many bytes it reads
     * @param work counts what is done
     * @throws IOException if the medium fails
     */
    void run(DiskRequest request, int bytes, DiskWork work) throws IOException;
}
