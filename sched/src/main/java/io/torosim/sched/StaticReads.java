package io.torosim.sched;

import io.torosim.core.bus.Bus;
import io.torosim.core.event.Simulation;
import io.torosim.core.fields.StaticState;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.memory.GuestMemory;
import java.util.List;
import java.util.Optional;

/** What a program's code can look at in static fields of its author's classes: nobody announces that. */
final class StaticReads {
    private static final List<Class<?>> SILENT =
            List.of(Machine.class, Vcpu.class, Bus.class, Simulation.class, GuestMemory.class);

    private StaticReads() {}

    /** Returns the first such field of a program, or of a step of one, in words; empty if there is none. */
    static Optional<String> of(Object program) {
        return StaticState.read(program, StaticReads::isSilent);
    }

    private static boolean isSilent(Class<?> type) {
        return SILENT.stream().anyMatch(silent -> silent.isAssignableFrom(type));
    }
}
