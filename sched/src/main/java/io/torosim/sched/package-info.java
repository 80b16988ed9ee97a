/**
 * The kernel of Toro as of 2018: start with {@link io.torosim.sched.ToroKernel} and {@link io.torosim.sched.GuestProgram}.
 */
package io.torosim.sched;
