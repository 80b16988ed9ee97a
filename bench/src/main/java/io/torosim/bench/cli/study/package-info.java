/** The command {@code torosim study}. */
package io.torosim.bench.cli.study;
