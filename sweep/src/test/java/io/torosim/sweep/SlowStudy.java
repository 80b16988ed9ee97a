package io.torosim.sweep;

import io.torosim.sweep.Study.StudyException;
import java.nio.file.Path;

/** A study that lasts long enough to be killed: a process of its own. */
final class SlowStudy {
    private SlowStudy() {}

    static Study study() {
        return Study.of(
                        "slow",
                        cell -> {
                            Thread.sleep(4);
                            return new double[] {cell.value("x") * 2};
                        },
                        "y")
                .factors(Factor.range("x", 0, 1))
                .design(new Design.RandomDraws(600))
                .build();
    }

    /** Arguments: directory, and {@code resume} to go on. */
    public static void main(String[] args) throws Exception {
        try {
            new StudyRun(study(), CellExecutor.threads(2))
                    .into(Path.of(args[0]), args[1].equals("resume"))
                    .run();
        } catch (StudyException e) {
            System.out.println(e.getMessage());
            System.exit(2);
        }
    }
}
