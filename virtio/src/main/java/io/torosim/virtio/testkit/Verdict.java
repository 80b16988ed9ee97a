package io.torosim.virtio.testkit;

/** How much a finding weighs. */
public enum Verdict {
    /** The specification forbids it, or nothing could work with it. Fails a test. */
    MUST,
    /** The specification advises against it: an event that nobody asked for, say. Shown; fails only where asked. */
    SHOULD,
    /**
     * Neither: a habit of an implementation, such as to look at the next buffer early, or to call an error by another
     * rule. Shown; fails only where asked.
     */
    IMPLEMENTATION
}
