package io.torosim.core.state;

import io.torosim.core.fields.StaticState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Static fields belong to all runs of a process, and cannot be put back for one of them. Of which classes that matters is known when all objects have been met: of a
 * user's, which stand in packages beside those that extend something of ToroSim; libraries count and cache for themselves.
 */
final class StaticsOfUsers {
    private final Set<Class<?>> classes = new LinkedHashSet<>();
    /** Their tables by name are no state. */
    private final Set<Class<?>> enums = new LinkedHashSet<>();

    /** There is an object of a class. */
    void met(Class<?> type) {
        classes.add(type);
    }

    /** There is an enum constant. */
    void met(Enum<?> constant) {
        enums.add(constant.getDeclaringClass());
    }

    /**
     * Returns the fields that may be state, in words, in the order in which their classes were met.
     *
     * @throws UnsavableException if one is state
     */
    List<String> check() {
        Set<String> users = new LinkedHashSet<>();
        for (Class<?> type : classes) {
            StaticState.user(type).ifPresent(users::add);
        }
        Set<String> doubtful = new LinkedHashSet<>();
        for (Class<?> type : classes) {
            if (users.contains(StaticState.prefix(type))) {
                refuseState(type);
                doubtful.addAll(StaticState.doubtful(type));
            }
        }
        for (Class<?> type : enums) {
            if (users.contains(StaticState.prefix(type))) {
                refuseState(type);
            }
        }
        return new ArrayList<>(doubtful);
    }

    private static void refuseState(Class<?> type) {
        Optional<String> state = StaticState.unsavable(type);
        if (state.isPresent()) {
            throw new UnsavableException(
                    type,
                    state.get() + " can change and is shared by all runs, so that it cannot be put back for one:"
                            + " keep it in an object of the run instead");
        }
    }
}
