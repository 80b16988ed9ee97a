/**
 * A laboratory for small concurrent guests: a {@link io.torosim.core.explore.Scenario} is a few vCPUs with routines, shared words, interrupts,
 * timers and stimuli, and what must hold of them; {@link io.torosim.core.explore.Exploration} searches all its schedules to the end. The
 * routines are those that run on a {@link io.torosim.core.machine.Machine}: {@link io.torosim.core.explore.Exploration.ScenarioMachine} does it.
 */
package io.torosim.core.explore;
