package io.torosim.core.code;

import io.torosim.core.machine.Activity;
import it.unimi.dsi.fastutil.objects.Reference2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A routine of guest code: named entries, each of which does what one atomic piece of the real routine does, at one instant. It keeps
 * nothing between calls: where it stands and what it knows is in its {@link Frame}, so that a machine can be hashed, saved and branched, and
 * one object serves every core and thread.
 *
 * <p><b>What is an entry of its own:</b> every access to a word that a device, an interrupt handler or another core may touch (ring words,
 * mailboxes, registers); an interrupt comes before it or after it. <b>What is one entry, one step a run:</b> a stretch of work on what only this core sees.
 * An entry says that it is such ({@link GuestCpu#work}); then an interrupt comes into the middle of it, at its own instant, and the rest of its time follows the
 * handler. With interrupts disabled the interrupt waits, as everywhere.
 *
 * <p>Two notations stand behind this: a {@code switch} over {@link Frame#entry} for hot kernel paths, and a list of {@link Steps} for
 * everything else. See {@code docs/decisions}.
 */
public abstract class GuestCode {
    /** For subclasses. */
    protected GuestCode() {}

    /** Returns the name of the routine, as Toro's source or the user has it. */
    public abstract String name();

    /** Returns how many words of locals a frame of it needs, at least 0. */
    public abstract int words();

    /**
     * Executes the entry at {@code frame.entry} and sets the one that follows.
     *
     * @param cpu the vCPU that executes; accesses through it add their own time
     * @return how long it takes beyond its accesses, in picoseconds, or one of {@link StepResult}
     */
    public abstract long run(GuestCpu cpu, Frame frame);

    /** Returns the name of an entry, a few words that say what it does; for schedules and traces. */
    public abstract String entryName(int entry);

    /**
     * Returns where the source of the real program does what an entry does, such as {@code "Process.pas:Scheduling"}; empty if nobody says. For
     * schedules, see {@link Steps#source}.
     */
    public String source(int entry) {
        return "";
    }

    /** Returns what the last step at {@code entry} called that is not guest code itself, as {@link #name} has it, for profiles; empty if nothing. */
    public String within(int entry) {
        return "";
    }

    /** Returns whether a word of its frames holds an instant in picoseconds since power-on, or 0 for none; see {@link Steps#instants}. */
    public boolean isInstant(int word) {
        return false;
    }

    /** Returns how many entries it has, for a list of those never executed; 0 if it does not say. */
    public int entries() {
        return 0;
    }

    /** Returns whether an entry does something itself; a test or a jump of a list does not. */
    public boolean isStep(int entry) {
        return true;
    }

    /**
     * What an entry of guest code may return: a time in picoseconds, at least 0, or one of these. This is the one list; a kernel's own
     * calls lie in {@code [KERNEL_LAST, KERNEL_FIRST]} and are the kernel's to name.
     */
    public static final class StepResult {
        /** Nothing was done that takes time: the next entry follows at the same instant, in the same step. */
        public static final long NEXT = Long.MIN_VALUE;
        /** A frame was pushed with {@link GuestCpu#call}: it comes first, in the same step. */
        public static final long CALL = Long.MIN_VALUE + 1;
        /** The routine is over: its caller goes on, in the same step. With an entry that takes time: {@link GuestCpu#leaves}. */
        public static final long RETURN = Long.MIN_VALUE + 2;
        /** Executed {@code hlt}. */
        public static final long HALT = Activity.HALT;
        /** The outermost routine is over: {@code iret} of an interrupt handler. */
        public static final long DONE = Activity.DONE;
        /** The polling loop repeats: see {@link io.torosim.core.machine.Vcpu#roundRepeats}. */
        public static final long SPIN = Activity.SPIN;
        /** Switched off. */
        public static final long OFF = Activity.OFF;
        /** An endless loop with interrupts disabled. */
        public static final long HANG = Activity.HANG;
        /** Executed {@code mwait}. */
        public static final long MWAIT = Activity.MWAIT;
        /** A stretch of quiet steps follows: see {@link io.torosim.core.machine.Vcpu#quiet}. */
        public static final long QUIET = Activity.QUIET;
        /** The first of the numbers left to a kernel for the calls of its threads. */
        public static final long KERNEL_FIRST = -16;
        /** The last of them. */
        public static final long KERNEL_LAST = -127;

        /** What an entry may return, in words, for whoever has returned something else. */
        static final String LEGAL =
                "an entry returns a time in picoseconds, at least 0, or one of the constants of StepResult: NEXT, CALL,"
                        + " RETURN, HALT to QUIET (-1 to -7), or a kernel's call (-16 to -127)";

        private StepResult() {}
    }

    /**
     * The state of one call of a {@link GuestCode}: where it stands, and its locals in words. Frames belong to a {@link FrameStack} and are used
     * again after a return; a routine must not keep one.
     */
    public static final class Frame {
        /** The entry that is executed next. */
        public int entry;

        /**
         * The locals, at least as many as {@link GuestCode#words}; 0 when the routine begins, but for its arguments. With {@link
         * io.torosim.core.machine.MachineSpec#checkSteps} there are no more than these; else there may be, and a routine must not use them.
         */
        public long[] w = {};

        @SuppressWarnings("NullAway.Init") // begin comes first
        private GuestCode code;

        private int words;
        /** There are as many words as the routine says, so that one beyond them is an error. */
        private final boolean exact;

        Frame(boolean exact) {
            this.exact = exact;
        }

        void begin(GuestCode routine) {
            entry = 0;
            if (code != routine) {
                code = routine;
                words = routine.words();
                if (exact ? w.length != words : w.length < words) {
                    w = new long[words];
                } else if (w.length > words) {
                    Arrays.fill(w, words, w.length, 0); // nothing of another routine's is left
                }
            }
            long[] locals = w;
            for (int i = 0; i < words; i++) {
                locals[i] = 0;
            }
        }

        /** Returns the routine. */
        public GuestCode code() {
            return code;
        }

        @Override
        public String toString() {
            return code.name() + ": " + code.entryName(entry);
        }

        /**
         * The calls that a thread or a handler is in. Pushing and popping allocate nothing once the stack has been as deep before. At most {@value
         * #DEEPEST} frames, so that endless recursion is an error of the guest.
         */
        public static final class FrameStack {
            /** The most frames. */
            public static final int DEEPEST = 256;

            private Frame[] frames = new Frame[4];
            private int depth;

            private final boolean exact;

            /** Creates an empty stack. */
            public FrameStack() {
                this(false);
            }

            /** Creates an empty stack, of frames that have no word beyond those of their routines if {@code exact}. */
            FrameStack(boolean exact) {
                this.exact = exact;
            }

            /**
             * Calls a routine: it begins at entry 0 with all locals 0; the caller of this method sets its arguments.
             *
             * @throws IllegalStateException if {@value #DEEPEST} calls are open
             */
            public Frame push(GuestCode routine) {
                if (depth == frames.length) {
                    if (depth == DEEPEST) {
                        throw new IllegalStateException("calls nested deeper than " + DEEPEST + ": " + this);
                    }
                    frames = Arrays.copyOf(frames, 2 * depth);
                }
                Frame frame = frames[depth];
                if (frame == null) {
                    frame = new Frame(exact);
                    frames[depth] = frame;
                }
                depth++;
                frame.begin(routine);
                return frame;
            }

            /** The innermost routine returns. */
            public void pop() {
                depth--;
            }

            /** Returns the innermost frame. */
            public Frame top() {
                return frames[depth - 1];
            }

            /** Returns frame {@code index}, 0 being the outermost, in {@code [0, depth())}. */
            public Frame frame(int index) {
                return frames[index];
            }

            /** Returns how many calls are open. */
            public int depth() {
                return depth;
            }

            /** Forgets all calls. */
            public void clear() {
                depth = 0;
            }

            /** Makes this stack equal to {@code other}. */
            public void set(FrameStack other) {
                depth = 0;
                for (int i = 0; i < other.depth; i++) {
                    Frame from = other.frames[i];
                    Frame to = push(from.code());
                    to.entry = from.entry;
                    System.arraycopy(from.w, 0, to.w, 0, from.code().words());
                }
            }

            /** Returns how many words {@link #save} takes. */
            public int savedWords() {
                int words = 1;
                for (int i = 0; i < depth; i++) {
                    words += 2 + frames[i].code().words();
                }
                return words;
            }

            /**
             * Writes the whole state as words: the depth, then for each frame its routine's number, its entry and its locals.
             *
             * @param codes gives routines their numbers
             * @return the index behind the last word
             */
            public int save(CodeTable<GuestCode> codes, long[] into, int at) {
                int next = at;
                into[next++] = depth;
                for (int i = 0; i < depth; i++) {
                    Frame frame = frames[i];
                    into[next++] = codes.numberOf(frame.code());
                    into[next++] = frame.entry;
                    int words = frame.code().words();
                    System.arraycopy(frame.w, 0, into, next, words);
                    next += words;
                }
                return next;
            }

            /** Restores what {@link #save} wrote; returns the index behind the last word. */
            public int restore(CodeTable<GuestCode> codes, long[] from, int at) {
                int next = at;
                int frameCount = (int) from[next++];
                depth = 0;
                for (int i = 0; i < frameCount; i++) {
                    Frame frame = push(codes.code((int) from[next++]));
                    frame.entry = (int) from[next++];
                    int words = frame.code().words();
                    System.arraycopy(from, next, frame.w, 0, words);
                    next += words;
                }
                return next;
            }

            /** Returns a number made of the entries and locals of all calls. */
            long fingerprint() {
                long sum = depth;
                for (int i = 0; i < depth; i++) {
                    Frame frame = frames[i];
                    sum = 31 * sum + frame.entry;
                    for (int word = 0; word < frame.words; word++) {
                        sum = 31 * sum + frame.w[word];
                    }
                }
                return sum;
            }

            @Override
            public String toString() {
                StringBuilder text = new StringBuilder();
                for (int i = depth - 1; i >= 0 && i >= depth - 8; i--) {
                    text.append(text.length() == 0 ? "" : " < ").append(frames[i]);
                }
                return text.toString();
            }

            /**
             * Numbers for routines, in the order in which they are first met, so that frames can be written as words. Two tables may number differently.
             *
             * @param <T> the routines: {@code GuestCode}, which knows nothing of tables
             */
            public static final class CodeTable<T> {
                private final Reference2IntOpenHashMap<T> numbers = new Reference2IntOpenHashMap<>();
                private final List<T> codes = new ArrayList<>();

                /** Creates an empty table. */
                public CodeTable() {
                    numbers.defaultReturnValue(-1);
                }

                /** Returns the number of a routine, from 0; a new one if it was never met. */
                public int numberOf(T code) {
                    int known = numbers.getInt(code);
                    if (known >= 0) {
                        return known;
                    }
                    numbers.put(code, codes.size());
                    codes.add(code);
                    return codes.size() - 1;
                }

                /** Returns the routine of a number that {@link #numberOf} gave. */
                public T code(int number) {
                    return codes.get(number);
                }
            }
        }
    }
}
