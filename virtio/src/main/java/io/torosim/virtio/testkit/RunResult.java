package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import java.util.List;

/**
 * What came of a script.
 *
 * @param violations rules broken; empty if all is well
 * @param buffers buffers that went all the way round
 * @param notifications notifications sent by the driver
 * @param interrupts interrupts sent by the device
 * @param wraps how often an index or a wrap counter wrapped
 * @param dump the ring at the end
 */
public record RunResult(
        List<Violation> violations, long buffers, long notifications, long interrupts, long wraps, String dump) {
    /** Copies the list. */
    public RunResult {
        violations = List.copyOf(violations);
    }

    /** Returns whether nothing was broken. */
    public boolean ok() {
        return violations.isEmpty();
    }

    /** Returns whether a rule was broken. */
    public boolean broke(Rule rule) {
        return violations.stream().anyMatch(v -> v.rule() == rule);
    }
}
