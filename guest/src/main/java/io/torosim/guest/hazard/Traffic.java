package io.torosim.guest.hazard;

/** What is done to a guest in a scenario, and what is looked at when it is at rest. */
interface Traffic {
    /** Looks whether all is as it should be at the end of the run. */
    void check();
}
