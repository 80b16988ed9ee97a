package io.torosim.experiment.load;

import io.torosim.experiment.spec.Specification.SpecException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses arrivals further apart than the simulation's clock reaches, by the line that is too far from another. */
final class ArrivalSpan {
    private static final Duration MOST = Duration.ofDays(100);

    private final Path file;
    private @Nullable Duration earliest;
    private @Nullable Duration latest;
    private long lineOfEarliest;
    private long lineOfLatest;

    ArrivalSpan(Path file) {
        this.file = file;
    }

    void add(Duration time, long line) {
        if (earliest == null || time.compareTo(earliest) < 0) {
            earliest = time;
            lineOfEarliest = line;
        }
        if (latest == null || time.compareTo(latest) > 0) {
            latest = time;
            lineOfLatest = line;
        }
        if (latest.minus(earliest).compareTo(MOST) > 0) {
            throw new SpecException(
                    file + ":" + line + ": more than 100 days from line " + Math.min(lineOfEarliest, lineOfLatest)
                            + ", which is further than the simulation's clock reaches");
        }
    }
}
