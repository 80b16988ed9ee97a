/** What commands write: {@link io.torosim.bench.cli.output.OutputFiles} and standard output, whole or an error. */
package io.torosim.bench.cli.output;
