package io.torosim.virtio.blame;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What was thrown out of code under examination, as a finding. */
public final class Thrown {
    private static final int FRAMES = 4;

    private Thrown() {}

    /**
     * Throws on what is no finding: errors of the virtual machine itself, such as a heap that is full. A stack that ran over
     * is one, and so is an assertion of the examined code.
     */
    public static void orRethrow(Throwable thrown) {
        if (thrown instanceof VirtualMachineError && !(thrown instanceof StackOverflowError)) {
            throw (VirtualMachineError) thrown;
        }
    }

    /** Returns in one line what it is and the first places of its trace, the innermost first. */
    public static String line(Throwable thrown) {
        String places = Arrays.stream(thrown.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .limit(FRAMES)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                        + frame.getLineNumber() + ")")
                .collect(Collectors.joining(", called by "));
        return thrown + (places.isEmpty() ? "" : " at " + places);
    }
}
