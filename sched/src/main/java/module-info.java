/** Toro's cooperative per-CPU scheduler, its mailboxes and its idle policies. */
module io.torosim.sched {
    requires transitive io.torosim.core;
    requires com.google.common;

    exports io.torosim.sched;
    exports io.torosim.sched.explore;

    // for states of a run: core.state
    opens io.torosim.sched to
            io.torosim.core;
    opens io.torosim.sched.explore to
            io.torosim.core;
}
