package io.torosim.core.machine;

/** Whether an observer of steps is content with one call for steps of which it need not see each. It must not change the simulation. */
@FunctionalInterface
public interface StretchObserver {
    /**
     * Asked after a step that others follow which change nothing, announce nothing and tell the trace nothing, and nothing else happens
     * between them.
     *
     * @param vcpu number of the vCPU whose steps they are
     * @param steps how many, the one just done included
     * @param untilPs the instant at which the last of them ends
     * @return true if all of them are seen with this; false if each is to be told of
     */
    boolean sees(int vcpu, int steps, long untilPs);
}
