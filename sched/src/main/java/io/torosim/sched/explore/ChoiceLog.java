package io.torosim.sched.explore;

import io.torosim.core.choice.Choices;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The choices of one run that were not alternative 0: as pairs of position and alternative, in order. Everything else in a
 * run follows from scenario, defects and seed, so this is all that a replay needs.
 */
final class ChoiceLog {
    private int[] positions = new int[8];
    private int[] alternatives = new int[8];
    private int size;

    void add(int position, int alternative) {
        if (size == positions.length) {
            positions = Arrays.copyOf(positions, size * 2);
            alternatives = Arrays.copyOf(alternatives, size * 2);
        }
        positions[size] = position;
        alternatives[size++] = alternative;
    }

    int size() {
        return size;
    }

    int alternative(int entry) {
        return alternatives[entry];
    }

    /** Returns a copy without one entry. */
    ChoiceLog without(int entry) {
        ChoiceLog copy = new ChoiceLog();
        for (int i = 0; i < size; i++) {
            if (i != entry) {
                copy.add(positions[i], alternatives[i]);
            }
        }
        return copy;
    }

    /** Returns a copy with another alternative in one entry. */
    ChoiceLog with(int entry, int alternative) {
        ChoiceLog copy = without(-1);
        copy.alternatives[entry] = alternative;
        return copy;
    }

    /** Returns choices that repeat these, for one run; an alternative that does not exist there becomes the last one. */
    Replay replay() {
        return new Replay();
    }

    /** These choices in one run. */
    final class Replay implements Choices {
        private final ChoiceLog taken = new ChoiceLog();
        private @Nullable String absent;
        private int position;
        private int entry;

        /** Returns those that the run came to, as it took them. */
        ChoiceLog taken() {
            return taken;
        }

        /** Returns in words the first one that is not there in the run, which is over; empty if there is none. */
        Optional<String> absent() {
            if (absent == null && entry < size) {
                absent = pair(entry) + ", which the run does not come to: choices that it makes=" + position;
            }
            return Optional.ofNullable(absent);
        }

        private int taken(String point, int count) {
            int alternative = alternatives[entry];
            if (alternative >= count && absent == null) {
                absent = pair(entry) + ", where " + point + " has no such alternative: the last is " + (count - 1);
            }
            int least = Math.min(count - 1, alternative);
            if (least > 0) {
                taken.add(positions[entry], least);
            }
            entry++;
            return least;
        }

        @Override
        public int choose(String point, int count) {
            int at = position++;
            return entry < size && positions[entry] == at ? taken(point, count) : 0;
        }

        @Override
        public int plainAhead(String point, int count, int most) {
            return entry < size ? Math.min(most, positions[entry] - position) : most;
        }

        @Override
        public void takePlain(String point, int count, int times) {
            position += times;
        }
    }

    private String pair(int at) {
        return positions[at] + "=" + alternatives[at];
    }

    /** Returns these as text: {@code 17=5,203=1}, or {@code -} for none. */
    String text() {
        if (size == 0) {
            return "-";
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ",").append(positions[i]).append('=').append(alternatives[i]);
        }
        return text.toString();
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    static ChoiceLog parse(String text) {
        ChoiceLog log = new ChoiceLog();
        if (text.equals("-")) {
            return log;
        }
        int last = -1;
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            int position;
            int alternative;
            try {
                position = Integer.parseInt(pair.substring(0, Math.max(equals, 0)));
                alternative = Integer.parseInt(pair.substring(equals + 1));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("choices must be position=alternative pairs, pair=" + pair, e);
            }
            if (position <= last || alternative < 1) {
                throw new IllegalArgumentException(
                        "choices must have rising positions and alternatives of at least 1, pair=" + pair);
            }
            last = position;
            log.add(position, alternative);
        }
        return log;
    }
}
