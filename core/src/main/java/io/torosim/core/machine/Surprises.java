package io.torosim.core.machine;

import io.torosim.core.choice.Choices;
import io.torosim.core.time.Picos;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a real machine leaves open, asked of {@link Choices}: how much longer than its cost a step takes, how late an
 * interrupt arrives, how late a store becomes visible. One picosecond more lets everything else of the same instant go first, so ties between vCPUs are
 * decided here too; the longest step delay is the host taking the CPU away.
 *
 * <p>A vCPU that has been proved to go round a polling loop is left alone until something that it can see changes: no
 * choice is asked of it there, so that fast-forward stays exact.
 */
final class Surprises {
    static final long[] STEP_PS = {
        0, 1, 20 * Picos.PER_NANO, 200 * Picos.PER_NANO, 2 * Picos.PER_MICRO, 60 * Picos.PER_MICRO, 60 * Picos.PER_MILLI
    };
    static final long[] DELIVERY_PS = {
        0, 50 * Picos.PER_NANO, 500 * Picos.PER_NANO, 5 * Picos.PER_MICRO, 50 * Picos.PER_MICRO, 5 * Picos.PER_MILLI
    };

    /** The clock of the slower core of an unquiet host, in thousandths. */
    static final int SLOW_CORE_PERMILLE = 800;

    private static final long[] STORE_PS = {0, 50 * Picos.PER_NANO, 500 * Picos.PER_NANO, 2 * Picos.PER_MICRO};

    private static final String STEP = "vcpu.delay";

    private final @Nullable Choices choices;

    /** Null stands for a machine without surprises. */
    Surprises(@Nullable Choices choices) {
        this.choices = choices;
    }

    boolean none() {
        return choices == null;
    }

    Choices choices() {
        return choices == null ? Choices.fixed() : choices;
    }

    /** Who is asked on a machine with surprises. */
    private Choices open() {
        return Objects.requireNonNull(choices, "a machine without surprises leaves nothing open");
    }

    long stepPs() {
        return STEP_PS[open().choose(STEP, STEP_PS.length)];
    }

    /** Whether each of the next {@code steps} steps takes what it costs; the steps must follow each other with nothing in between. */
    boolean noneIn(int steps) {
        return open().plainAhead(STEP, STEP_PS.length, steps) == steps;
    }

    /** They are over. */
    void passed(int steps) {
        open().takePlain(STEP, STEP_PS.length, steps);
    }

    long storePs() {
        return STORE_PS[open().choose("cpu.store", STORE_PS.length)];
    }

    long deliveryPs(String point) {
        return choices == null ? 0 : DELIVERY_PS[choices.choose(point, DELIVERY_PS.length)];
    }
}
