package io.torosim.core.code;

import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A routine written as a list of named steps, read from the top.
 *
 * <pre>{@code
 * static final int LEFT = 0, SUM = 1;
 * static final GuestCode COPY = Steps.of("copy", 2)
 *         .whilePositive("words left", LEFT, run -> run
 *                 .step("read a word", (cpu, f) -> { f.w[SUM] += cpu.load32(f.w[LEFT]); return 500; })
 *                 .step("count it", (cpu, f) -> { f.w[LEFT]--; return 200; }))
 *         .build();
 * }</pre>
 *
 * <p>Loops and branches are on words of the frame and take no time; a condition that costs something, or is an access, is a step that puts
 * its outcome into a word. A step that sets {@code frame.entry} (to {@link Mark#entry}) names its successor. Behind the last step the routine returns.
 *
 * <p>A list is made once, in a class that is linked when it is first called (each step object costs about half a millisecond the first
 * time); nothing is made while it runs.
 *
 * <p>What is built is a {@link StepList}, a {@link GuestCode} as any other; a step gets the {@link GuestCpu} and its {@link Frame}. The parameters of
 * the outermost list, its names and marks are shared with the lists within it.
 */
public final class Steps {
    static final int STEP = 0;
    static final int UNLESS_POSITIVE = 1;
    static final int UNLESS_LESS = 2;
    static final int UNLESS_EQUAL = 3;
    static final int JUMP = 4;
    static final int RETURN = 5;

    private final String name;
    private final int words;
    private final List<Entry> entries = new ArrayList<>();

    /** One entry: what kind, on which words, where to, and what it does. */
    static final class Entry {
        final int op;
        final String name;
        final @Nullable StepBody body;
        final int left;
        final long right;
        int target;
        String source = "";

        Entry(int op, String name, @Nullable StepBody body, int left, long right) {
            this.op = op;
            this.name = Objects.requireNonNull(name, "what");
            this.body = body;
            this.left = left;
            this.right = right;
        }
    }

    /** A place in one list, known when that list is built: for a step of it that names its successor. */
    public static final class Mark {
        private int entry = -1;
        private @Nullable Steps list;

        /** Creates a mark that has no place yet. */
        public Mark() {}

        /** Returns the entry that it stands for. */
        public int entry() {
            if (entry < 0) {
                throw new IllegalStateException("the mark was never placed");
            }
            return entry;
        }
    }

    private long instants;
    private String source = "";

    private Steps(String name, int words) {
        this.name = name;
        this.words = words;
    }

    /**
     * Begins a routine.
     *
     * @param name as Toro's source or the user has it
     * @param words how many words of locals it uses, at least 0
     */
    public static Steps of(String name, int words) {
        if (words < 0) {
            throw new IllegalArgumentException("words must be at least 0, words=" + words + ", routine=" + name);
        }
        return new Steps(Objects.requireNonNull(name, "name"), words);
    }

    /**
     * Says that words of the frame hold instants, so that a search knows two states as the same that differ in the time of day only; 0 is
     * none.
     *
     * @param indices words in [0, 64)
     */
    public Steps instants(int... indices) {
        for (int index : indices) {
            if (word(index) >= Long.SIZE) {
                throw new IllegalArgumentException(
                        "an instant must be in one of the first 64 words, word=" + index + ", routine=" + name);
            }
            instants |= 1L << index;
        }
        return this;
    }

    /**
     * Says where the source of the real program does what the steps from here on do, up to the next call of this: file and procedure, such as
     * {@code "Process.pas:Scheduling"}, or a kernel's function. Printed schedules name it beside each step; empty for none.
     */
    public Steps source(String place) {
        source = Objects.requireNonNull(place, "place");
        return this;
    }

    /** Adds a step. */
    public Steps step(String what, StepBody body) {
        Objects.requireNonNull(what, () -> "what must not be null, routine=" + name);
        Objects.requireNonNull(body, () -> "body must not be null, step=" + what + ", routine=" + name);
        Entry entry = new Entry(STEP, what, body, 0, 0);
        entry.source = source;
        entries.add(entry);
        return this;
    }

    /** Adds a step that only takes time, at least 0 ps; no interrupt comes into it. */
    public Steps takes(String what, long ps) {
        notNegative(what, ps);
        return step(what, (cpu, frame) -> ps);
    }

    /** Adds a step that is only work, at least 0 ps, into which an interrupt may come: {@link GuestCpu#work}. */
    public Steps work(String what, long ps) {
        notNegative(what, ps);
        return step(what, (cpu, frame) -> cpu.work(ps));
    }

    /** Repeats {@code body} while word {@code index} is greater than 0. */
    public Steps whilePositive(String what, int index, Consumer<Steps> body) {
        return loop(new Entry(UNLESS_POSITIVE, what, null, word(index), 0), body);
    }

    /** Repeats {@code body} while word {@code left} is less than word {@code right}. */
    public Steps whileLess(String what, int left, int right, Consumer<Steps> body) {
        return loop(new Entry(UNLESS_LESS, what, null, word(left), word(right)), body);
    }

    /** Repeats {@code body} for ever, until a step returns or goes elsewhere. */
    public Steps forever(Consumer<Steps> body) {
        Objects.requireNonNull(body, "body");
        int head = entries.size();
        body.accept(this);
        return jumpTo(head);
    }

    /** Does {@code body} if word {@code index} is greater than 0. */
    public Steps ifPositive(String what, int index, Consumer<Steps> body) {
        return branch(new Entry(UNLESS_POSITIVE, what, null, word(index), 0), body);
    }

    /** Does {@code body} if word {@code index} is {@code value}. */
    public Steps ifEqual(String what, int index, long value, Consumer<Steps> body) {
        return branch(new Entry(UNLESS_EQUAL, what, null, word(index), value), body);
    }

    /** Puts {@code mark} in front of the next step. */
    public Steps mark(Mark mark) {
        Objects.requireNonNull(mark, "mark");
        if (mark.entry >= 0) {
            throw new IllegalArgumentException("the mark has a place already, routine=" + name);
        }
        mark.entry = entries.size();
        mark.list = this;
        return this;
    }

    /** Calls another routine; {@code arguments} may be null, else it fills the new frame's words from the caller's. */
    public Steps call(String what, GuestCode routine, @Nullable Arguments arguments) {
        Objects.requireNonNull(what, () -> "what must not be null, routine=" + name);
        Objects.requireNonNull(
                routine, () -> "routine must not be null, step=" + what + ", routine that calls=" + name);
        return step(what, (cpu, frame) -> {
            Frame callee = cpu.call(routine);
            if (arguments != null) {
                arguments.pass(frame, callee);
            }
            return StepResult.CALL;
        });
    }

    /** Fills the frame of a routine that is called. */
    @FunctionalInterface
    public interface Arguments {
        /** Copies words of the caller into words of the callee. */
        void pass(Frame caller, Frame callee);
    }

    /** Returns from the routine here. */
    public Steps end(String what) {
        entries.add(new Entry(RETURN, what, null, 0, 0));
        return this;
    }

    /**
     * Returns the routine.
     *
     * @throws IllegalArgumentException if a step has captured a {@link Mark} that does not stand in this list
     */
    public GuestCode build() {
        for (Entry entry : entries) {
            for (Mark mark : CapturedMarks.of(entry.body)) {
                if (mark.list != this) {
                    throw new IllegalArgumentException("the mark of step \"" + entry.name + "\" "
                            + (mark.list == null ? "was never placed" : "stands in another list, " + mark.list.name)
                            + ", routine=" + name);
                }
            }
        }
        entries.add(new Entry(RETURN, "return", null, 0, 0));
        return new StepList(name, words, instants, entries);
    }

    private void notNegative(String what, long ps) {
        if (ps < 0) {
            throw new IllegalArgumentException(
                    "ps must be at least 0, ps=" + ps + ", step=" + what + ", routine=" + name);
        }
    }

    private int word(int index) {
        if (index < 0 || index >= words) {
            throw new IllegalArgumentException(
                    "word must be in [0, " + words + "), word=" + index + ", routine=" + name);
        }
        return index;
    }

    private Steps loop(Entry head, Consumer<Steps> body) {
        Objects.requireNonNull(body, () -> "body must not be null, loop=" + head.name + ", routine=" + name);
        int at = entries.size();
        entries.add(head);
        body.accept(this);
        jumpTo(at);
        head.target = entries.size();
        return this;
    }

    private Steps branch(Entry test, Consumer<Steps> body) {
        Objects.requireNonNull(body, () -> "body must not be null, test=" + test.name + ", routine=" + name);
        entries.add(test);
        body.accept(this);
        test.target = entries.size();
        return this;
    }

    private Steps jumpTo(int entry) {
        Entry jump = new Entry(JUMP, "again", null, 0, 0);
        jump.target = entry;
        entries.add(jump);
        return this;
    }

    /** What one named step of a {@link Steps} list does. */
    @FunctionalInterface
    public interface StepBody {
        /**
         * Does it, now.
         *
         * @return how long it takes beyond its accesses, in picoseconds, or one of {@link StepResult}; {@link StepResult#NEXT} for nothing. The
         *     next step of the list follows unless {@code frame.entry} was set; after {@link StepResult#SPIN} this one does
         */
        long run(GuestCpu cpu, Frame frame);
    }
}
