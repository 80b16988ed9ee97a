package io.torosim.core.machine;

/** The host threads that execute vCPUs: who has a CPU of the host, and when. */
interface HostThreads {
    /** The vCPU can run from now on; it may be paused at once. */
    void runnable(HostThread vcpu);

    /** The vCPU has halted or stopped. */
    void blocked(HostThread vcpu);

    /** Returns whether the host polls on behalf of a halted vCPU before it blocks the thread. */
    boolean pollsBeforeBlocking();

    /** A thread for each vCPU, and a CPU of the host for each thread. */
    static HostThreads oneForEach(boolean haltPolling) {
        return new HostThreads() {
            @Override
            public void runnable(HostThread vcpu) {}

            @Override
            public void blocked(HostThread vcpu) {}

            @Override
            public boolean pollsBeforeBlocking() {
                return haltPolling;
            }
        };
    }
}
