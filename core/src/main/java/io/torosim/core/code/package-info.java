/**
 * Guest code as data: stateless named {@link io.torosim.core.code.GuestCode} whose whole state is in {@link
 * io.torosim.core.code.GuestCode.Frame}s of words. Start with {@link io.torosim.core.code.Steps}, the list of named steps, and {@link
 * io.torosim.core.code.GuestCpu}, through which a step reaches memory, devices and other cores.
 */
package io.torosim.core.code;
