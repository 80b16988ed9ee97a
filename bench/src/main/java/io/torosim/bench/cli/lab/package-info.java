/** The laboratory on the command line: {@code torosim idle-loops} and {@code torosim explore --class}. */
package io.torosim.bench.cli.lab;
