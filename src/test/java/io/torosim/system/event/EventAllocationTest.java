package io.torosim.system.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the steady state an event, its cancelling and its rescheduling allocate nothing. */
class EventAllocationTest {
    private final Simulation simulation = new Simulation();
    private final EventHandler handler = this::fired;

    private void fired(int op, long arg) {
        long delayPs = (arg * 0x9e3779b97f4a7c15L) >>> 30;
        long handle = simulation.after(delayPs, handler, op, arg + 1);
        simulation.reschedule(handle, simulation.nowPs() + delayPs / 2);
        simulation.cancel(simulation.at(simulation.nowPs() + 5, op, handler, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1000})
    void steadyState_allocatesNothing(int pending) {
        for (int i = 0; i < pending; i++) {
            simulation.after(i, handler, i % 40, i);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        simulation.runEvents(200_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        simulation.runEvents(200_000);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).as("bytes for 200,000 events").isLessThan(2_000);
    }
}
