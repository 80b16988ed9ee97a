package io.torosim.virtio.testkit;

import io.torosim.core.memory.GuestMemory;

/** The memory of a half that leaves out its release or its acquire; its fences are kept. */
final class UnorderedMemory extends ForwardingMemory {
    private final GuestMemory memory;
    private final boolean releases;

    UnorderedMemory(GuestMemory memory, boolean releases) {
        this.memory = memory;
        this.releases = releases;
    }

    @Override
    GuestMemory target() {
        return memory;
    }

    @Override
    public void storeRelease16(long address, int value) {
        if (releases) {
            memory.storeRelease16(address, value);
        } else {
            memory.store16(address, value);
        }
    }

    @Override
    public int loadAcquire16(long address) {
        return releases ? memory.load16(address) : memory.loadAcquire16(address);
    }
}
