package io.torosim.bench.cli.guest;

import io.torosim.core.machine.VcpuState;
import io.torosim.core.trace.ChromeTrace;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.wire.Link;
import io.torosim.virtio.pcapng.PcapngWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The files that are written while a guest runs: what happened, and what was on the wire. */
final class Captures implements Closeable {
    private ChromeTrace chrome;
    private PcapngWriter pcapng;

    /** Begins to write a Chrome trace. */
    void trace(GuestSession session, Path file) throws IOException {
        chrome = new ChromeTrace(
                Files.newBufferedWriter(file),
                Arrays.stream(VcpuState.values()).map(Enum::name).toList());
        session.machine().trace().addSink(chrome);
    }

    /** Begins to write the frames that enter the wire, lost ones included. */
    void frames(GuestSession session, Path file) throws IOException {
        PcapngWriter writer = new PcapngWriter(Files.newOutputStream(file));
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

    @Override
    public void close() throws IOException {
        if (chrome != null) {
            chrome.close();
        }
        if (pcapng != null) {
            pcapng.close();
        }
    }
}
