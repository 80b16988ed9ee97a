package io.torosim.virtio.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One step of a side's program, which both sides and memory can see.
 *
 * @param kind what it is
 * @param address of a load or store
 * @param bytes of a load or store
 * @param value of a store
 * @param failure of FAIL
 */
record SideStep(Kind kind, long address, int bytes, long value, @Nullable String failure) {
    enum Kind {
        LOAD,
        LOAD_ACQUIRE,
        STORE,
        STORE_RELEASE,
        FENCE,
        WAKE,
        SLEEP,
        END,
        FAIL
    }

    static SideStep of(Kind kind) {
        return new SideStep(kind, 0, 0, 0, null);
    }

    static SideStep failed(String failure) {
        return new SideStep(Kind.FAIL, 0, 0, 0, failure);
    }

    boolean load() {
        return kind == Kind.LOAD || kind == Kind.LOAD_ACQUIRE;
    }

    boolean store() {
        return kind == Kind.STORE || kind == Kind.STORE_RELEASE;
    }

    boolean touches(long at) {
        return at >= address && at < address + bytes;
    }

    @Override
    public String toString() {
        String where = load() || store() ? " " + 8 * bytes + " bits at 0x" + Long.toHexString(address) : "";
        String what = store() ? " = 0x" + Long.toHexString(value) : "";
        return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + where + what;
    }
}
