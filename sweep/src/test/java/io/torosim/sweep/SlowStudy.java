package io.torosim.sweep;

import java.nio.file.Path;

/** A study that lasts long enough to be killed: a process of its own. */
final class SlowStudy {
    private SlowStudy() {}

    static Study study() {
        return Study.of(
                        "slow",
                        cell -> {
                            Thread.sleep(2);
                            return new double[] {cell.value("x") * 2};
                        },
                        "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.RandomDraws(600))
                .build();
    }

    public static void main(String[] args) throws Exception {
        new StudyRun(study(), new ThreadExecutor(2))
                .into(Path.of(args[0]), false)
                .run();
    }
}
