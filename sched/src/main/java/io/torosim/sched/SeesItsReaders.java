package io.torosim.sched;

/**
 * An object of the kernel of which a program may be believed to look at nothing that changes in silence: whatever its public methods return never changes, changes
 * with an announcement, or has the turn stepped in which it was asked for. {@code KernelGettersTest} goes through them.
 */
interface SeesItsReaders {}
