package io.torosim.core.trace;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What numbers in a trace are called, for people: places (the column {@code vcpu}, in a model of one's own whatever happens
 * somewhere), entities (operand a of {@link TraceKind#THREAD_SWITCH} and the other kinds of threads, and of
 * {@link TraceKind#USER}) and states. Digests and recordings know numbers only, so names change no run. Names may be added while
 * a trace is written; each counts from then on.
 */
public final class TraceNames {
    private final Int2ObjectOpenHashMap<String> places = new Int2ObjectOpenHashMap<>();
    private final Long2ObjectOpenHashMap<String> entities = new Long2ObjectOpenHashMap<>();
    private final List<String> states = new ArrayList<>();

    /** Creates names in which nothing is named. */
    public TraceNames() {}

    /** Names a place; -1 is the machine. */
    public TraceNames place(int number, String name) {
        places.put(number, Objects.requireNonNull(name, "name"));
        return this;
    }

    /** Names a thread or another entity. */
    public TraceNames entity(long number, String name) {
        entities.put(number, Objects.requireNonNull(name, "name"));
        return this;
    }

    /** Names the states of {@link TraceKind#VCPU_STATE}, from number 0 on. */
    public TraceNames states(List<String> names) {
        states.clear();
        states.addAll(List.copyOf(names));
        return this;
    }

    String place(int number) {
        String name = places.get(number);
        return name != null ? name : number < 0 ? "machine" : "vcpu" + number;
    }

    /** Returns the name of a state, or null. */
    @Nullable
    String state(long number) {
        return number >= 0 && number < states.size() ? states.get((int) number) : null;
    }

    List<String> states() {
        return states;
    }

    /** Returns the name of what operand a of {@code kind} stands for, or null. */
    @Nullable
    String operand(TraceKind kind, long a) {
        return switch (kind) {
            case THREAD_SWITCH, THREAD_STATE, THREAD_START, THREAD_EXIT, USER -> entities.get(a);
            case VCPU_STATE -> state(a);
            default -> null;
        };
    }
}
