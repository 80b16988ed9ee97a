/**
 * Toro's drivers of 2018 as routines ({@link io.torosim.core.code.GuestCode}): each access to a register or a ring word is a step of its own at
 * its instant, copying is one step a run that interrupts may cut. Start with {@link io.torosim.guest.driver.VirtioNet}, {@link
 * io.torosim.guest.driver.IdeDriver} and {@link io.torosim.guest.driver.IdeController}, by which threads execute its routines. The
 * library's own drivers ({@code io.torosim.virtio.driver}) are plain Java, for users and for real QEMU; tests hold both to the same accesses.
 */
package io.torosim.guest.driver;
