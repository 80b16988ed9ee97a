/** The subcommands of {@link io.torosim.bench.cli.FatCommand}. */
package io.torosim.bench.cli.fat;
