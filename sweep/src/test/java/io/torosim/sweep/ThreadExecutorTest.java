package io.torosim.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThreadExecutorTest {
    private static final ThreadLocal<double[]> AGAIN = ThreadLocal.withInitial(() -> new double[1]);

    /** Lines are made later than runs, many at a time. */
    @Test
    void modelThatGivesTheSameArrayAgain_hasTheFiguresOfEachRun() {
        Study study = Study.of(
                        "again",
                        cell -> {
                            double[] figures = AGAIN.get();
                            figures[0] = cell.number();
                            return figures;
                        },
                        "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.RandomDraws(1000))
                .build();
        StudyResults results = StudyRun.inMemory(study);
        assertThat(IntStream.range(0, 1000).mapToDouble(i -> results.figure(i, "y")))
                .containsExactlyElementsOf(
                        IntStream.range(0, 1000).mapToObj(i -> (double) i).toList());
    }
}
