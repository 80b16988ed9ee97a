package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.testkit.Violation.Side;

/** Memory as one side of {@link TwoSides} sees it: before every access the other side may go on. */
final class InterleavedMemory extends ForwardingMemory {
    private final GuestMemory memory;
    private final Side side;
    private final TwoSides sides;

    InterleavedMemory(GuestMemory memory, Side side, TwoSides sides) {
        this.memory = memory;
        this.side = side;
        this.sides = sides;
    }

    /** Makes everything visible that this side has stored: it goes to sleep. */
    void drain() {
        memory.fullFence();
    }

    @Override
    GuestMemory target() {
        return memory;
    }

    @Override
    GuestMemory next() {
        sides.point(side);
        return memory;
    }
}
