package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import io.torosim.core.time.Picos;
import java.util.List;
import java.util.Objects;

/**
 * What a core does when none of its threads has work. Toro's own rules, from 2017 to 2020, are constants here, each with its dates;
 * a user's is a class that implements this. A policy without state is a value; one with state gives each core its own
 * with {@link #forCore}.
 *
 * <p><b>When it is asked.</b> {@link #forCore} and {@link #name} when a kernel boots; the others at their places in the scheduler, as their Javadoc says, and where loops are passed over
 * not in each of their rounds. So no answer may change by itself, by how often or when it is asked: only in {@link #woke} may a policy come to another one, and {@link #windowPs} with
 * {@link Hint#WINDOW} whenever a window begins. One that does change runs otherwise with {@code exactStepping} than without; {@code checkPolling} names it.
 *
 * <p>Confined to the simulation thread. Its answers may depend on what it was told, never on a clock of the host. What a method throws ends the run, with policy, method and core.
 *
 * <p>{@link CoreScheduler} asks it by way of {@link GuardedPolicy}, which names it in what it throws; {@link KernelConfig} carries it to a
 * {@link ToroKernel}.
 */
public interface IdlePolicy {
    /** What {@code SysThreadSwitch(True)}, the call of a thread that only polls, means. */
    enum Hint {
        /** Nothing: it is {@code SysThreadSwitch}. */
        IGNORED,
        /** A thread that has only polled for the window is idle; a core all of whose polling threads are idle halts. */
        WINDOW,
        /** The calling thread halts if the core's last device interrupt lies further back than the window. */
        LAST_IRQ
    }

    /** What {@code Scheduling} does where it finds no thread ready. */
    enum NothingReady {
        /** It halts after two looks. */
        HALT,
        /** It keeps looking. */
        LOOK_AGAIN,
        /** It goes back to the current thread, whatever its state. */
        KEEP_CURRENT
    }

    /** What a core waits with. */
    enum Instruction {
        /** {@code hlt}. */
        HLT,
        /** {@code mwait}, which a hypervisor may honour, trap or ignore (the machine's {@code MwaitMode}). */
        MWAIT
    }

    /** Returns the name for reports and messages. Asked when the kernel boots and for messages; must not change. */
    String name();

    /** Returns what the call of a thread that only polls means. Asked when the kernel boots and at each such call that is executed; must not change but in {@link #woke}. */
    default Hint hint() {
        return Hint.WINDOW;
    }

    /**
     * Returns the hint's time in picoseconds, at least 0. It is asked when a polling thread's window begins, or with
     * {@link Hint#LAST_IRQ} at each call of a thread, and then it must not change but after {@link #woke}. The kernel counts it
     * in cycles at the rate that it believes in.
     *
     * @param costs the machine's cost model, which knows Toro's own window
     */
    long windowPs(CostModel costs);

    /** Returns whether a core without threads halts; else it spins in Inmigrating. Asked each time that such a core has looked for mail in vain; must not change but in {@link #woke}. */
    default boolean haltsEmptyCore() {
        return true;
    }

    /** Returns what a core does none of whose threads is ready. Asked when the kernel boots and at the end of each scan that finds none; must not change but in {@link #woke}. */
    default NothingReady nothingReady() {
        return NothingReady.HALT;
    }

    /** Returns whether a core says that it is idle around its {@code hlt}: one that does not is not woken by other cores. Asked around each halt; must not change but in {@link #woke}. */
    default boolean setsIdleFlag() {
        return true;
    }

    /** Returns what a core halts with. Asked when the kernel boots and at each halt; must not change but in {@link #woke}. */
    default Instruction instruction() {
        return Instruction.HLT;
    }

    /**
     * Returns the policy of one core: this one, or for a policy with state a new one of the core's own. A kernel asks each time that it boots. By
     * default a policy is believed to hold none that has nothing in its fields but final values, cost models and policies and records of which the same is true; for
     * any other this has to be overridden, by returning this where its state is meant for all cores and runs. One whose code comes to a static field that can change is refused by name, unless
     * it overrides this by returning itself.
     *
     * @throws IllegalArgumentException by default, if this can hold state
     */
    default IdlePolicy forCore(int core) {
        if (!PolicyState.none(this)) {
            throw new IllegalArgumentException(
                    "idle policy can hold state, which cores and runs would share: override forCore, which returns a new one for each core"
                            + " (or this one, if all are to share it), policy=" + name() + ", class="
                            + getClass().getName());
        }
        return this;
    }

    /**
     * A core whose polling threads were all idle has been woken.
     *
     * @param haltedPs how long it was halted
     */
    default void woke(long haltedPs) {}

    /** Toro's master before 2017-11-19 (commit 84b9f81): nothing ever halts. */
    static ToroIdlePolicy busyPoll() {
        return new ToroIdlePolicy(
                "busy-poll",
                false,
                NothingReady.LOOK_AGAIN,
                Hint.IGNORED,
                ToroIdlePolicy.TORO_WINDOW,
                true,
                Instruction.HLT);
    }

    /** The code after commits ade8d23 and 4409f50 (November 2017) with the polling hint ignored: cores without work halt, pollers spin. */
    static ToroIdlePolicy haltWithoutHint() {
        return toro("halt-without-hint", Hint.IGNORED, ToroIdlePolicy.TORO_WINDOW);
    }

    /** Toro since commit 5d1869f (2017-11-25): 200 ms of fruitless polling, then {@code hlt}. */
    static ToroIdlePolicy pollThenHalt() {
        return toro("poll-then-halt", Hint.WINDOW, ToroIdlePolicy.TORO_WINDOW);
    }

    /** Toro since commit a65d6ea (2019-08-15), which takes the halt of polling threads out as broken: they spin for ever again. */
    static ToroIdlePolicy pollersSpin2019() {
        return toro("pollers-spin-2019", Hint.IGNORED, ToroIdlePolicy.TORO_WINDOW);
    }

    /**
     * Toro since commit faf5269 (2020-09-22; master by 4ee28c3, 2020-10-19): there are no polling threads any more. A thread that only
     * polls halts the core if the last device interrupt lies more than WAIT_IDLE_CORE_MS = 2000 ms back, whatever else is ready
     * (SysSetCoreIdle); an empty core halts; with nothing ready Scheduling goes back to the current thread.
     */
    static ToroIdlePolicy lastIrq2020() {
        return new ToroIdlePolicy(
                "last-irq-2020",
                true,
                NothingReady.KEEP_CURRENT,
                Hint.LAST_IRQ,
                ToroIdlePolicy.LAST_IRQ_WINDOW_PS,
                true,
                Instruction.HLT);
    }

    /**
     * Toro since commit 1b2762e (2020-11-09; master by 5718bf7): no Idle flag, no halt in Scheduling, no wake-up interrupts, so an empty
     * core spins; the rule of {@link #lastIrq2020} stays.
     */
    static ToroIdlePolicy noIdleFlag2020() {
        return new ToroIdlePolicy(
                "no-idle-flag-2020",
                false,
                NothingReady.KEEP_CURRENT,
                Hint.LAST_IRQ,
                ToroIdlePolicy.LAST_IRQ_WINDOW_PS,
                false,
                Instruction.HLT);
    }

    /** No window: a thread that polls in vain is idle at once. What Toro did not do. */
    static ToroIdlePolicy haltAtOnce() {
        return toro("halt-at-once", Hint.WINDOW, 0);
    }

    /** As {@link #haltAtOnce} with {@code mwait}: what the blog of 2017-12-08 looked forward to. */
    static ToroIdlePolicy mwait() {
        return new ToroIdlePolicy("mwait", true, NothingReady.HALT, Hint.WINDOW, 0, true, Instruction.MWAIT);
    }

    private static ToroIdlePolicy toro(String name, Hint hint, long windowPs) {
        return new ToroIdlePolicy(name, true, NothingReady.HALT, hint, windowPs, true, Instruction.HLT);
    }

    /** Returns all of ours: Toro's in the order of their dates, then what Toro did not do. */
    static List<ToroIdlePolicy> all() {
        return List.of(
                busyPoll(),
                haltWithoutHint(),
                pollThenHalt(),
                pollersSpin2019(),
                lastIrq2020(),
                noIdleFlag2020(),
                haltAtOnce(),
                mwait());
    }

    /**
     * Returns one of ours by its name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static ToroIdlePolicy named(String name) {
        return all().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("idle policy must be one of "
                        + String.join(", ", all().stream().map(IdlePolicy::name).toList()) + ", policy=" + name));
    }

    /**
     * Returns a policy by the name of its class, which has a public constructor without parameters.
     *
     * @param loader where the class is looked for
     * @throws IllegalArgumentException if there is none, or it is no policy
     */
    static IdlePolicy ofClass(String className, ClassLoader loader) {
        Objects.requireNonNull(className, "className");
        Objects.requireNonNull(loader, "loader");
        try {
            Class<?> type = Class.forName(className, true, loader);
            if (!IdlePolicy.class.isAssignableFrom(type)) {
                throw new IllegalArgumentException(className + " does not implement " + IdlePolicy.class.getName());
            }
            return (IdlePolicy) type.getDeclaredConstructor().newInstance();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("no such class: " + className, e);
        } catch (java.lang.reflect.InvocationTargetException | ExceptionInInitializerError e) {
            throw new IllegalArgumentException("the constructor of class " + className + " failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new IllegalArgumentException(
                    className + " must be public with a public constructor without parameters: " + e, e);
        }
    }

    /** Returns milliseconds in picoseconds, for windows. */
    static long millis(long ms) {
        return Math.multiplyExact(ms, Picos.PER_MILLI);
    }

    /**
     * One of Toro's idle rules, or a variation of one: a value.
     *
     * @param name for reports
     * @param haltsEmptyCore a core without threads halts, else it spins in Inmigrating
     * @param nothingReady what a core does none of whose threads is ready
     * @param hint what {@code SysThreadSwitch(True)} means
     * @param fixedWindowPs the hint's time in picoseconds, at least 0; {@link #TORO_WINDOW} for the cost model's {@code
     *     toro.poll_window}
     * @param setsIdleFlag a core says that it is idle
     * @param instruction what a core halts with
     */
    record ToroIdlePolicy(
            String name,
            boolean haltsEmptyCore,
            NothingReady nothingReady,
            Hint hint,
            long fixedWindowPs,
            boolean setsIdleFlag,
            Instruction instruction)
            implements IdlePolicy {
        /** The window is the cost model's. */
        public static final long TORO_WINDOW = -1;

        /** WAIT_IDLE_CORE_MS of 2020. */
        static final long LAST_IRQ_WINDOW_PS = 2000 * Picos.PER_MILLI;

        /** Checks the window. */
        public ToroIdlePolicy {
            if (fixedWindowPs < TORO_WINDOW) {
                throw new IllegalArgumentException(
                        "windowPs must be at least 0, or TORO_WINDOW, windowPs=" + fixedWindowPs);
            }
        }

        /** Returns this with another window, in picoseconds. */
        public ToroIdlePolicy withWindow(long otherPs) {
            return new ToroIdlePolicy(name, haltsEmptyCore, nothingReady, hint, otherPs, setsIdleFlag, instruction);
        }

        @Override
        public long windowPs(CostModel costs) {
            return fixedWindowPs == TORO_WINDOW ? costs.ps("toro.poll_window") : fixedWindowPs;
        }
    }
}
