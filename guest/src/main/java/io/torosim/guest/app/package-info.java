/**
 * Toro's example applications, whole: {@link io.torosim.guest.app.GuestSpec#applications} knows them by name, {@link
 * io.torosim.guest.app.GuestSpec} says on what machine and with what load, {@link io.torosim.guest.app.GuestSession} runs one.
 */
package io.torosim.guest.app;
