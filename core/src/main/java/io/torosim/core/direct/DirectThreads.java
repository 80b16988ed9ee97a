package io.torosim.core.direct;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Threads of one simulation whose code sleeps and waits in simulated time.
 *
 * <p>There is one baton: either the simulation thread runs or exactly one of these, and a hand-over happens at fixed places
 * only, so the order is that of the events and the same on every JDK. A thread becomes an operating system's or a virtual one
 * only when it first runs.
 *
 * <p>How many there may be depends on what carries them. {@link #DirectThreads(Simulation)} takes virtual threads from JDK 21 on: 10,000 of them
 * took 0.05 ms each to begin, 6 us a switch and 94 MB in all (JDK 25). Before, each is a thread of the operating system: 1,000 took 22 to
 * 126 us a switch, 10,000 took 0.7 to 0.9 ms each to begin, 150 to 430 us a switch and 570 MB (JDK 17; two processors with much other work, see
 * docs/PERFORMANCE.md). Where the system has no more of them the run ends with the {@code OutOfMemoryError} of the thread that could not be started. Some hundred are
 * comfortable on JDK 17; for more, take JDK 21 or event handlers.
 *
 * <p>{@link #close} unwinds every thread that has not ended, running its {@code finally} blocks, and returns when the last
 * is gone; a body that does not heed that is left where it stands, as {@link DirectThread#kill} tells. An exception that leaves a thread's
 * body comes out of the simulation's run.
 *
 * <p>On JDK 21 to 23 a virtual thread must not wait while it holds a monitor ({@code synchronized}): it would keep the
 * carrier that the simulation needs.
 */
public final class DirectThreads implements AutoCloseable {
    private final Simulation simulation;
    private final ThreadKind kind;
    private final BiFunction<String, Runnable, Thread> carriers;
    private final List<DirectThread> alive = new ArrayList<>();
    /** Who has the baton, null if it is the simulation thread. */
    private @Nullable DirectThread baton;

    private final Predicate<EventHandler> direct =
            handler -> handler instanceof DirectThread.Resumption resumption && resumption.isDirect(this);
    private @Nullable Thread simulationThread;
    private long returns;
    /** Whether the simulation thread waits for the baton; with {@link DirectThread} it orders all other fields. */
    private volatile boolean lent;

    private boolean closed;

    /** Creates a group whose threads are of the best kind that this JDK has. */
    public DirectThreads(Simulation simulation) {
        this(simulation, ThreadKind.best());
    }

    /** Creates a group whose threads are of {@code kind}. */
    public DirectThreads(Simulation simulation, ThreadKind kind) {
        Objects.requireNonNull(kind, "kind");
        if (!kind.isAvailable()) {
            throw new UnsupportedOperationException(kind + " threads are not available on " + Runtime.version());
        }
        this.simulation = Objects.requireNonNull(simulation, "simulation");
        this.kind = kind;
        this.carriers = kind::create;
    }

    /** For tests: a group whose carriers come from {@code carriers}. */
    DirectThreads(Simulation simulation, BiFunction<String, Runnable, Thread> carriers) {
        this.simulation = simulation;
        this.kind = ThreadKind.PLATFORM;
        this.carriers = carriers;
    }

    /**
     * Calls {@code whole}, a whole simulation, in a thread of the best kind, and waits for it. Switches to virtual threads are
     * quick only from such a thread; with {@code -Djdk.virtualThreadScheduler.parallelism=1} they never change the core.
     */
    public static <T> T callInBestThread(Callable<T> whole) throws Exception {
        Objects.requireNonNull(whole, "whole");
        if (ThreadKind.best() == ThreadKind.PLATFORM) {
            return whole.call();
        }
        FutureTask<T> task = new FutureTask<>(whole);
        ThreadKind.VIRTUAL.create("simulation", task).start();
        try {
            return task.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Starts a thread: its body begins as an event of class {@code priority} at the present time.
     *
     * @param name for people
     * @param priority class of all its events among equal times
     */
    public DirectThread start(String name, int priority, DirectThread.Body body) {
        if (closed) {
            throw new IllegalStateException("the threads are closed");
        }
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(body, "body");
        DirectThread thread = new DirectThread(this, name, priority, body);
        thread.begin();
        alive.add(thread);
        return thread;
    }

    /** Returns how many threads have not ended. */
    public int aliveCount() {
        return alive.size();
    }

    /** Returns what carries the threads. */
    public ThreadKind kind() {
        return kind;
    }

    Simulation simulation() {
        return simulation;
    }

    Thread newCarrier(String name, Runnable body) {
        return carriers.apply(name, body);
    }

    /** Simulation thread: it is about to hand the baton over. */
    void lend() {
        simulationThread = Thread.currentThread();
        lent = true;
    }

    /** Simulation thread: waits for the baton; returns whether it was interrupted meanwhile. */
    boolean awaitReturn() {
        boolean interrupted = false;
        while (lent) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // else park returns at once for ever
        }
        return interrupted;
    }

    /** Whoever has the baton: gives it back to the simulation thread. */
    void giveBack() {
        Thread waiting = simulationThread;
        returns++;
        lent = false;
        LockSupport.unpark(waiting);
    }

    /** Returns how often the simulation thread has got the baton back. */
    long returns() {
        return returns;
    }

    /** Whoever has the baton: takes the next event if it resumes a thread of this group that has begun; returns that thread, or null. */
    @Nullable
    DirectThread takeNext() {
        return simulation.takeNextIf(direct) instanceof DirectThread.Resumption resumption ? resumption.thread() : null;
    }

    void baton(@Nullable DirectThread holder) {
        baton = holder;
        if (holder == null) {
            lent = false;
        }
    }

    /** Returns the thread whose body is calling, or null: an event handler, or who sets the simulation up. */
    @Nullable
    DirectThread baton() {
        return baton;
    }

    /** Returns the thread whose body is calling. */
    DirectThread caller() {
        if (baton == null) {
            throw new IllegalStateException("only the body of a thread of this group may wait");
        }
        baton.checkCaller();
        return baton;
    }

    void ended(DirectThread thread) {
        alive.remove(thread);
    }

    /**
     * Unwinds all threads in the order of their start. If bodies throw meanwhile, the first exception is thrown at the end,
     * the others suppressed in it.
     *
     * @throws IllegalStateException if called by the body of one of the threads: it cannot wait for its own end
     */
    @Override
    public void close() {
        if (baton != null) {
            throw new IllegalStateException("a thread may not close its own group, thread=" + baton.name());
        }
        closed = true;
        Throwable failure = null;
        while (!alive.isEmpty()) {
            try {
                alive.get(0).unwind();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    /** What carries direct-style code. The order of events is the same with both. */
    public enum ThreadKind {
        /** Operating system threads: on every JDK, some microseconds a switch. */
        PLATFORM,
        /** Virtual threads, from JDK 21 on: a fraction of a microsecond a switch if the simulation is one as well. */
        VIRTUAL;

        private static final @Nullable Method OF_VIRTUAL = find(Thread.class, "ofVirtual");

        /** Returns {@link #VIRTUAL} where the JDK has them, else {@link #PLATFORM}. */
        public static ThreadKind best() {
            return OF_VIRTUAL != null ? VIRTUAL : PLATFORM;
        }

        /** Returns whether this JDK has them. */
        public boolean isAvailable() {
            return this == PLATFORM || OF_VIRTUAL != null;
        }

        /** Creates a daemon thread that has not begun. */
        Thread create(String name, Runnable body) {
            if (this == PLATFORM) {
                Thread thread = new Thread(null, body, name, 0, false);
                thread.setDaemon(true);
                return thread;
            }
            if (OF_VIRTUAL == null) {
                throw new UnsupportedOperationException("virtual threads take JDK 21, this is " + Runtime.version());
            }
            try { // public methods, but release 17 does not know them
                Class<?> builder = Class.forName("java.lang.Thread$Builder");
                Object named = builder.getMethod("name", String.class).invoke(OF_VIRTUAL.invoke(null), name);
                return (Thread) builder.getMethod("unstarted", Runnable.class).invoke(named, body);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("no virtual thread on " + Runtime.version(), e);
            }
        }

        private static @Nullable Method find(Class<?> type, String name) {
            try {
                Method method = type.getMethod(name);
                method.invoke(null); // JDK 19 and 20 have it, but refuse without --enable-preview
                return method;
            } catch (NoSuchMethodException | InvocationTargetException | IllegalAccessException e) {
                return null;
            }
        }
    }
}
