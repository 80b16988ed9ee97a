/** Specification files: {@link io.torosim.bench.spec.SpecFile}. */
package io.torosim.bench.spec;
