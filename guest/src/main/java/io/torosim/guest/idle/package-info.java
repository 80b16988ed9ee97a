/**
 * A catalogue of idle loops, each as it was got wrong and as it is right: start with {@link io.torosim.guest.idle.IdleLoops}. A loop is a few
 * routines that a search takes to the end ({@link io.torosim.core.explore.Exploration}) and that run on a machine, where they cost something.
 */
package io.torosim.guest.idle;
