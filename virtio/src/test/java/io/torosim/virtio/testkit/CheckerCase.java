package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import io.torosim.virtio.layout.PackedRing;
import java.util.function.Consumer;

/** What fires exactly one rule, and what stands at its border and is silent. */
record CheckerCase(Rule rule, QueueMode mode, Consumer<CheckerScene> play, Consumer<CheckerScene> border) {
    @Override
    public String toString() {
        return rule + " " + mode;
    }

    static QueueMode split(boolean indirect, boolean event, boolean order) {
        return new QueueMode(false, false, indirect, event, order, CheckerScene.Q);
    }

    static QueueMode packed(boolean event, boolean order) {
        return new QueueMode(true, false, true, event, order, CheckerScene.Q);
    }

    static final QueueMode PLAIN = split(true, false, false);
    static final QueueMode EVENT = split(true, true, false);
    static final QueueMode ORDERED = split(true, false, true);
    static final QueueMode PACKED = packed(false, false);
    static final QueueMode PACKED_EVENT = packed(true, false);
    static final int USED = PackedRing.usedBits(true);
}
