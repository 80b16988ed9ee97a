package io.torosim.guest.console;

import io.torosim.core.defect.Defect;

/** A known defect of Toro's console as of 2018 (Console.pas). On, the console behaves as Toro's did; off, it is repaired. */
public enum ConsoleQuirk implements Defect {
    /**
     * KeyHandler masks bit 7 of a scan code away before it tests it, so that a key that is let go is taken for one that is
     * pressed: everything typed is shown and stored twice. Repaired: the test comes first.
     */
    RELEASE_IS_A_PRESS
}
