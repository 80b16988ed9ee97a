package io.torosim.core.explore;

/** What invariants and stimuli see of a scenario at one instant. */
public interface Look {
    /** Returns the shared word at {@code address} as the memory holds it: stores that are still in a store buffer are not in it. */
    long word(long address);

    /** Returns the present time in picoseconds. */
    long nowPs();

    /** Returns whether a vCPU waits in {@code hlt} or {@code mwait}. */
    boolean halted(int vcpu);

    /** Returns whether a vCPU's program is over, or it hangs with interrupts off. */
    boolean over(int vcpu);

    /** Returns whether an interrupt waits to be taken by a vCPU, or is on its way there. */
    boolean interruptComing(int vcpu);

    /** Returns whether the timer of a vCPU is set. */
    boolean timerSet(int vcpu);
}
