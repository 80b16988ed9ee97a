package io.torosim.virtio.testkit.planted;

import io.torosim.core.memory.GuestMemory;

/** Stores of a half that wait for an index or for flags, in the manner of a variant. */
final class Pen {
    private final GuestMemory m;
    private final Variant variant;

    Pen(GuestMemory memory, Variant variant) {
        this.m = memory;
        this.variant = variant;
    }

    void put16(long at, int value) {
        for (int i = 0; i < times(); i++) {
            if (variant == Variant.BYTES) {
                m.store8(at, value);
                m.store8(at + 1, value >>> 8);
            } else {
                m.store16(at, value);
            }
        }
    }

    void put32(long at, int value) {
        for (int i = 0; i < times(); i++) {
            if (variant == Variant.REVERSED) {
                put16(at + 2, value >>> 16);
                put16(at, value);
            } else if (variant == Variant.BYTES) {
                put16(at, value);
                put16(at + 2, value >>> 16);
            } else {
                m.store32(at, value);
            }
        }
    }

    void put64(long at, long value) {
        for (int i = 0; i < times(); i++) {
            if (variant == Variant.REVERSED) {
                put32(at + 4, (int) (value >>> 32));
                put32(at, (int) value);
            } else if (variant == Variant.BYTES) {
                put32(at, (int) value);
                put32(at + 4, (int) (value >>> 32));
            } else {
                m.store64(at, value);
            }
        }
    }

    private int times() {
        return variant == Variant.REPEATED ? 2 : 1;
    }
}
