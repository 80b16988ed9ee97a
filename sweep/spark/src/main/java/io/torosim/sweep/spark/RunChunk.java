package io.torosim.sweep.spark;

import io.torosim.sweep.Cell;
import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;

/** What a task does: makes its runs, one after the other, and returns their lines. */
final class RunChunk implements Function<Chunk, Done> {
    private static final long serialVersionUID = 1;

    private final Broadcast<Study> study;

    RunChunk(Broadcast<Study> study) {
        this.study = study;
    }

    @Override
    public Done call(Chunk chunk) {
        long began = System.nanoTime(); // decides how many runs the next tasks get, and nothing else
        List<String> lines = new ArrayList<>(chunk.cells().size());
        try {
            for (Cell cell : chunk.cells()) {
                lines.add(CellExecutor.line(study.value(), cell));
            }
        } catch (StudyException e) { // thrown, it would be made again and end in Spark's traces
            return new Done(lines, System.nanoTime() - began, e.getMessage());
        }
        return new Done(lines, System.nanoTime() - began, null);
    }
}
