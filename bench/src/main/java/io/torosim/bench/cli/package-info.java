/** The command line; {@link io.torosim.bench.cli.Torosim} is where commands are registered. */
package io.torosim.bench.cli;
