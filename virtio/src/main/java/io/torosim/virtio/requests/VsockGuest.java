package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockDevice.VsockChecker;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The guest of a socket device: a stream at a time to a port that echoes or to one that discards, and strangers' packets.
 *
 * <p>A {@link Guest} of a {@link VsockDevice}; {@link Wrong} is what it throws when the device is.
 */
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
    private static final int SMALL_WINDOW = 700;
    private static final int UNKNOWN_TYPE = 77;
    private static final long STRANGE_GUEST = 99;
    private static final long STRANGE_HOST = 55;
    private static final int PACKETS_BEFORE_RESET = 30; // more than there are receive buffers

    private final VsockEndpoint guest = new VsockEndpoint(CID, BUFFER_BYTES);
    private final List<VsockPacket> come = new ArrayList<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private VsockChecker checker = new VsockChecker();
    private @Nullable VsockConnection stream;
    private int streamPort;
    private boolean shut;
    private boolean starving;
    private boolean silent; // tells its credit in payload and in answers only
    private boolean asked; // for its credit
    private int window = BUFFER_BYTES; // what the guest says of its buffer
    private long hostWindow; // what the host says of its own
    private int cut;
    private int number;

    private VsockGuest(Devices.Device examined, long wanted) {
        super(examined, wanted, 3);
        if (transport.configRead64(0) != CID) {
            throw new Wrong("5.10.4: guest_cid is " + transport.configRead64(0) + ", not " + CID);
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

    /** Sends a packet of a stream, unless the guest keeps its credit to itself. */
    private void raw(VsockPacket packet) {
        if (silent && !asked && packet.op() == VsockPacket.CREDIT_UPDATE) {
            return;
        }
        asked = false;
        VsockPacket told = packet.op() == VsockPacket.RST ? packet : withRoom(packet);
        checker.accept(told);
        carry(told);
    }

    private VsockPacket withRoom(VsockPacket p) {
        return new VsockPacket(
                p.srcCid(),
                p.dstCid(),
                p.srcPort(),
                p.dstPort(),
                p.type(),
                p.op(),
                p.flags(),
                window,
                p.fwdCnt(),
                p.payload());
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
            come.add(packet);
            boolean refusal = packet.op() == VsockPacket.RST; // may be an echo of what was strange
            boolean fromHost = packet.srcCid() == VsockPacket.HOST_CID || refusal && packet.srcCid() == STRANGE_HOST;
            if (packet.dstCid() != CID || !fromHost) {
                throw new Wrong("5.10.6: a packet from " + packet.srcCid() + " to " + packet.dstCid());
            }
            if (packet.type() != VsockPacket.STREAM && !(refusal && packet.type() == UNKNOWN_TYPE)) {
                throw new Wrong("5.10.6: type " + packet.type());
            }
            if (packet.type() == VsockPacket.STREAM) {
                hostWindow = refusal ? hostWindow : packet.bufAlloc() & 0xffff_ffffL;
                asked |= packet.op() == VsockPacket.CREDIT_REQUEST;
                checker.accept(packet);
                guest.receive(packet);
            }
        }
        if (!checker.violations().isEmpty()) {
            throw new Wrong(checker.violations().get(0));
        }
    }

    private void connect(int port, int room) {
        leave();
        window = room;
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
                    + switch (port) {
                        case NOBODY -> ", where nobody listens, is not refused";
                        case ECHO -> ", where all is to be sent back, is not accepted";
                        default -> ", where all is to be taken and thrown away, is not accepted";
                    });
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
        counted();
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
                CID, VsockPacket.HOST_CID, from, to, VsockPacket.STREAM, op, 0, window, read.size(), payload);
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
        VsockConnection stream = stream();
        for (int quiet = 0; quiet < QUIET && !shut && stream.open() && stream.peerFree() <= 0; quiet++) {
            pump();
        }
        if (!shut && stream.open() && stream.peerFree() <= 0) {
            throw new Wrong("5.10.6.3: the stream stops for ever, the host has taken all and tells of no room");
        }
    }

    /** The host says that it has taken just what it was sent, once it has. */
    private void counted() {
        if (stream == null || shut || starving) {
            return;
        }
        complete();
        long count = -1;
        for (int quiet = 0; quiet < QUIET && count != written.size(); quiet++) {
            creditRequest();
            count = come.get(come.size() - 1).fwdCnt() & 0xffff_ffffL;
        }
        if (count != written.size()) {
            throw new Wrong(
                    "5.10.6.3: fwd_cnt is " + count + " when the host has taken all of " + written.size() + " bytes");
        }
    }

    /** Small pieces, each of which comes back: what is counted wrong in each packet adds up. */
    private void pieces(int count) {
        for (int i = 0; i < count && stream != null && !shut && !starving; i++) {
            write(1 + i % 7);
            if (streamPort == ECHO) {
                read(window);
            }
        }
    }

    /** The guest reads all that comes back and says so in payload only. */
    private void silence() {
        if (stream == null || shut || starving || streamPort != ECHO) {
            return;
        }
        complete();
        creditUpdate();
        silent = true;
        for (int i = 0; i < 5; i++) {
            write(window / 2);
            complete();
        }
        silent = false;
        creditUpdate();
    }

    private VsockConnection stream() {
        return Objects.requireNonNull(stream, "who calls this has looked");
    }

    private void creditUpdate() {
        raw(packet(stream().localPort(), streamPort, VsockPacket.CREDIT_UPDATE, new byte[0]));
        pump();
    }

    private void write(int most) {
        if (stream == null || shut) {
            return;
        }
        int bytes = (int) Math.min(most, 20 * hostWindow); // a small buffer takes a packet for each of its bytes
        int done = 0;
        for (int quiet = 0; quiet < QUIET && done < bytes; quiet++) {
            byte[] piece = new byte[bytes - done];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) ((written.size() + i) * 7 + (written.size() + i) / 250);
            }
            int taken = stream().write(piece);
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
        if (stream().reset()) {
            throw new Wrong("the host resets a stream in its middle");
        }
    }

    private void read(int most) {
        if (stream == null) {
            return;
        }
        byte[] bytes = stream.read(most);
        read.writeBytes(bytes);
        if (bytes.length > 0 && window < BUFFER_BYTES && stream.open()) {
            raw(packet(stream().localPort(), streamPort, VsockPacket.CREDIT_UPDATE, new byte[0]));
        }
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

    /** A request of a type that nobody knows. */
    private void unknownType() {
        starving = false;
        pump();
        come.clear();
        int port = 40_000 + ++number;
        carry(request(CID, VsockPacket.HOST_CID, port, UNKNOWN_TYPE));
        pump();
        answered(port, "a request of unknown type " + UNKNOWN_TYPE);
        if (come.stream().noneMatch(p -> p.op() == VsockPacket.RST && p.dstPort() == port)) {
            throw new Wrong("5.10.6.2: a packet of unknown type " + UNKNOWN_TYPE + " is not answered with RST");
        }
    }

    /** Requests, and payload of the stream that there is, from another guest's address and to another host's. */
    private void otherAddresses() {
        starving = false;
        pump();
        come.clear();
        int port = 50_000 + ++number;
        carry(request(STRANGE_GUEST, VsockPacket.HOST_CID, port, VsockPacket.STREAM));
        pump();
        answered(port, "a request from address " + STRANGE_GUEST);
        carry(request(CID, STRANGE_HOST, port, VsockPacket.STREAM));
        pump();
        answered(port, "a request to address " + STRANGE_HOST);
        if (stream == null || shut) {
            return;
        }
        VsockPacket payload = packet(stream.localPort(), streamPort, VsockPacket.RW, new byte[] {9, 9, 9});
        carry(at(STRANGE_GUEST, VsockPacket.HOST_CID, payload));
        carry(at(CID, STRANGE_HOST, payload));
        pump();
        read(window);
        counted();
    }

    private void answered(int port, String what) {
        if (come.stream().anyMatch(p -> p.op() == VsockPacket.RESPONSE && p.dstPort() == port)) {
            throw new Wrong("5.10.6.2: " + what + " is accepted");
        }
    }

    private static VsockPacket request(long from, long to, int port, int type) {
        return new VsockPacket(from, to, port, ECHO, type, VsockPacket.REQUEST, 0, BUFFER_BYTES, 0, new byte[0]);
    }

    private static VsockPacket at(long from, long to, VsockPacket p) {
        return new VsockPacket(
                from, to, p.srcPort(), p.dstPort(), p.type(), p.op(), 0, p.bufAlloc(), p.fwdCnt(), p.payload());
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

    /** The device is reset while answers wait for buffers; nothing of the streams that there were is left. */
    private void reset() {
        VsockConnection old = shut ? null : stream;
        for (int i = 0; i < PACKETS_BEFORE_RESET && old != null; i++) {
            starving = true;
            raw(packet(old.localPort(), streamPort, VsockPacket.CREDIT_REQUEST, new byte[0]));
        }
        stream = null;
        starving = false;
        guest.clear();
        checker = new VsockChecker();
        restart();
        come.clear();
        pump();
        if (!come.isEmpty()) {
            throw new Wrong("2.4.1: a packet of the life before the device's reset");
        }
        if (old != null) {
            carry(packet(old.localPort(), streamPort, VsockPacket.RW, new byte[] {1, 2, 3}));
            pump();
            if (come.stream().noneMatch(p -> p.op() == VsockPacket.RST && p.dstPort() == old.localPort())) {
                throw new Wrong("2.4.1: a stream outlives the device's reset");
            }
        }
        checker = new VsockChecker();
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
            int room = random.nextInt(3) == 0 ? SMALL_WINDOW : BUFFER_BYTES;
            switch (i == 0 ? 0 : random.nextInt(16)) {
                case 0, 1, 2 -> script.add(new Named(
                        "connect to port " + port + ", with a buffer of " + room, g -> g.connect(port, room)));
                case 3, 4, 5 -> script.add(new Named("write " + bytes + " bytes", g -> g.write(bytes)));
                case 6, 7 -> script.add(new Named("read at most " + bytes + " bytes", g -> g.read(bytes)));
                case 8 -> script.add(new Named("no receive buffers for a while", g -> g.starving = true));
                case 9 -> script.add(new Named("CREDIT_REQUEST", VsockGuest::creditRequest));
                case 10 -> script.add(new Named("payload of no stream", VsockGuest::stranger));
                case 11 -> script.add(new Named("30 small pieces", g -> g.pieces(30)));
                case 12 -> script.add(new Named("credit in payload only", VsockGuest::silence));
                case 13 -> script.add(new Named("a request of an unknown type", VsockGuest::unknownType));
                case 14 -> script.add(new Named("packets of other addresses", VsockGuest::otherAddresses));
                default -> {
                    if (random.nextInt(2) == 0) {
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
