package io.torosim.core.replay;

import io.torosim.core.event.Simulation;
import io.torosim.core.trace.TraceBus;
import java.util.function.Supplier;

/**
 * Something that can be travelled in: a run at its beginning, complete with its load.
 *
 * @param simulation its clock and events
 * @param trace where it tells what happens
 * @param state prints its state in a few lines; must change nothing
 * @param release gives back what it holds, such as {@code machine::close}
 */
public record Subject(Simulation simulation, TraceBus trace, Supplier<String> state, Runnable release) {
    /** Returns a subject that holds nothing to give back. */
    public static Subject of(Simulation simulation, TraceBus trace, Supplier<String> state) {
        return new Subject(simulation, trace, state, () -> {});
    }
}
