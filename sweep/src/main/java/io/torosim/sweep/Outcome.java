package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel.Cell;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run, before it is a line: after a run of 100 ms the caches hold nothing of what makes lines, so many are made at a time.
 *
 * @param figures in the study's order, nobody else's; null of a failed run
 * @param error of a failed run, else null
 */
record Outcome(Cell cell, double @Nullable [] figures, @Nullable String error) {}
