package io.torosim.sched;

/** What the program of a thread has thrown, with the thread's name: an exception of a user's code knows neither thread nor core. */
final class ProgramFailure {
    private ProgramFailure() {}

    /** Returns {@code e} itself if it says where it comes from, as the kernel's and the machine's own do, else one of like kind that does. */
    static RuntimeException of(ThreadRecord thread, Throwable e) {
        boolean argument = e instanceof IllegalArgumentException;
        boolean check = argument || e instanceof IllegalStateException;
        String message = check ? e.getMessage() : null;
        if (message != null && saysWhere(thread, message)) {
            return (RuntimeException) e;
        }
        String text = "thread " + thread.name() + " on core " + thread.coreId() + ": "
                + (message == null ? e.toString() : message);
        return argument ? new IllegalArgumentException(text, e) : new IllegalStateException(text, e);
    }

    /** Of another thread too: its core was brought up to now in the middle of this one's turn. */
    private static boolean saysWhere(ThreadRecord thread, String message) {
        return message.contains("thread=")
                || message.contains("vCPU ")
                || message.startsWith("thread ")
                || message.startsWith(thread.name() + "#");
    }
}
