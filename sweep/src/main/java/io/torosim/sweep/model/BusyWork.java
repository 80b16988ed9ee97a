package io.torosim.sweep.model;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;

/** Draws that are added up: a run whose length grows with the factor {@code draws}, to see what an executor adds to runs of 1, 10 or 100 ms. */
final class BusyWork implements CellModel {
    private static final long serialVersionUID = 1;

    /** Creates it. */
    BusyWork() {}

    /** Returns a study of {@code runs} runs of {@code draws} draws each. */
    static Study study(int runs, long draws, long seed) {
        return Study.of("busy-work", new BusyWork(), "sum")
                .name("busy-work")
                .factors(Factor.list("draws", java.util.List.of(Long.toString(draws))))
                .design(new Design.RandomDraws(runs))
                .seed(seed)
                .ownSeeds()
                .build();
    }

    @Override
    public double[] run(Cell cell) {
        SimRandom random = new RandomStreams(cell.seed()).stream("work");
        long draws = (long) cell.value("draws");
        long sum = 0;
        for (long i = 0; i < draws; i++) {
            sum += random.nextLong() >>> 40;
        }
        return new double[] {sum};
    }
}
