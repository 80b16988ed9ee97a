package io.torosim.core.machine;

import io.torosim.core.choice.Choices;
import io.torosim.core.choice.Choices.Perturbation;
import io.torosim.core.time.Picos;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a real machine leaves open, asked of {@link Choices}: how much longer than its cost a step takes, how late an
 * interrupt arrives, how late a store becomes visible. One picosecond more lets everything else of the same instant go first, so ties between vCPUs are
 * decided here too; the longest step delay is the host taking the CPU away.
 *
 * <p>A vCPU that has been proved to go round a polling loop is left alone by a search until something that it can see changes: no
 * choice is asked of it there. An unquiet host ({@link Perturbation}) leaves nothing alone: its next moment is known, and rounds are
 * passed over up to there, so that a run is the same without fast-forward.
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

    /** The same, where it is an unquiet host. */
    private final @Nullable Perturbation host;

    /** Null stands for a machine without surprises. */
    Surprises(@Nullable Choices choices) {
        this.choices = choices;
        this.host = choices instanceof Perturbation unquiet ? unquiet : null;
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

    /** Returns how much longer than its cost a step of {@code vcpu} takes that would be over at {@code toPs}. */
    long stepPs(int vcpu, long fromPs, long toPs) {
        return STEP_PS[
                host != null
                        ? host.lengthened(vcpu, fromPs, toPs, STEP_PS.length)
                        : open().choose(STEP, STEP_PS.length)];
    }

    /** Whether each of the next {@code steps} steps of {@code vcpu} takes what it costs; they must follow each other with nothing in between. */
    boolean noneIn(int vcpu, long fromPs, long toPs, int steps) {
        return host != null
                ? host.nextPs(vcpu, fromPs) >= toPs
                : open().plainAhead(STEP, STEP_PS.length, steps) == steps;
    }

    /** They are over. */
    void passed(int steps) {
        if (host == null) {
            open().takePlain(STEP, STEP_PS.length, steps);
        }
    }

    /** Returns up to when steps of {@code vcpu} that are known to repeat take what they cost; {@link Picos#NEVER} where nobody asks about those. */
    long plainUntilPs(int vcpu, long nowPs) {
        return host == null ? Picos.NEVER : host.nextPs(vcpu, nowPs);
    }

    long storePs() {
        return STORE_PS[open().choose("cpu.store", STORE_PS.length)];
    }

    long deliveryPs(String point) {
        return choices == null ? 0 : DELIVERY_PS[choices.choose(point, DELIVERY_PS.length)];
    }
}
