package io.torosim.fat.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A short history of calls by several threads, and the search for an order of them that one thread could have seen: every
 * call between its beginning and its end, every result as a map of names to files gives it. The search tries all orders,
 * and forgets none but those that lead to a state met before (Wing and Gong, 1993; Lowe's memory of states).
 */
final class History {
    /** What a call asks for. A handle belongs to the thread that opened it. */
    enum Kind {
        CREATE_NEW,
        OPEN,
        WRITE,
        READ,
        TRUNCATE,
        CLOSE,
        DELETE,
        MOVE,
        REPLACE,
        EXISTS
    }

    /**
     * A call that has returned.
     *
     * @param thread who called
     * @param begin number of the event of its beginning
     * @param end number of the event of its end
     * @param name first name, null if the handle is meant
     * @param target second name
     * @param value what was written
     * @param result what came back: a value, or a word for the refusal
     */
    record Call(int thread, int begin, int end, Kind kind, String name, String target, String value, String result) {}

    private final List<Call> calls;
    private final Set<String> dead = new HashSet<>();

    History(List<Call> calls) {
        this.calls = calls;
    }

    /** What the model holds: names to files, files to contents, threads to open files. */
    private static final class State {
        final TreeMap<String, Integer> names = new TreeMap<>();
        final TreeMap<Integer, String> files = new TreeMap<>();
        final TreeMap<Integer, Integer> handles = new TreeMap<>();
        int next;

        State copy() {
            var copy = new State();
            copy.names.putAll(names);
            copy.files.putAll(files);
            copy.handles.putAll(handles);
            copy.next = next;
            return copy;
        }

        /** Carries a call out and says what it gives. */
        String apply(Call call) {
            Integer file = call.name() == null ? handles.get(call.thread()) : names.get(call.name());
            switch (call.kind()) {
                case CREATE_NEW -> {
                    if (file != null) {
                        return "exists";
                    }
                    names.put(call.name(), next);
                    files.put(next, "");
                    handles.put(call.thread(), next++);
                    return "ok";
                }
                case OPEN -> {
                    if (file == null) {
                        return "none";
                    }
                    handles.put(call.thread(), file);
                    return "ok";
                }
                case WRITE -> {
                    files.put(file, call.value());
                    return "ok";
                }
                case TRUNCATE -> {
                    files.put(file, "");
                    return "ok";
                }
                case READ -> {
                    return files.get(file);
                }
                case CLOSE -> {
                    handles.remove(call.thread());
                    return "ok";
                }
                case EXISTS -> {
                    return file == null ? "no" : "yes";
                }
                case DELETE -> {
                    names.remove(call.name());
                    return file == null ? "none" : "ok";
                }
                default -> {
                    if (file == null) {
                        return "none";
                    }
                    Integer old = names.get(call.target());
                    if (old != null && !old.equals(file) && call.kind() == Kind.MOVE) {
                        return "exists";
                    }
                    names.remove(call.name());
                    names.put(call.target(), file);
                    return "ok";
                }
            }
        }

        @Override
        public String toString() {
            return names + " " + files + " " + handles;
        }
    }

    /** Returns whether one order explains the history. */
    boolean isLinearizable(Map<String, String> atFirst) {
        var state = new State();
        atFirst.forEach((name, content) -> {
            state.names.put(name, state.next);
            state.files.put(state.next++, content);
        });
        return search(state, new boolean[calls.size()], 0);
    }

    private boolean search(State state, boolean[] done, int count) {
        if (count == calls.size()) {
            return true;
        }
        if (!dead.add(Arrays.toString(done) + state)) {
            return false;
        }
        int earliestEnd = Integer.MAX_VALUE;
        for (int i = 0; i < done.length; i++) {
            earliestEnd =
                    done[i] ? earliestEnd : Math.min(earliestEnd, calls.get(i).end());
        }
        for (int i = 0; i < done.length; i++) {
            if (!done[i] && calls.get(i).begin() < earliestEnd) {
                State next = state.copy();
                if (next.apply(calls.get(i)).equals(calls.get(i).result())) {
                    done[i] = true;
                    if (search(next, done, count + 1)) {
                        return true;
                    }
                    done[i] = false;
                }
            }
        }
        return false;
    }

    List<Call> inOrderOfTheirBeginning() {
        var sorted = new ArrayList<>(calls);
        sorted.sort((a, b) -> Integer.compare(a.begin(), b.begin()));
        return sorted;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        inOrderOfTheirBeginning().forEach(call -> text.append(call).append('\n'));
        return text.toString();
    }
}
