package io.torosim.sched.explore;

import io.torosim.sched.explore.Scenario.Violation;
import java.util.List;

/**
 * A violation that a search has found or a replay has shown.
 *
 * @param violation what is wrong
 * @param line how to see it again
 * @param timeline the last trace events before it, at most 50, oldest first
 */
public record Finding(Violation violation, ReplayLine line, List<String> timeline) {
    /** Copies the list. */
    public Finding {
        timeline = List.copyOf(timeline);
    }
}
