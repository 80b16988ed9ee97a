/** {@code torosim guest}: Toro's example applications, run whole. */
package io.torosim.bench.cli.guest;
