package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;

/** Guest memory that is one thing during set-up and another afterwards. */
final class SwitchedMemory extends ForwardingMemory {
    GuestMemory target;

    SwitchedMemory(GuestMemory target) {
        this.target = target;
    }

    @Override
    GuestMemory target() {
        return target;
    }
}
