package io.torosim.guest.wire;

import io.torosim.core.machine.Machine;
import io.torosim.virtio.pcapng.PcapngWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** What {@code tcpdump} on the guest's interface of the host would write: the frames that enter a {@link Link}, lost ones included, as pcapng. */
final class WireCapture implements Link.Filter {
    private final PcapngWriter writer;
    private final Machine machine;
    private final int wire;

    WireCapture(Machine machine, String name, OutputStream out) throws IOException {
        this.writer = new PcapngWriter(out);
        this.machine = machine;
        this.wire = writer.addInterface(name, PcapngWriter.LINKTYPE_ETHERNET);
    }

    @Override
    public boolean passes(Link.Direction direction, byte[] frame) {
        PcapngWriter.Direction fromGuest =
                direction == Link.Direction.IN ? PcapngWriter.Direction.INBOUND : PcapngWriter.Direction.OUTBOUND;
        try {
            writer.write(wire, machine.simulation().nowPs(), fromGuest, frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }
}
