package io.torosim.core.explore;

import io.torosim.core.code.GuestCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A small concurrent guest and what must hold of it: a value. One to {@value #MOST_VCPUS} vCPUs each execute a routine, share words of
 * memory, send each other interrupts, set their timers; stimuli come from outside.
 *
 * <p>Routines keep all their state in frames and shared words and go through {@link io.torosim.core.code.GuestCpu} for everything else.
 * Invariants, stimuli and devices are pure functions of what they are given.
 */
public final class Scenario {
    /** The most vCPUs. */
    public static final int MOST_VCPUS = 64;
    /** Where the first shared word lies. */
    public static final long FIRST_WORD = 0x10_0000;
    /** The longest horizon of a clock, in picoseconds: 35 s. */
    public static final long LONGEST_HORIZON = 1L << 45;
    /** From one shared word to the next: each has a cache line of its own. */
    public static final long STRIDE = 64;

    /** A register that a port answers for: {@code write} is null on a read, else its width and value are in it. */
    @FunctionalInterface
    public interface Port {
        /**
         * Answers a read, or takes a write.
         *
         * @param hand memory and interrupts
         * @param write whether it is a write
         * @param value what is written; 0 on a read
         * @return what is read; ignored on a write
         */
        int access(DeviceHand hand, boolean write, int value);
    }

    /** The program of a vCPU and the first words of its frame. */
    record Program(GuestCode code, long[] arguments) {}

    final String name;
    final List<Program> programs;
    final TreeMap<Integer, GuestCode> handlers;
    final List<String> wordNames;
    final long[] initial;
    final boolean[] instants;
    final List<Stimulus> stimuli;
    final List<Invariant> invariants;
    final TreeMap<Integer, Port> ports;
    final int storeBufferDepth;
    final long tickPs;
    final long horizonPs;

    private Scenario(Builder b) {
        name = b.name;
        programs = List.copyOf(b.programs);
        handlers = new TreeMap<>(b.handlers);
        wordNames = List.copyOf(b.words.keySet());
        initial = new long[wordNames.size()];
        instants = new boolean[wordNames.size()];
        int at = 0;
        for (long[] word : b.words.values()) {
            initial[at] = word[0];
            instants[at++] = word[1] != 0;
        }
        stimuli = List.copyOf(b.stimuli);
        invariants = List.copyOf(b.invariants);
        ports = new TreeMap<>(b.ports);
        storeBufferDepth = b.storeBufferDepth;
        tickPs = b.tickPs;
        horizonPs = b.horizonPs;
    }

    /** Begins a scenario. */
    public static Builder named(String name) {
        Objects.requireNonNull(name, "name");
        return new Builder(name);
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns how many vCPUs it has. */
    public int vcpus() {
        return programs.size();
    }

    boolean mustStayPossible(String invariant) {
        return invariants.stream()
                .anyMatch(i -> i.name().equals(invariant) && i.when() == Invariant.When.ALWAYS_POSSIBLE);
    }

    /** Returns how many stores each vCPU can hold back, 0 if every store is visible at once (sequential consistency). */
    public int storeBuffers() {
        return storeBufferDepth;
    }

    /** Returns from which age in picoseconds on instants are not told apart, 0 without a clock: no invariant about a longer time can fail. */
    public long horizonPs() {
        return horizonPs;
    }

    /** Returns the names of its invariants, in order. */
    public List<String> invariants() {
        return invariants.stream().map(Invariant::name).toList();
    }

    @Override
    public String toString() {
        return name + ", " + programs.size() + " vCPUs";
    }

    /** Collects the parts of a {@link Scenario}. */
    public static final class Builder {
        private final String name;
        private final List<Program> programs = new ArrayList<>();
        private final Map<Integer, GuestCode> handlers = new LinkedHashMap<>();
        private final Map<String, long[]> words = new LinkedHashMap<>();
        private final List<Stimulus> stimuli = new ArrayList<>();
        private final List<Invariant> invariants = new ArrayList<>();
        private final Map<Integer, Port> ports = new LinkedHashMap<>();
        private final TreeMap<Integer, Integer> interrupted = new TreeMap<>();
        private int storeBufferDepth;
        private long tickPs;
        private long horizonPs;

        private Builder(String name) {
            this.name = name;
        }

        /** Adds a shared word of eight bytes that is 0 at first; returns its address. */
        public long word(String wordName) {
            return word(wordName, 0);
        }

        /** Adds a shared word with its first value; returns its address. */
        public long word(String wordName, long initial) {
            return add(wordName, initial, false);
        }

        /** Adds a shared word that holds an instant in picoseconds, 0 for none; returns its address. */
        public long instant(String wordName) {
            return add(wordName, 0, true);
        }

        private long add(String wordName, long initial, boolean instant) {
            if (words.put(wordName, new long[] {initial, instant ? 1 : 0}) != null) {
                throw new IllegalArgumentException("two shared words have the same name, word=" + wordName);
            }
            return FIRST_WORD + STRIDE * (words.size() - 1);
        }

        /**
         * Adds a vCPU, which begins with interrupts enabled.
         *
         * @param program what it executes
         * @param arguments the first words of its frame
         */
        public Builder vcpu(GuestCode program, long... arguments) {
            given(program, "the program of vCPU " + programs.size());
            if (arguments.length > program.words()) {
                throw new IllegalArgumentException("more arguments than words in the frame of " + program.name());
            }
            if (programs.size() == MOST_VCPUS) {
                throw new IllegalArgumentException("at most " + MOST_VCPUS + " vCPUs, scenario=" + name);
            }
            programs.add(new Program(program, arguments.clone()));
            return this;
        }

        private void given(Object part, String what) {
            if (part == null) {
                throw new IllegalArgumentException(what + " must not be null, scenario=" + name);
            }
        }

        /** Says what a vector runs, on every vCPU: with interrupts disabled until it returns. Higher vectors come first. */
        public Builder interrupt(int vector, GuestCode handler) {
            if (vector < 0 || vector > 255) {
                throw new IllegalArgumentException("vector must be in [0, 255], vector=" + vector);
            }
            given(handler, "the handler of vector " + vector);
            if (handlers.put(vector, handler) != null || handlers.size() > Long.SIZE) {
                throw new IllegalArgumentException(
                        "a vector has one handler, and there are at most 64, vector=" + vector);
            }
            return this;
        }

        /**
         * Adds something that may happen, and that nobody can rely on: it is tried at every position and left out.
         *
         * @param possible when it may
         * @param effect what it does then
         */
        public Builder mayCome(String what, int times, Predicate<Look> possible, Consumer<DeviceHand> effect) {
            return stimulus(what, times, false, possible, effect);
        }

        /** Adds something that happens sooner or later once it is possible: a device that finishes what it was told. */
        public Builder willCome(String what, int times, Predicate<Look> possible, Consumer<DeviceHand> effect) {
            return stimulus(what, times, true, possible, effect);
        }

        /** Adds a device interrupt that comes sooner or later, {@code times} times, at every position. */
        public Builder interruptComes(int vcpu, int vector, int times) {
            interrupted.put(vcpu, vector);
            return willCome("interrupt " + vector, times, look -> true, hand -> hand.raise(vcpu, vector));
        }

        private Builder stimulus(
                String what, int times, boolean certain, Predicate<Look> possible, Consumer<DeviceHand> effect) {
            if (times < 1 || times > 100) {
                throw new IllegalArgumentException("times must be in [1, 100], times=" + times + ", stimulus=" + what);
            }
            given(possible, "when the stimulus \"" + what + "\" is possible");
            given(effect, "what the stimulus \"" + what + "\" does");
            stimuli.add(new Stimulus(what, times, certain, possible, effect));
            return this;
        }

        /** Puts a register at a port; its state is in shared words. */
        public Builder port(int number, Port port) {
            if (number < 0 || number > 65_535 || ports.put(number, port) != null) {
                throw new IllegalArgumentException("a port is in [0, 65535] and has one register, port=" + number);
            }
            return this;
        }

        /** Says what must hold in every state. */
        public Builder always(String what, String message, Predicate<Look> holds) {
            return invariant(Invariant.When.ALWAYS, what, message, holds);
        }

        /** Says what must hold where nothing can happen any more, but for what only may come: no wake-up is lost, no message. */
        public Builder atRest(String what, String message, Predicate<Look> holds) {
            return invariant(Invariant.When.AT_REST, what, message, holds);
        }

        /** Says what can be reached from every state: nobody starves, a core that has nothing to do can come to a halt. */
        public Builder alwaysPossible(String what, String message, Predicate<Look> holds) {
            return invariant(Invariant.When.ALWAYS_POSSIBLE, what, message, holds);
        }

        private Builder invariant(Invariant.When when, String what, String message, Predicate<Look> holds) {
            for (Invariant other : invariants) {
                if (other.name().equals(what)) {
                    throw new IllegalArgumentException("two invariants have the same name, invariant=" + what);
                }
            }
            given(holds, "what the invariant \"" + what + "\" asks");
            invariants.add(new Invariant(when, what, message, holds));
            return this;
        }

        /**
         * Gives each vCPU a store buffer, as x86 has (total store order): a store becomes visible to others at any later moment, in order,
         * at the latest at a fence, an atomic operation, an interrupt, a port access, or when the buffer is full.
         *
         * @param depth stores in each, in [0, 8]; 0 for none
         */
        public Builder storeBuffers(int depth) {
            if (depth < 0 || depth > 8) {
                throw new IllegalArgumentException("depth must be in [0, 8], depth=" + depth);
            }
            storeBufferDepth = depth;
            return this;
        }

        /**
         * Gives the scenario a clock: a tick passes at any moment, between any two steps, any number of times.
         *
         * @param tick picoseconds of a tick, at least 1
         * @param horizon picoseconds: two instants further than this from now are not told apart. It must be more than the largest time that
         *     anybody compares with; a multiple of the tick
         */
        public Builder clock(long tick, long horizon) {
            if (tick < 1) {
                throw new IllegalArgumentException("the tick must be at least 1 ps, tick=" + tick);
            }
            if (horizon < tick || horizon % tick != 0 || horizon > LONGEST_HORIZON) {
                throw new IllegalArgumentException("the horizon must be a multiple of the tick and at most "
                        + LONGEST_HORIZON + " ps, tick=" + tick + ", horizon=" + horizon);
            }
            tickPs = tick;
            horizonPs = horizon;
            return this;
        }

        /** Returns the scenario, a copy of what was said so far: what is added behind it is for the next one. Throws {@link IllegalArgumentException} if it has no vCPU or nothing that must hold. */
        public Scenario build() {
            if (programs.isEmpty()) {
                throw new IllegalArgumentException("a scenario has at least one vCPU, scenario=" + name);
            }
            if (invariants.isEmpty()) {
                throw new IllegalArgumentException("a scenario without an invariant shows nothing, scenario=" + name);
            }
            boolean anything = !stimuli.isEmpty() || !interrupted.isEmpty();
            for (Program program : programs) {
                for (int entry = 0; entry < program.code().entries(); entry++) {
                    anything |= program.code().isStep(entry);
                }
            }
            if (!anything) {
                throw new IllegalArgumentException(
                        "no vCPU of the scenario has a step, and nothing comes from outside, scenario=" + name);
            }
            interrupted.forEach((vcpu, vector) -> {
                if (vcpu < 0 || vcpu >= programs.size()) {
                    throw new IllegalArgumentException("interruptComes names a vCPU that is not there, vcpu=" + vcpu
                            + ", vcpus=" + programs.size() + ", scenario=" + name);
                }
                if (!handlers.containsKey(vector)) {
                    throw new IllegalArgumentException(
                            "interruptComes names a vector without a handler, vector=" + vector + ", scenario=" + name);
                }
            });
            return new Scenario(this);
        }
    }

    /** Returns the index of the word that {@code width} bytes at {@code address} lie in. */
    int wordAt(long address, int width) {
        long offset = address - FIRST_WORD;
        int inWord = (int) (offset & STRIDE - 1);
        if (offset < 0 || offset / STRIDE >= wordNames.size() || inWord + width > 8 || inWord % width != 0) {
            throw new IllegalArgumentException("no shared word at 0x" + Long.toHexString(address) + ", width=" + width
                    + "; there are " + wordNames);
        }
        return (int) (offset / STRIDE);
    }

    long addressOf(int word) {
        return FIRST_WORD + STRIDE * word;
    }

    int[] vectors() {
        int[] vectors = new int[handlers.size()];
        int at = 0;
        for (int vector : handlers.keySet()) {
            vectors[at++] = vector;
        }
        return vectors;
    }

    long[] initialWords() {
        return Arrays.copyOf(initial, initial.length);
    }

    /** What a stimulus or a device's register may do, at one instant. */
    public interface DeviceHand extends Look {
        /** Stores a shared word, as a device does by DMA. */
        void store(long address, long value);

        /** Makes an interrupt pending at a vCPU, now. */
        void raise(int vcpu, int vector);
    }

    /** What invariants and stimuli see of a scenario at one instant. */
    public interface Look {
        /** Returns the shared word at {@code address} as the memory holds it: stores that are still in a store buffer are not in it. */
        long word(long address);

        /** Returns the present time in picoseconds. */
        long nowPs();

        /** Returns whether a vCPU waits in {@code hlt} or {@code mwait}. */
        boolean halted(int vcpu);

        /** Returns whether a vCPU's program is over, or it hangs with interrupts off. */
        boolean over(int vcpu);

        /** Returns whether an interrupt waits to be taken by a vCPU, or is on its way there. */
        boolean interruptComing(int vcpu);

        /** Returns whether the timer of a vCPU is set. */
        boolean timerSet(int vcpu);
    }
}
