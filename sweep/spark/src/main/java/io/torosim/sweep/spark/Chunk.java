package io.torosim.sweep.spark;

import io.torosim.sweep.Study.CellModel.Cell;
import java.io.Serializable;
import java.util.List;

/** The runs of one task. */
record Chunk(List<Cell> cells) implements Serializable {}
