package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.Violation.Side;
import io.torosim.virtio.testkit.Violation.Verdict;

/** Where those who look at a ring say what they saw of its rules, and learn what was said before. */
interface Findings {
    /** A rule could have been broken here. */
    void judged(Rule rule);

    /** A rule is broken. */
    void report(Side side, Rule rule, String place, long value, String detail);

    /** The same, and what follows cannot be made out. */
    void reportLost(Side side, Rule rule, String place, long value, String detail);

    /** What is no violation, said once. */
    void remark(Verdict verdict, Side side, Rule rule, String place, long value, String detail);

    /** Whether what follows cannot be made out. */
    boolean lost();

    /** Whether the driver may store there outside the ring. */
    boolean driverMayWrite(long address, long length);
}
