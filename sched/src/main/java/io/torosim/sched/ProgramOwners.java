package io.torosim.sched;

import com.google.common.collect.MapMaker;
import io.torosim.core.code.CodeRun;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentMap;

/**
 * Which thread a program was first given to, in whatever kernel of this JVM: an object that can hold state belongs to that thread for ever, since what
 * another would find in its fields is neither its beginning nor its own.
 *
 * <p>A thread that a state of the run was put back from before ({@link io.torosim.core.state.SavedState}) was never there.
 */
final class ProgramOwners {
    /** By identity. A thread refers to its program, so nothing here may hold a thread. */
    private static final ConcurrentMap<Object, Owner> OWNERS =
            new MapMaker().weakKeys().makeMap();

    private ProgramOwners() {}

    /** A thread, and all those of its kernel. */
    private record Owner(String name, WeakReference<ThreadRecord> thread, WeakReference<List<ThreadRecord>> kernels) {
        boolean isGone() {
            ThreadRecord it = thread.get();
            List<ThreadRecord> all = kernels.get();
            return it != null && all != null && !all.contains(it);
        }

        String and(List<ThreadRecord> kernels, ThreadRecord other) {
            return "threads=" + name + (this.kernels.get() == kernels ? "" : " (of another kernel)") + ", "
                    + other.name();
        }
    }

    /**
     * Notes that a new thread has its program.
     *
     * @param kernels the threads of its kernel
     * @throws IllegalArgumentException if the program can hold state and another thread has it; so of a {@link CodeRun} in its fields, or if that is of
     *     another vCPU or executed already
     */
    static void give(List<ThreadRecord> kernels, ThreadRecord thread) {
        GuestProgram program = thread.program();
        Owner owner = new Owner(thread.name(), new WeakReference<>(thread), new WeakReference<>(kernels));
        Owner before = OWNERS.putIfAbsent(program, owner);
        if (before != null && !program.mayBeShared()) {
            if (!before.isGone()) {
                throw new IllegalArgumentException("a program that can hold state belongs to one thread, program="
                        + name(program) + ", " + before.and(kernels, thread)
                        + "; make one for each thread, or say by GuestProgram.mayBeShared that it holds none");
            }
            OWNERS.put(program, owner);
        }
        for (CodeRun run : HeldRuns.of(program)) {
            giveRun(run, owner, kernels, thread);
        }
    }

    private static void giveRun(CodeRun run, Owner owner, List<ThreadRecord> kernels, ThreadRecord thread) {
        try {
            run.givenToThread(thread.vcpu());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("thread " + thread.name() + ": " + e.getMessage(), e);
        }
        Owner before = OWNERS.putIfAbsent(run, owner);
        if (before != null && before.thread.get() != thread) {
            if (!before.isGone()) {
                throw new IllegalArgumentException("a CodeRun belongs to one thread, " + before.and(kernels, thread)
                        + "; make one for each thread");
            }
            OWNERS.put(run, owner);
        }
    }

    private static String name(GuestProgram program) {
        String name = program.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : "a lambda of " + name.substring(0, lambda);
    }
}
