package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.Violation.Side;

/** How a side's program sleeps and wakes the other. */
interface Schedule {
    /** Wakes a side. */
    void wake(Side side);

    /** A side has nothing to do: what it stored becomes visible, and it sleeps until it is woken. */
    void rest(Side side);

    /** A side's program is over: what it stored becomes visible. */
    void end();
}
