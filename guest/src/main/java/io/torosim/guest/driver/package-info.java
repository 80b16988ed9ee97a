/**
 * Toro's drivers of 2018 as routines ({@link io.torosim.core.code.GuestCode}): each access to a register is a step of its own, copying is one
 * step a run that interrupts may cut. Start with {@link io.torosim.guest.driver.IdeDriver} and {@link
 * io.torosim.guest.driver.ThreadRoutine}, which runs a routine as part of a thread.
 */
package io.torosim.guest.driver;
