package io.torosim.sweep;

import io.torosim.sweep.Study.CellModel.Cell;
import java.util.List;

/**
 * Cells that are known before the results of any of them: some points, each with the same number of replications. They are numbered
 * from {@code first} on, the replications of a point one after the other.
 */
final class Batch {
    private final Study study;
    private final long first;
    private final int[] points;
    private final int[] firstReplications;
    private final int replications;
    private final List<List<Double>> values;

    Batch(Study study, long first, int[] points, int[] firstReplications, int replications, List<List<Double>> values) {
        this.study = study;
        this.first = first;
        this.points = points;
        this.firstReplications = firstReplications;
        this.replications = replications;
        this.values = values;
    }

    long first() {
        return first;
    }

    int size() {
        return Math.multiplyExact(points.length, replications);
    }

    int point(int index) {
        return points[index / replications];
    }

    Cell cell(int index) {
        int point = point(index);
        int replication = firstReplications[index / replications] + index % replications;
        return new Cell(
                first + index,
                point,
                replication,
                study.seedOf(point, replication),
                study.factors(),
                values.get(point));
    }
}
