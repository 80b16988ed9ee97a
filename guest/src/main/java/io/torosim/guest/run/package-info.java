/**
 * One guest under a load on a host, in ten lines: {@link io.torosim.guest.run.GuestRun} makes a
 * {@link io.torosim.guest.run.GuestOutcome} of a {@link io.torosim.guest.run.GuestKind}, a
 * {@link io.torosim.guest.run.Load} and a {@link io.torosim.guest.run.GuestRun.GuestTimer}.
 */
package io.torosim.guest.run;
