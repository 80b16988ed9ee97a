package io.torosim.sched.explore;

/** What a kernel promises, or should, with its drivers and its memory. */
public enum Invariant {
    /** No core is halted with work pending for it and nothing on its way. */
    LOST_WAKE_UP,
    /** While something is to be done, something can still happen. */
    DEADLOCK,
    /** Each live thread is in exactly one ring, its core's. */
    TWO_RINGS,
    /** Every remote-create message is in its sender's list, in its slot or being worked on, until it is carried out. */
    MESSAGE_LOST,
    /** No message is carried out twice. */
    MESSAGE_TWICE,
    /** No work waits longer than the scenario's bound for a core that is running. */
    STARVATION,
    /** A core whose work is done is halted at the end. */
    NEVER_HALTS,
    /** The counts of polling threads are true, and none of those listed has exited. */
    POLLING_COUNTS,
    /** No core is woken for a message that it cannot see yet, to find nothing and halt again. */
    WOKEN_BEFORE_DATA,
    /** No thread's registers are overwritten by an interrupt or by a switch. */
    REGISTERS,
    /** A thread waits until what it waits for has come. */
    SPURIOUS_WAKE_UP,
    /** A killed thread dies within the scenario's time. */
    KILLED_LIVES,
    /** What the driver has given to its card leaves it, and what the card has taken reaches the stack. */
    FRAME_STUCK,
    /** A frame leaves the guest, or reaches its stack, as it was made. */
    FRAME_CHANGED,
    /** A guest at rest holds no more memory than when it began. */
    MEMORY_LEAKED,
    /** What a program reads from its disk is what is there, and it comes. */
    FILE_NOT_READ
}
