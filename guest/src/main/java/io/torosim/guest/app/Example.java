package io.torosim.guest.app;

import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.sched.GuestProgram;
import java.util.Optional;
import java.util.function.Function;

/**
 * An example as its project file describes it.
 *
 * @param name as that of its source file
 * @param summary what it does
 * @param vcpus of its usual virtual machine
 * @param ramMib of its usual virtual machine
 * @param card that it dedicates, if any
 * @param needsFiles whether it mounts a disk
 * @param port that it serves, 0 for none
 * @param usualPath what a client asks for
 * @param mainThread makes the program of its main thread
 */
record Example(
        String name,
        String summary,
        int vcpus,
        int ramMib,
        Optional<NicCard> card,
        boolean needsFiles,
        int port,
        String usualPath,
        Function<GuestContext, GuestProgram> mainThread)
        implements RunnableApplication {
    /** An example without network and disk. */
    static Example plain(String name, String summary, int ramMib, Function<GuestContext, GuestProgram> main) {
        return new Example(name, summary, 2, ramMib, Optional.empty(), false, 0, "/", main);
    }

    @Override
    public GuestProgram main(GuestContext context) {
        return mainThread.apply(context);
    }
}
