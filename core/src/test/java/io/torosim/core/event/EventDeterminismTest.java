package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.Replications;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.core.trace.TraceBus.TraceSink;
import io.torosim.core.trace.TraceRecorder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same seed gives the same digest: on every JDK, watched or not, in series or in parallel. */
class EventDeterminismTest {
    /** Taken on JDK 17; it must come out of every other. */
    private static final String KNOWN = "c4a26cdd6430a4ea";

    private static String run(long seed, TraceSink... sinks) {
        Simulation simulation = new Simulation();
        TraceBus trace = new TraceBus();
        for (TraceSink sink : sinks) {
            trace.addSink(sink);
        }
        RandomStreams streams = new RandomStreams(seed);
        SimRandom delays = streams.stream("delays");
        SimRandom choices = streams.stream("choices");
        long[] handles = new long[64];
        EventHandler[] self = new EventHandler[1];
        self[0] = (op, arg) -> {
            trace.emit(simulation.nowPs(), op, TraceKind.USER, arg, simulation.nowPriority());
            long delayPs = choices.nextInt(3) == 0
                    ? delays.nextInt(4)
                    : (long) (1000 + delays.nextPareto(10, 1.2) + StrictMath.abs(delays.nextNormal(0, 50)));
            int victim = choices.nextInt(64);
            if (choices.nextInt(8) == 0 && simulation.cancel(handles[victim])) {
                handles[victim] = simulation.after(delayPs + 1, self[0], victim, arg);
            } else if (choices.nextInt(8) == 0) {
                simulation.reschedule(handles[victim], simulation.nowPs() + delayPs / 2);
            }
            handles[op] = simulation.at(simulation.nowPs() + delayPs, 14 + choices.nextInt(5), self[0], op, arg + 1);
        };
        for (int i = 0; i < 64; i++) {
            handles[i] = simulation.at(i / 8, self[0], i, 0);
        }
        simulation.runEvents(30_000);
        return trace.digest().hex();
    }

    @Test
    void digest_isTheKnownOne_watchedOrNot() {
        assertThat(run(42)).isEqualTo(KNOWN);
        assertThat(run(42, TraceRecorder.keepAll(), TraceRecorder.keepLast(9))).isEqualTo(KNOWN);
        assertThat(run(43)).isNotEqualTo(KNOWN);
    }

    @Test
    void digests_areEqualInSeriesAndInParallel() {
        Replications plan = new Replications(7, 12);
        List<String> serial = plan.serial((number, seed) -> run(seed));
        assertThat(plan.parallel(4, (number, seed) -> run(seed))).isEqualTo(serial);
        assertThat(serial).doesNotHaveDuplicates();
    }
}
