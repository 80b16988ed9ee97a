package io.torosim.virtio.requests;

import io.torosim.core.random.SimRandom;
import io.torosim.virtio.driver.DeviceConfig;
import io.torosim.virtio.vsock.VsockChecker;
import io.torosim.virtio.vsock.VsockConnection;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockPacket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;

/** The guest of a socket device: a stream at a time to a port that echoes or to one that discards, and strangers' packets. */
final class VsockGuest extends Guest {
    static final long KNOWN = VsockDevice.F_STREAM;
    private static final long CID = 77;
    private static final int ECHO = 7;
    private static final int DISCARD = 9;
    private static final int NOBODY = 11;
    private static final int BUFFER_BYTES = 4096;
    private static final int RX_BYTES = 1024;
    private static final int RX_BUFFERS = 12;
    private static final int PUMPS = 6;
    private static final int QUIET = 40;

    private final VsockEndpoint guest = new VsockEndpoint(CID, BUFFER_BYTES);
    private final List<VsockPacket> come = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private VsockChecker checker = new VsockChecker();
    private VsockConnection stream;
    private int streamPort;
    private boolean shut;
    private boolean starving;
    private int cut;
    private int number;

    private VsockGuest(Devices.Device examined, long wanted) {
        super(examined, wanted, 3);
        if (DeviceConfig.read64(transport, 0) != CID) {
            throw new Wrong("5.10.4: guest_cid is " + DeviceConfig.read64(transport, 0) + ", not " + CID);
        }
    }

    static Function<Long, VsockGuest> guests(LongFunction<Devices.Device> factory) {
        return features -> new VsockGuest(factory.apply(CID), features | KNOWN);
    }

    /** Carries packets both ways. */
    private void pump() {
        for (int i = 0; i < PUMPS; i++) {
            boolean room = !starving;
            while (room && inFlight(VsockDevice.RX) < RX_BUFFERS) {
                room = send(VsockDevice.RX, new byte[0], RX_BYTES, ++cut * 7919) != null;
            }
            kick(VsockDevice.RX);
            VsockPacket packet;
            while ((packet = guest.poll()) != null) {
                raw(packet);
            }
            settle();
            receive();
        }
    }

    private void raw(VsockPacket packet) {
        checker.accept(packet);
        carry(packet);
    }

    private void carry(VsockPacket packet) {
        if (send(VsockDevice.TX, packet.encode(), 0, ++cut % 3 == 0 ? 0 : cut * 104_729) == null) {
            throw new Wrong("the device keeps " + inFlight(VsockDevice.TX) + " packets of the guest");
        }
        kick(VsockDevice.TX);
        settle();
        Sent back;
        while ((back = poll(VsockDevice.TX)) != null) {
            if (back.length != 0) {
                throw new Wrong("U6: used length " + back.length + " of a packet that was sent");
            }
        }
    }

    private void receive() {
        Sent buffer;
        while ((buffer = poll(VsockDevice.RX)) != null) {
            VsockPacket packet = VsockPacket.decode(buffer.written());
            if (packet == null || packet.payload().length != buffer.length - VsockPacket.HEADER_BYTES) {
                throw new Wrong("5.10.6: len does not fit a packet of " + buffer.length + " bytes");
            }
            if (packet.dstCid() != CID || packet.srcCid() != VsockPacket.HOST_CID) {
                throw new Wrong("5.10.6: a packet from " + packet.srcCid() + " to " + packet.dstCid());
            }
            if (packet.type() != VsockPacket.STREAM) {
                throw new Wrong("5.10.6: type " + packet.type());
            }
            come.add(packet);
            checker.accept(packet);
            guest.receive(packet);
        }
        if (!checker.violations().isEmpty()) {
            throw new Wrong(checker.violations().get(0));
        }
    }

    private void connect(int port) {
        leave();
        stream = guest.connect(VsockPacket.HOST_CID, port);
        streamPort = port;
        shut = false;
        written.reset();
        read.reset();
        pump();
        if (starving) {
            starving = false;
            pump();
        }
        if (port == NOBODY ? !stream.reset() : !stream.open()) {
            throw new Wrong("5.10.6.5: a request to port " + port
                    + (port == NOBODY ? ", where nobody listens, is not refused" : " is not answered"));
        }
        if (port == NOBODY) {
            stream = null;
        }
    }

    /** Ends the stream that there is, after all has come. */
    private void leave() {
        if (stream == null) {
            return;
        }
        starving = false;
        complete();
        VsockConnection old = stream;
        stream = null;
        if (shut) {
            pump();
            if (!old.ended()) {
                throw new Wrong("5.10.6.5: the host does not end a stream that the guest has shut down");
            }
            return;
        }
        old.close();
        pump();
        come.clear();
        // the stream is over: what still comes for it has no stream
        carry(packet(old.localPort(), old.peerPort(), VsockPacket.RW, new byte[] {1, 2, 3}));
        pump();
        if (come.stream().noneMatch(p -> p.op() == VsockPacket.RST && p.dstPort() == old.localPort())) {
            throw new Wrong("5.10.6.5: payload for a stream that was reset is not answered with RST");
        }
        checker = new VsockChecker();
    }

    private VsockPacket packet(int from, int to, int op, byte[] payload) {
        return new VsockPacket(
                CID, VsockPacket.HOST_CID, from, to, VsockPacket.STREAM, op, 0, BUFFER_BYTES, read.size(), payload);
    }

    /** Everything that was written comes back, if the port echoes. */
    private void complete() {
        for (int quiet = 0; quiet < QUIET && streamPort == ECHO && read.size() < written.size(); quiet++) {
            int before = read.size();
            read(BUFFER_BYTES);
            quiet = read.size() > before ? 0 : quiet;
        }
        if (streamPort == ECHO && read.size() < written.size()) {
            throw new Wrong("5.10.6.3: the stream stops for ever, " + read.size() + " of " + written.size()
                    + " bytes came back");
        }
    }

    private void write(int bytes) {
        if (stream == null || shut) {
            return;
        }
        int done = 0;
        for (int quiet = 0; quiet < QUIET && done < bytes; quiet++) {
            byte[] piece = new byte[bytes - done];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) ((written.size() + i) * 7 + (written.size() + i) / 250);
            }
            int taken = stream.write(piece);
            written.write(piece, 0, taken);
            done += taken;
            pump();
            alive();
            if (taken > 0) {
                quiet = 0;
            } else if (starving || streamPort == ECHO) {
                return; // the guest has to read first
            }
        }
        if (done < bytes) {
            throw new Wrong("5.10.6.3: the stream stops for ever, the host tells of no room for the last "
                    + (bytes - done) + " bytes");
        }
    }

    private void alive() {
        if (stream.reset()) {
            throw new Wrong("the host resets a stream in its middle");
        }
    }

    private void read(int most) {
        if (stream == null) {
            return;
        }
        read.writeBytes(stream.read(most));
        byte[] right = Arrays.copyOf(written.toByteArray(), Math.min(read.size(), written.size()));
        if (!Arrays.equals(right, read.toByteArray())) {
            throw new Wrong("byte " + Arrays.mismatch(right, read.toByteArray()) + " of the echo is another one");
        }
        pump();
        if (!shut) {
            alive();
        }
    }

    private void creditRequest() {
        if (stream == null || starving) {
            return;
        }
        come.clear();
        raw(packet(stream.localPort(), streamPort, VsockPacket.CREDIT_REQUEST, new byte[0]));
        pump();
        if (come.isEmpty()) { // any packet tells the credit
            throw new Wrong("5.10.6.3: CREDIT_REQUEST is not answered");
        }
    }

    private void stranger() {
        starving = false;
        pump();
        come.clear();
        int port = 30_000 + ++number;
        carry(packet(port, ECHO, VsockPacket.RW, new byte[] {1, 2, 3}));
        pump();
        if (come.stream().noneMatch(p -> p.op() == VsockPacket.RST && p.dstPort() == port)) {
            throw new Wrong("5.10.6.5: payload of no stream is not answered with RST");
        }
    }

    private void shutdown() {
        if (stream == null || shut) {
            return;
        }
        starving = false;
        complete();
        shut = true;
        stream.shutdown();
        pump();
    }

    private void reset() {
        stream = null;
        guest.clear();
        checker = new VsockChecker();
        restart();
    }

    @Override
    void end() {
        leave();
        super.end();
    }

    private record Named(String name, Consumer<VsockGuest> action) implements Step<VsockGuest> {
        @Override
        public void run(VsockGuest guest) {
            action.accept(guest);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Step<? super VsockGuest>> script(SimRandom random, int steps) {
        List<Step<? super VsockGuest>> script = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            int port = random.nextInt(4) == 0 ? NOBODY : random.nextInt(2) == 0 ? ECHO : DISCARD;
            int bytes = 1 + random.nextInt(random.nextInt(2) == 0 ? 100 : 20_000);
            switch (i == 0 ? 0 : random.nextInt(12)) {
                case 0, 1, 2 -> script.add(new Named("connect to port " + port, g -> g.connect(port)));
                case 3, 4, 5 -> script.add(new Named("write " + bytes + " bytes", g -> g.write(bytes)));
                case 6, 7 -> script.add(new Named("read at most " + bytes + " bytes", g -> g.read(bytes)));
                case 8 -> script.add(new Named("no receive buffers for a while", g -> g.starving = true));
                case 9 -> script.add(new Named("CREDIT_REQUEST", VsockGuest::creditRequest));
                case 10 -> script.add(new Named("payload of no stream", VsockGuest::stranger));
                default -> {
                    if (random.nextInt(3) == 0) {
                        script.add(new Named("the device is reset", VsockGuest::reset));
                    } else {
                        script.add(new Named("shutdown", VsockGuest::shutdown));
                    }
                }
            }
        }
        return script;
    }
}
