package io.torosim.bench.cli.guest;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.Vcpu.VcpuState;
import io.torosim.core.trace.TraceFile;
import io.torosim.core.trace.TraceFile.TraceNames;
import io.torosim.guest.app.GuestSession;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The files that are written while a guest runs: what happened, and what was on the wire. */
final class Captures implements Closeable {
    private final OutputFiles files;
    private @Nullable TraceFile chrome;
    private @Nullable OutputStream frames;
    private @Nullable CodeProfile profile;
    private @Nullable Writer folded;

    Captures(OutputFiles files) {
        this.files = files;
    }

    /** Begins to write a Chrome trace. */
    void trace(GuestSession session, Path file) throws IOException {
        chrome = TraceFile.timeline(
                session.machine().trace(),
                new OutputStreamWriter(files.open(file), StandardCharsets.UTF_8),
                new TraceNames()
                        .states(Arrays.stream(VcpuState.values())
                                .map(Enum::name)
                                .toList()));
    }

    /** Begins to note which routine each vCPU is in; written when the run is over. */
    CodeProfile profile(GuestSession session, Path file) throws IOException {
        folded = new OutputStreamWriter(files.open(file), StandardCharsets.UTF_8);
        profile = new CodeProfile(session.machine());
        session.machine().observeSteps(profile);
        return profile;
    }

    /** Begins to write the frames that enter the wire, lost ones included. */
    void frames(GuestSession session, Path file) throws IOException {
        frames = files.open(file);
        session.link().capture("toro", frames);
    }

    /** Ends the files. */
    void finish() throws IOException {
        if (profile != null && folded != null) {
            profile.writeFolded(folded);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        TraceFile trace = chrome;
        OutputStream captured = frames;
        chrome = null; // so that a failure is reported once
        frames = null;
        Writer stacks = folded;
        folded = null;
        if (stacks != null) {
            stacks.close();
        }
        if (trace != null) {
            trace.close();
        }
        if (captured != null) {
            captured.close();
        }
    }
}
