package io.torosim.sweep.spark;

import io.torosim.sweep.CellExecutor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel.Cell;
import io.torosim.sweep.Study.StudyException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/**
 * What a task does: makes the runs of its one chunk, one after the other, and returns their lines. A function of the task's context too, of which it needs nothing: one of the iterator alone
 * Spark wraps in a lambda of its own, and to see what that holds it reads the whole byte code of SparkContext for each job, 1.7 ms.
 */
final class RunChunk extends AbstractFunction2<TaskContext, Iterator<Chunk>, Done> implements Serializable {
    private static final long serialVersionUID = 1;

    private final Broadcast<Study> study;

    RunChunk(Broadcast<Study> study) {
        this.study = study;
    }

    @Override
    public Done apply(TaskContext context, Iterator<Chunk> chunks) {
        long began = System.nanoTime(); // decides how many runs the next tasks get, and nothing else
        List<String> lines = new ArrayList<>();
        try {
            while (chunks.hasNext()) {
                for (Cell cell : chunks.next().cells()) {
                    lines.add(CellExecutor.line(study.value(), cell));
                }
            }
        } catch (StudyException e) { // thrown, it would be made again and end in Spark's traces
            return new Done(lines, System.nanoTime() - began, e.getMessage());
        }
        return new Done(lines, System.nanoTime() - began, null);
    }
}
