package io.torosim.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of operations on an event set, as data. {@link #toString} is Java that compiles and repeats it, so a shrunk
 * counterexample can be pasted into {@link EventScriptTest}.
 */
final class EventScript {
    enum Op {
        SCHEDULE,
        CANCEL,
        RESCHEDULE,
        TAKE,
        TAKE_UP_TO,
        PEEK
    }

    /** {@code a} is a delay after the floor or the number of a handle (modulo the handles given), {@code b} the rest. */
    record Step(Op op, long a, long b) {}

    private final List<Step> steps = new ArrayList<>();

    static EventScript of(List<Step> steps) {
        EventScript script = new EventScript();
        script.steps.addAll(steps);
        return script;
    }

    EventScript schedule(long delayPs, long priority) {
        return add(Op.SCHEDULE, delayPs, priority);
    }

    EventScript cancel(long handle) {
        return add(Op.CANCEL, handle, 0);
    }

    EventScript reschedule(long handle, long delayPs) {
        return add(Op.RESCHEDULE, handle, delayPs);
    }

    EventScript take() {
        return add(Op.TAKE, 0, 0);
    }

    EventScript takeUpTo(long delayPs) {
        return add(Op.TAKE_UP_TO, delayPs, 0);
    }

    EventScript peek() {
        return add(Op.PEEK, 0, 0);
    }

    private EventScript add(Op op, long a, long b) {
        steps.add(new Step(op, a, b));
        return this;
    }

    int length() {
        return steps.size();
    }

    /** Runs the script on an event set and on the model; they must agree on everything that can be seen, after every step. */
    void check() {
        EventSet set = new EventSet();
        SortedListModel model = new SortedListModel();
        List<Long> handles = new ArrayList<>();
        long[] fired = {-1, -1};
        EventHandler handler = (op, arg) -> {
            fired[0] = op;
            fired[1] = arg;
        };
        long floorPs = 0;
        for (int i = 0; i < steps.size(); i++) {
            Step s = steps.get(i);
            int id = handles.isEmpty() ? -1 : (int) Math.floorMod(s.a, (long) handles.size());
            switch (s.op) {
                case SCHEDULE -> {
                    long timePs = plus(floorPs, s.a);
                    handles.add(set.schedule(timePs, (int) s.b, handler, ~handles.size(), handles.size()));
                    model.schedule(timePs, (int) s.b, handles.size() - 1);
                }
                case CANCEL -> {
                    if (id >= 0) {
                        same(i, set.cancel(handles.get(id)), model.cancel(id));
                        same(i, set.isPending(handles.get(id)), false);
                    }
                }
                case RESCHEDULE -> {
                    if (id >= 0) {
                        long timePs = plus(floorPs, s.b);
                        same(i, set.reschedule(handles.get(id), timePs), model.reschedule(id, timePs));
                    }
                }
                case TAKE, TAKE_UP_TO -> {
                    long limitPs = s.op == Op.TAKE ? Long.MAX_VALUE : plus(floorPs, s.a);
                    int taken = set.take(limitPs);
                    if (model.size() > 0 && model.first().timePs() <= limitPs) {
                        SortedListModel.Entry expected = model.take();
                        same(i, taken >= 0, true);
                        set.handler(taken).onEvent(set.op(taken), set.arg(taken));
                        same(i, fired[1], expected.id());
                        same(i, fired[0], ~expected.id());
                        same(i, set.takenTimePs(taken), expected.timePs());
                        same(i, set.takenPriority(taken), expected.priority());
                        same(i, set.isPending(handles.get((int) expected.id())), false);
                        floorPs = expected.timePs();
                    } else {
                        same(i, taken, -1);
                        floorPs = model.size() > 0 ? limitPs : floorPs;
                    }
                }
                case PEEK -> {
                    SortedListModel.Entry first = model.first();
                    same(i, set.nextTimePs(), first == null ? Long.MAX_VALUE : first.timePs());
                    same(i, set.nextPriority(), first == null ? Integer.MAX_VALUE : first.priority());
                }
            }
            same(i, set.size(), model.size());
        }
        while (model.size() > 0) {
            same(steps.size(), set.fireNext(), true);
            same(steps.size(), fired[1], model.take().id());
        }
        same(steps.size(), set.fireNext(), false);
    }

    private static long plus(long a, long delay) {
        long sum = a + delay;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static void same(int step, Object actual, Object expected) {
        if (actual instanceof Number a && expected instanceof Number e) {
            if (a.longValue() == e.longValue()) {
                return;
            }
        } else if (actual.equals(expected)) {
            return;
        }
        assertThat(actual).as("step " + step).isEqualTo(expected);
    }

    @Override
    public String toString() {
        StringBuilder code = new StringBuilder("new EventScript()");
        for (Step s : steps) {
            code.append("\n    ")
                    .append(
                            switch (s.op) {
                                case SCHEDULE -> ".schedule(" + s.a + "L, " + s.b + ")";
                                case CANCEL -> ".cancel(" + s.a + "L)";
                                case RESCHEDULE -> ".reschedule(" + s.a + "L, " + s.b + "L)";
                                case TAKE -> ".take()";
                                case TAKE_UP_TO -> ".takeUpTo(" + s.a + "L)";
                                case PEEK -> ".peek()";
                            });
        }
        return code.append("\n    .check();").toString();
    }
}
