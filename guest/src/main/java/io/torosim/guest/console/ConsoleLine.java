package io.torosim.guest.console;

/**
 * A line on the console.
 *
 * @param timePs when its printing began, in picoseconds
 * @param vcpu which vCPU printed it
 * @param text without its end and without colours
 */
public record ConsoleLine(long timePs, int vcpu, String text) {}
