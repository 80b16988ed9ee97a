/** What a specification says: {@link io.torosim.experiment.spec.ReproductionSpec}. */
package io.torosim.experiment.spec;
