package io.torosim.experiment.network;

import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.stack.NetworkQuirk;
import java.util.EnumSet;
import java.util.Set;

/** The network stack of 2018 with one defect repaired, or with all. */
enum StackVariant {
    TORO_2018("Toro of 2018", EnumSet.allOf(NetworkQuirk.class)),
    WINDOW_HEEDED("as many segments as the window holds", EnumSet.complementOf(EnumSet.of(NetworkQuirk.STOP_AND_WAIT))),
    SENDS_AGAIN("lost segments sent again", EnumSet.complementOf(EnumSet.of(NetworkQuirk.NEVER_RETRANSMITS))),
    REPAIRED("all defects repaired", EnumSet.noneOf(NetworkQuirk.class));

    private final String label;
    private final Set<NetworkQuirk> quirks;

    StackVariant(String label, Set<NetworkQuirk> quirks) {
        this.label = label;
        this.quirks = quirks;
    }

    String label() {
        return label;
    }

    GuestSpec of(GuestSpec guest) {
        return guest.withDefects(NetworkQuirk.class, quirks);
    }
}
