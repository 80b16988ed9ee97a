package io.torosim.sched;

import com.google.common.collect.MapMaker;
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
    private static final ConcurrentMap<GuestProgram, Owner> OWNERS =
            new MapMaker().weakKeys().makeMap();

    private ProgramOwners() {}

    /** A thread, and all those of its kernel. */
    private record Owner(String name, WeakReference<ThreadRecord> thread, WeakReference<List<ThreadRecord>> kernels) {
        boolean isGone() {
            ThreadRecord it = thread.get();
            List<ThreadRecord> all = kernels.get();
            return it != null && all != null && !all.contains(it);
        }
    }

    /**
     * Notes that a new thread has its program.
     *
     * @param kernels the threads of its kernel
     * @throws IllegalArgumentException if the program can hold state and another thread has it
     */
    static void give(List<ThreadRecord> kernels, ThreadRecord thread) {
        GuestProgram program = thread.program();
        Owner owner = new Owner(thread.name(), new WeakReference<>(thread), new WeakReference<>(kernels));
        Owner before = OWNERS.putIfAbsent(program, owner);
        if (before == null || program.mayBeShared()) {
            return;
        }
        if (!before.isGone()) {
            boolean here = before.kernels.get() == kernels;
            throw new IllegalArgumentException("a program that can hold state belongs to one thread, program="
                    + name(program) + ", threads=" + before.name + (here ? "" : " (of another kernel)") + ", "
                    + thread.name()
                    + "; make one for each thread, or say by GuestProgram.mayBeShared that it holds none");
        }
        OWNERS.put(program, owner);
    }

    private static String name(GuestProgram program) {
        String name = program.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : "a lambda of " + name.substring(0, lambda);
    }
}
