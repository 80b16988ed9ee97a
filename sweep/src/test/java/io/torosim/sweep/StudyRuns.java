package io.torosim.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Studies run into directories below a temporary one. */
abstract class StudyRuns {
    @BeforeAll
    static void waitsNotLong() {
        System.setProperty("torosim.sweep.grace", "1");
    }

    @AfterAll
    static void waitsAsUsual() {
        System.clearProperty("torosim.sweep.grace");
    }

    @TempDir
    Path directory;

    StudyResults run(Study study, String where, int workers, boolean resume) throws Exception {
        return new StudyRun(study, CellExecutor.threads(workers))
                .into(directory.resolve(where), resume)
                .run();
    }

    List<String> sorted(String where) throws IOException {
        return Files.readAllLines(directory.resolve(where).resolve("cells.jsonl")).stream()
                .sorted()
                .toList();
    }
}
