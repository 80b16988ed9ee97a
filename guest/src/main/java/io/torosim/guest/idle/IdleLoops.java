package io.torosim.guest.idle;

import java.util.ArrayList;
import java.util.List;

/** The catalogue. */
public final class IdleLoops {
    private static final List<IdleLoop> ALL =
            all(HaltLoops.all(), FlagLoops.all(), ToroLoops.all(), WaitLoops.all(), TimerLoops.all());

    private IdleLoops() {}

    @SafeVarargs
    private static List<IdleLoop> all(List<IdleLoop>... parts) {
        List<IdleLoop> loops = new ArrayList<>();
        for (List<IdleLoop> part : parts) {
            loops.addAll(part);
        }
        return List.copyOf(loops);
    }

    /** Returns all loops, in order. */
    public static List<IdleLoop> all() {
        return ALL;
    }

    /**
     * Returns the loop of that name.
     *
     * @throws IllegalArgumentException if there is none; it names those there are
     */
    public static IdleLoop named(String name) {
        for (IdleLoop loop : ALL) {
            if (loop.name().equals(name)) {
                return loop;
            }
        }
        throw new IllegalArgumentException("no idle loop of that name, loop=" + name + "; there are "
                + ALL.stream().map(IdleLoop::name).toList());
    }
}
