/**
 * Many independent runs of one model: describe them with {@link io.torosim.sweep.Study}, run them with
 * {@link io.torosim.sweep.StudyRun}, look at {@link io.torosim.sweep.StudyResults}.
 */
package io.torosim.sweep;
