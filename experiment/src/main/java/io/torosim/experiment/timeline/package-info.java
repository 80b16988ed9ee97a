/** Pictures of traces. */
package io.torosim.experiment.timeline;
