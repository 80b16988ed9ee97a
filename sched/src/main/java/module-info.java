/** Toro's cooperative per-CPU scheduler, its mailboxes and its idle policies. */
module io.torosim.sched {
    requires transitive io.torosim.core;

    exports io.torosim.sched;
    exports io.torosim.sched.explore;
}
