package io.torosim.core.explore;

import java.util.Arrays;

/** What happens in a run of a scenario, in order: a value. Together with the scenario it says everything. */
public final class Schedule {
    private final int[] actions;

    Schedule(int[] actions) {
        this.actions = actions.clone();
    }

    /** Returns how many steps it has. */
    public int length() {
        return actions.length;
    }

    int action(int at) {
        return actions[at];
    }

    /** Returns its first {@code count} steps. */
    public Schedule first(int count) {
        return new Schedule(Arrays.copyOf(actions, count));
    }

    /** Returns it as text, numbers of actions with repetitions after an x, such as {@code 0x3.1.0}; {@code -} for none. */
    public String text() {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < actions.length) {
            int next = at;
            while (next < actions.length && actions[next] == actions[at]) {
                next++;
            }
            text.append(at == 0 ? "" : ".").append(actions[at]);
            if (next - at > 1) {
                text.append('x').append(next - at);
            }
            at = next;
        }
        return actions.length == 0 ? "-" : text.toString();
    }

    /**
     * Reads {@link #text}.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    public static Schedule parse(String text) {
        IntList list = new IntList();
        if (text.equals("-")) {
            return new Schedule(list.toArray());
        }
        for (String part : text.split("\\.", -1)) {
            int x = part.indexOf('x');
            try {
                int action = Integer.parseInt(x < 0 ? part : part.substring(0, x));
                int times = x < 0 ? 1 : Integer.parseInt(part.substring(x + 1));
                if (action < 0 || times < 1 || times > 1_000_000) {
                    throw new NumberFormatException();
                }
                for (int i = 0; i < times; i++) {
                    list.add(action);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "a schedule is numbers of actions with dots between, each with x and a count behind it, part="
                                + part,
                        e);
            }
        }
        return new Schedule(list.toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schedule schedule && Arrays.equals(schedule.actions, actions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(actions);
    }

    @Override
    public String toString() {
        return text();
    }
}
