package io.torosim.guest.remote;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.function.Supplier;

/**
 * A Linux host at the far end of a wire, as far as the guest can tell: it answers ARP and echo requests for its addresses,
 * opens TCP connections from ports of its own, and takes those to ports on which it listens. Between hearing something and answering it takes half of {@code
 * load.client_think}, give or take 20 %, drawn from the stream {@code remote}. Confined to the simulation thread.
 *
 * <p>It sits at one end of a {@link Link}; a connection is a {@link TcpConnection}, which {@link HttpLoad} or another client holds. Frames are read and
 * written by {@link Ethernet}, {@link Arp}, {@link Ipv4}, {@link Icmp} and {@link Tcp}.
 */
public final class RemoteHost {
    /** Its hardware address. */
    public static final long MAC = 0x5254_0000_0002L;

    private static final int FIRST_PORT = 32_768;
    private static final int PORTS = 28_232;

    private final Machine machine;
    private final Link link;
    private final int ip;
    private final int alias;
    private final SimRandom random;
    private final long turnPs;
    private final Int2ObjectOpenHashMap<TcpConnection> connections = new Int2ObjectOpenHashMap<>(); // by both ports
    private final Int2ObjectOpenHashMap<Supplier<TcpConnection.Owner>> listeners = new Int2ObjectOpenHashMap<>();
    private int opened;
    private long echoesAnswered;
    private long badChecksums;

    /**
     * Connects the host to the far end of {@code link}.
     *
     * @param ip its address
     * @param alias another address that it answers for
     */
    public RemoteHost(Machine machine, Link link, int ip, int alias) {
        this.machine = machine;
        this.link = link;
        this.ip = ip;
        this.alias = alias;
        this.random = machine.randoms().stream("remote");
        this.turnPs = machine.spec().costs().ps("load.client_think") / 2;
        link.connectFarEnd(this::frame);
    }

    /** Returns its address. */
    public int ip() {
        return ip;
    }

    Machine machine() {
        return machine;
    }

    /** Returns how many echo requests it has answered. */
    public long echoesAnswered() {
        return echoesAnswered;
    }

    /** Returns how many frames came with a wrong checksum: they are dropped. */
    public long badChecksums() {
        return badChecksums;
    }

    /** Returns a turn of host and program, in picoseconds: half of the think time, give or take 20 %, drawn anew at each call. */
    public long turnPs() {
        return turnPs * 4 / 5 + random.nextLong(turnPs * 2 / 5 + 1);
    }

    int firstSequence() {
        return (int) random.nextLong();
    }

    /** Opens a connection; its SYN leaves now. Ports are used one after the other, and again after 28,232. */
    public TcpConnection connect(long serverMac, int serverIp, int serverPort, TcpConnection.Owner owner) {
        TcpConnection connection = new TcpConnection(this, owner, null);
        connect(connection, serverMac, serverIp, serverPort);
        return connection;
    }

    /** The same with an object that is not in use. */
    void connect(TcpConnection connection, long serverMac, int serverIp, int serverPort) {
        int port = FIRST_PORT + opened++ % PORTS;
        connection.between(serverMac, ip, serverIp, port, serverPort);
        connections.put(key(port, serverPort), connection);
        connection.open();
    }

    /**
     * Takes connections to a port from now on.
     *
     * @param port in [1, 65535]
     * @param owners makes the owner of each connection
     */
    public void listen(int port, Supplier<TcpConnection.Owner> owners) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be in [1, 65535], port=" + port);
        }
        listeners.put(port, owners);
    }

    /** A connection takes no segment any more: it is forgotten, with what it has received. */
    void closed(TcpConnection connection, int ownPort, int otherPort) {
        connections.remove(key(ownPort, otherPort), connection);
    }

    private static int key(int ownPort, int otherPort) {
        return ownPort << 16 | otherPort;
    }

    /** Does something after a time; returns what {@link #forget} takes. */
    long later(long delayPs, Runnable what) {
        return machine.simulation().after(delayPs, (op, arg) -> what.run(), 0, 0);
    }

    /** The same for what happens with every request: nothing is made for it. */
    long later(long delayPs, EventHandler handler, int op) {
        return machine.simulation().after(delayPs, handler, op, 0);
    }

    /** What was to be done later is not wanted any more; false if it has been done. Pending time-outs of what is over cost every event. */
    boolean forget(long handle) {
        return machine.simulation().cancel(handle);
    }

    void put(byte[] frame) {
        link.toGuest(frame);
    }

    long nowPs() {
        return machine.simulation().nowPs();
    }

    /** Puts a segment on the wire. */
    void put(
            long remoteMac,
            int localIp,
            int remoteIp,
            int localPort,
            int remotePort,
            int flags,
            int sequence,
            int acknowledgement,
            int window,
            byte[] data) {
        byte[] frame = link.frame(Tcp.DATA + data.length);
        System.arraycopy(data, 0, frame, Tcp.DATA, data.length);
        Tcp.fill(
                frame,
                frame.length,
                MAC,
                remoteMac,
                localIp,
                remoteIp,
                localPort,
                remotePort,
                flags,
                sequence,
                acknowledgement,
                window);
        link.toGuest(frame);
    }

    private void frame(byte[] frame) {
        heard(frame);
        link.giveBack(frame);
    }

    private void heard(byte[] frame) {
        if (Arp.isWhole(frame)) {
            boolean forUs = Arp.targetIp(frame) == ip || Arp.targetIp(frame) == alias;
            if (Arp.operation(frame) == Arp.REQUEST && forUs) {
                byte[] reply = Arp.reply(frame, MAC);
                later(turnPs(), () -> put(reply));
            }
            return;
        }
        if (Ethernet.type(frame) != Ethernet.TYPE_IPV4 || !Ipv4.isWhole(frame)) {
            return;
        }
        boolean forUs = Ipv4.destination(frame) == ip || Ipv4.destination(frame) == alias;
        if (!forUs) {
            return;
        }
        if (!Ipv4.checksumIsRight(frame)) {
            badChecksums++;
        } else if (Icmp.isWhole(frame)) {
            if (!Icmp.checksumIsRight(frame)) {
                badChecksums++;
            } else if (Icmp.type(frame) == Icmp.ECHO_REQUEST) {
                echoesAnswered++;
                byte[] reply = Icmp.reply(frame, MAC);
                later(turnPs(), () -> put(reply));
            }
        } else if (Tcp.isWhole(frame)) {
            if (!Tcp.checksumIsRight(frame)) {
                badChecksums++;
                return;
            }
            tcp(frame);
        }
    }

    private void tcp(byte[] frame) {
        int key = key(Tcp.destinationPort(frame), Tcp.sourcePort(frame));
        TcpConnection connection = connections.get(key);
        Supplier<TcpConnection.Owner> listener = listeners.get(Tcp.destinationPort(frame));
        boolean opens =
                Tcp.flags(frame) == Tcp.SYN && listener != null && (connection == null || connection.isClosed());
        if (opens) {
            TcpConnection answering = new TcpConnection(this, listener.get(), null);
            answering.between(
                    Ethernet.source(frame),
                    Ipv4.destination(frame),
                    Ipv4.source(frame),
                    Tcp.destinationPort(frame),
                    Tcp.sourcePort(frame));
            connections.put(key, answering);
            answering.answer(frame);
        } else if (connection != null) {
            connection.segment(frame);
        } else if (Tcp.flags(frame) == Tcp.SYN) {
            Tcp.Ends ends = Tcp.Ends.ofReceived(frame, MAC);
            int expected = Tcp.sequence(frame) + 1;
            later(turnPs(), () -> put(Tcp.segment(ends, Tcp.RST | Tcp.ACK, 0, expected, 0, new byte[0])));
        }
    }

    /** Sends an echo request to the guest. */
    public void ping(long mac, int destination, int sequence, byte[] data) {
        put(Icmp.request(mac, MAC, ip, destination, sequence, data));
    }

    /** Returns {@code millis} in picoseconds. */
    static long millis(long millis) {
        return millis * Picos.PER_MILLI;
    }
}
