/** How near a prediction must be to what was measured, and what a comparison comes to. */
package io.torosim.experiment.real.verdict;
