package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a script.
 *
 * @param violations rules broken, and what is allowed and yet worth a word; in the order in which it was seen
 * @param buffers buffers that went all the way round
 * @param notifications notifications sent by the driver
 * @param interrupts interrupts sent by the device
 * @param wraps how often an index or a wrap counter wrapped
 * @param dump the ring at the end
 * @param cause exception that came out of a half, or null
 * @param judged the rules that were judged, and how often: somebody came to where such a rule is kept or broken
 */
public record RunResult(
        List<Violation> violations,
        long buffers,
        long notifications,
        long interrupts,
        long wraps,
        String dump,
        Throwable cause,
        Map<Rule, Long> judged) {
    /** Copies the list. */
    public RunResult {
        violations = List.copyOf(violations);
        judged = Collections.unmodifiableMap(new LinkedHashMap<>(judged));
    }

    /** Returns whether nothing was seen that must not be. */
    public boolean ok() {
        return ok(Verdict.MUST);
    }

    /** Returns whether nothing was seen that weighs at least so much. */
    public boolean ok(Verdict verdict) {
        return Violation.atLeast(verdict, violations).isEmpty();
    }

    /** Returns who is to blame: who broke a rule first. Null if nobody did. */
    public Side blame() {
        List<Violation> must = Violation.atLeast(Verdict.MUST, violations);
        return must.isEmpty() ? null : must.get(0).side();
    }

    /** Returns whether a rule was broken. */
    public boolean broke(Rule rule) {
        return violations.stream().anyMatch(v -> v.rule() == rule);
    }
}
