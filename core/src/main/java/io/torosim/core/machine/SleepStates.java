package io.torosim.core.machine;

/**
 * Who decides how deep a CPU of the host sleeps while its vCPU is halted, and so how long the vCPU takes to come back. Told of
 * every sleep of a vCPU whose thread has blocked; it must be a function of what it has been told.
 */
public interface SleepStates {
    /** The thread of a vCPU blocks now: its CPU sleeps. */
    void blocks(int vcpuId);

    /** The guest has executed {@code mwait} itself and sleeps from now on: the hint is its own. */
    void mwaits(int vcpuId);

    /**
     * Something wakes the CPU now.
     *
     * @return the time to leave the state that it is in, in picoseconds, at least 0
     */
    long wakes(int vcpuId);

    /** Always one state. */
    static SleepStates fixed(long exitPs) {
        return new SleepStates() {
            @Override
            public void blocks(int vcpuId) {}

            @Override
            public void mwaits(int vcpuId) {}

            @Override
            public long wakes(int vcpuId) {
                return exitPs;
            }
        };
    }
}
