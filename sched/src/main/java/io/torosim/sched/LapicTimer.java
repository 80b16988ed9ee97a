package io.torosim.sched;

/** The timer of a core's local APIC: there is one, so a nested delay ends the outer one. */
final class LapicTimer {
    /** When its present count is 0. */
    long endPs;
}
