package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often each rule was judged: somebody came to where it is kept or broken. What was never judged has not been examined. */
final class RuleUse {
    private static final Rule[] ALL = Rule.values();

    private final long[] times = new long[ALL.length];

    void judged(Rule rule) {
        times[rule.ordinal()]++;
    }

    void add(RuleUse other) {
        for (int i = 0; i < times.length; i++) {
            times[i] += other.times[i];
        }
    }

    void add(Map<Rule, Long> judged) {
        judged.forEach((rule, count) -> times[rule.ordinal()] += count);
    }

    /** Returns the rules that were judged, in their order, and how often. */
    Map<Rule, Long> byRule() {
        Map<Rule, Long> judged = new EnumMap<>(Rule.class);
        for (int i = 0; i < times.length; i++) {
            if (times[i] > 0) {
                judged.put(ALL[i], times[i]);
            }
        }
        return Collections.unmodifiableMap(judged);
    }
}
