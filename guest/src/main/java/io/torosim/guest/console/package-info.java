/** Toro's text console: {@link io.torosim.guest.console.ToroConsole}. */
package io.torosim.guest.console;
