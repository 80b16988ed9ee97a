package io.torosim.experiment.later;

import io.torosim.experiment.ExperimentResult.CaseResult;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import java.util.List;

/** An idle rule of Toro with its date, and what is known of its CPU with two vCPUs of which one serves. */
enum Rule {
    BUSY_POLL(IdlePolicy.busyPoll(), 2017.0, "84b9f81, until 2017-11-19", 195, 201.5, 195, 201.5),
    HALT_WITHOUT_HINT(IdlePolicy.haltWithoutHint(), 2017.88, "ade8d23 and 4409f50, November 2017", 98, 102, 98, 102),
    POLL_THEN_HALT(IdlePolicy.pollThenHalt(), 2017.9, "5d1869f, 2017-11-25: 200 ms", 98, 102, 0, 2),
    POLLERS_SPIN_2019(IdlePolicy.pollersSpin2019(), 2019.62, "a65d6ea, 2019-08-15", 98, 102, 98, 102),
    LAST_IRQ_2020(IdlePolicy.lastIrq2020(), 2020.73, "faf5269, 2020-09-22: 2000 ms", 98, 102, 0, 2),
    NO_IDLE_FLAG_2020(IdlePolicy.noIdleFlag2020(), 2020.86, "1b2762e, 2020-11-09", 198, 202, 98, 102);

    private final ToroIdlePolicy policy;
    private final double year;
    private final String source;
    private final double[] bands;

    Rule(ToroIdlePolicy policy, double year, String source, double... bands) {
        this.policy = policy;
        this.year = year;
        this.source = source;
        this.bands = bands;
    }

    ToroIdlePolicy policy() {
        return policy;
    }

    double year() {
        return year;
    }

    /** The figures: only the last rule was measured on the real thing, the others follow from what the commit says. */
    List<CaseResult> cases(double busy, double idle) {
        boolean measured = this == NO_IDLE_FLAG_2020;
        return List.of(
                new CaseResult(
                        policy.name() + ".traffic",
                        policy.name(),
                        "CPU in traffic",
                        "%",
                        measured ? "200, measured on master" : "",
                        busy,
                        bands[0],
                        bands[1],
                        source),
                new CaseResult(
                        policy.name() + ".idle",
                        policy.name(),
                        "CPU from 3 s after traffic",
                        "%",
                        measured ? "100, measured on master" : "",
                        idle,
                        bands[2],
                        bands[3],
                        source));
    }
}
