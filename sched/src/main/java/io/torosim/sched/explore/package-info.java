/**
 * A search over schedules: named scenarios of Toro's hazards, seeded random choices, invariants, shrinking and replay.
 * Start with {@link io.torosim.sched.explore.Explorer} and {@link io.torosim.sched.explore.Scenarios}; one of your own is a {@link io.torosim.sched.explore.KernelScenario}.
 */
package io.torosim.sched.explore;
