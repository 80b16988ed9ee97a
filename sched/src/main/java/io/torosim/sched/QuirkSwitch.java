package io.torosim.sched;

/** Says which defects are on. */
interface QuirkSwitch {
    boolean has(ToroQuirk quirk);
}
