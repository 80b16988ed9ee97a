package io.torosim.sweep.spark;

import io.torosim.core.random.RandomStreams;
import io.torosim.sweep.Design;
import io.torosim.sweep.Factor;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.Study.CellModel.Cell;

/** Studies whose model is a class that a cluster can load. */
final class TestStudies {
    private TestStudies() {}

    static Study draws(int points) {
        return Study.of("draws", new Draws(), "sum")
                .factors(Factor.range("a", 0, 1))
                .design(new Design.LatinHypercube(points))
                .build();
    }

    /** Long enough for somebody to die in the middle. */
    static Study slow(int points) {
        return Study.of("slow", new Slow(), "twice")
                .factors(Factor.range("a", 0, 1))
                .design(new Design.RandomDraws(points))
                .build();
    }

    /** One run of twelve ends its process. */
    static Study exiting() {
        return Study.of("exiting", new Exiting(), "twice")
                .factors(Factor.range("a", 0, 1))
                .design(new Design.RandomDraws(12))
                .build();
    }

    /** Calls {@code System.exit(0)}, as if all were well, from run 2. */
    static final class Exiting implements CellModel {
        private static final long serialVersionUID = 1;

        @Override
        public double[] run(Cell cell) throws InterruptedException {
            if (cell.number() == 2) {
                Thread.sleep(300); // the others of the first job are over
                System.exit(0);
            }
            return new double[] {2 * cell.value("a")};
        }
    }

    /** Waits 20 ms. */
    static final class Slow implements CellModel {
        private static final long serialVersionUID = 1;

        @Override
        public double[] run(Cell cell) throws InterruptedException {
            Thread.sleep(20);
            return new double[] {2 * cell.value("a")};
        }
    }

    /** Some work, and a failure at every 1000th cell. */
    static final class Draws implements CellModel {
        private static final long serialVersionUID = 1;

        @Override
        public double[] run(Cell cell) {
            if (cell.number() % 1000 == 500) {
                throw new IllegalArgumentException("cell " + cell.number());
            }
            var random = new RandomStreams(cell.seed()).stream("x");
            double sum = 0;
            for (int i = 0; i < 1000; i++) {
                sum += random.nextDouble() * cell.value("a");
            }
            return new double[] {sum};
        }
    }
}
