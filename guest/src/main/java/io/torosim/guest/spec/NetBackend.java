package io.torosim.guest.spec;

import java.util.Locale;

/** Who moves packets between the guest's queues and the host's network. */
public enum NetBackend {
    /** A kernel thread of the host (vhost-net): its time is not the QEMU process's. */
    VHOST,
    /** QEMU's main loop, inside the process. */
    USER;

    /** Returns the name as it is written in specifications: {@code vhost} or {@code user}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the backend of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NetBackend ofLabel(String label) {
        for (NetBackend backend : values()) {
            if (backend.label().equals(label)) {
                return backend;
            }
        }
        throw new IllegalArgumentException("net backend must be vhost or user, backend=" + label);
    }
}
