/**
 * The devices of a PC as plug-in models on the {@linkplain io.torosim.core.bus.Bus bus} of a machine, register by register as QEMU 7.2 has
 * them: {@code PcDevices.pit(machine)}. What a device does on its own is an event of {@link
 * io.torosim.core.machine.Machine#DEVICE_PRIORITY}.
 *
 * <p>Nothing here trusts the guest: every value may be written to every register, none makes a method throw. Addresses that a card is given
 * are checked before it uses them; a transfer that would leave the memory is not done and is counted.
 */
package io.torosim.guest.device;
