package io.torosim.core.memory;

/** Which reorderings a {@link StoreBufferMemory} allows. */
public enum StoreOrder {
    /**
     * Total store order, as x86 (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen, "x86-TSO", CACM 53(7), 2010; Intel SDM
     * volume 3, "Memory Ordering"): each observer's stores become visible in program order, but late; loads are done in
     * program order and see memory as it is. Only a store followed by a load can change places.
     */
    TSO,
    /**
     * Weaker: stores of one observer to different places may become visible in any order, and an observer may go on
     * reading the old value of a place after another's store to it has become visible (store buffers and invalidation
     * queues: McKenney, "Memory Barriers: a Hardware View for Software Hackers", 2010). Stores to one place keep their
     * order and nobody sees a place go back in time. Control and data dependencies order nothing.
     */
    WEAK
}
