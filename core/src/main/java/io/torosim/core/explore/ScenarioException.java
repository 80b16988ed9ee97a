package io.torosim.core.explore;

import io.torosim.core.explore.Verdict.Schedule;
import org.jspecify.annotations.Nullable;

/** A scenario is wrong, not the guest in it: an invariant or a stimulus that throws, or that is no pure function of what it is given. */
final class ScenarioException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ScenarioException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns this with the schedule that led there. */
    ScenarioException after(Schedule schedule) {
        return new ScenarioException(
                getMessage() + "; after the schedule " + schedule.text()
                        + (schedule.length() == 0 ? ", at the beginning" : ""),
                getCause() == null ? this : getCause());
    }
}
