package io.torosim.virtio.requests;

/**
 * One step of a script, complete in itself: so steps can be left out. Its text is what a failing script shows.
 *
 * @param <W> the guest that takes it
 */
interface Step<W> {
    /** Takes the step; throws {@link Wrong}. */
    void run(W guest);
}
