package io.torosim.guest.run;

import io.torosim.guest.wire.Link;
import java.util.Optional;
import java.util.OptionalLong;

/** A port of a guest that is asked over a wire, whose frames can be captured. */
interface Wired {
    /** Returns the wire; empty if the guest has no network card. */
    Optional<Link> wire();

    /** Returns how many segments the guest has sent again; empty if it has no network stack. */
    OptionalLong repeatedSegments();
}
