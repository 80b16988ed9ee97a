package io.torosim.sched;

/** State of a thread, with the value that Toro gives it (Process.pas). The running thread has no state of its own. */
public enum ThreadState {
    /** tsSuspended: until somebody resumes it. */
    SUSPENDED(1),
    /** tsReady. */
    READY(2),
    /** tsIOPending: until its device is free. */
    IO_PENDING(5),
    /** tsIdle: it has polled in vain for the poll window. */
    IDLE(6);

    private final int value;

    ThreadState(int value) {
        this.value = value;
    }

    /** Returns the number that Toro stores. */
    public int value() {
        return value;
    }
}
