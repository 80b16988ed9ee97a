package io.torosim.core.machine;

/**
 * Who decides how deep a CPU of the host sleeps while its vCPU is halted, and so how long the vCPU takes to come back. Told of
 * every sleep of a vCPU whose thread has blocked; it must be a function of what it has been told.
 */
public interface SleepStates {
    /**
     * The thread of a vCPU blocks: its CPU sleeps.
     *
     * @param vcpuId whose
     * @param nowPs when
     * @return the time to leave the state that was chosen, in picoseconds, at least 0
     */
    long blocks(int vcpuId, long nowPs);

    /**
     * The guest has executed {@code mwait} itself: the hint is its own.
     *
     * @return the time to leave that state, in picoseconds, at least 0
     */
    long mwaits(int vcpuId, long nowPs);

    /**
     * The sleep that began last is over.
     *
     * @param sleptPs how long it lasted, the way back not included
     */
    void woke(int vcpuId, long sleptPs);

    /** Always one state. */
    static SleepStates fixed(long exitPs) {
        return new SleepStates() {
            @Override
            public long blocks(int vcpuId, long nowPs) {
                return exitPs;
            }

            @Override
            public long mwaits(int vcpuId, long nowPs) {
                return exitPs;
            }

            @Override
            public void woke(int vcpuId, long sleptPs) {}
        };
    }
}
