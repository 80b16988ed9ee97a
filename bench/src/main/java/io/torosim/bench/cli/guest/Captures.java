package io.torosim.bench.cli.guest;

import io.torosim.bench.cli.output.OutputFiles;
import io.torosim.core.machine.CodeProfile;
import io.torosim.core.machine.VcpuState;
import io.torosim.core.trace.ChromeTrace;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.pcapng.PcapngWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** The files that are written while a guest runs: what happened, and what was on the wire. */
final class Captures implements Closeable {
    private final OutputFiles files;
    private ChromeTrace chrome;
    private PcapngWriter pcapng;
    private CodeProfile profile;
    private Writer folded;

    Captures(OutputFiles files) {
        this.files = files;
    }

    /** Begins to write a Chrome trace. */
    void trace(GuestSession session, Path file) throws IOException {
        chrome = new ChromeTrace(
                new OutputStreamWriter(files.open(file), StandardCharsets.UTF_8),
                Arrays.stream(VcpuState.values()).map(Enum::name).toList());
        session.machine().trace().addSink(chrome);
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
        PcapngWriter writer = new PcapngWriter(files.open(file));
        pcapng = writer;
        int wire = writer.addInterface("toro", PcapngWriter.LINKTYPE_ETHERNET);
        session.link().filter((direction, frame) -> {
            try {
                writer.write(wire, session.machine().simulation().nowPs(), seenFromGuest(direction), frame);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });
    }

    private static PcapngWriter.Direction seenFromGuest(Link.Direction direction) {
        return direction == Link.Direction.IN ? PcapngWriter.Direction.INBOUND : PcapngWriter.Direction.OUTBOUND;
    }

    /** Ends the files. */
    void finish() throws IOException {
        if (profile != null) {
            profile.writeFolded(folded);
        }
        close();
    }

    @Override
    public void close() throws IOException {
        ChromeTrace trace = chrome;
        PcapngWriter frames = pcapng;
        chrome = null; // so that a failure is reported once
        pcapng = null;
        Writer stacks = folded;
        folded = null;
        if (stacks != null) {
            stacks.close();
        }
        if (trace != null) {
            trace.close();
        }
        if (frames != null) {
            frames.close();
        }
    }
}
