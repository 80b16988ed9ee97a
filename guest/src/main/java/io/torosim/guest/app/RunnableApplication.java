package io.torosim.guest.app;

import io.torosim.sched.GuestProgram;

/** An application as a session starts it: what it needs, and its main thread. */
interface RunnableApplication extends GuestApplication {
    /** Returns the program of its main thread. */
    GuestProgram main(GuestContext context);
}
