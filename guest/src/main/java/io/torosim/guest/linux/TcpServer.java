package io.torosim.guest.linux;

import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.ArrayDeque;

/**
 * The network stack of the Linux guest above its driver, as far as a web server on port {@value #PORT} needs it: ARP and ICMP echo answered, TCP
 * after RFC 793 with Linux' habits. The listener has TCP_DEFER_ACCEPT, as Apache's has: a connection begins with its first data. Data are
 * acknowledged at once, as Linux does at the beginning of a connection (quick acknowledgements) and for whatever comes twice or out of turn; what
 * comes early is kept ({@link LateSegments}). What is sent, and sent again, is {@link TcpSender}'s. The side that closes first waits 60 s in {@link
 * TimeWaits}.
 *
 * <p>What it does it does at one instant, called from a step of the CPU that pays for it; frames go into the driver's queue.
 *
 * <p>What a real kernel answered to the same segments stands in the tests ({@code kernel-tcp.txt}). Not modelled: options but the client's MSS, and so
 * neither selective acknowledgements (with tail loss probes and RACK) nor time stamps; F-RTO and the undoing of needless retransmissions; what was
 * measured of a client before (tcp_metrics); delayed acknowledgements, segmentation offload, keep-alive, a limit of connections. Hardware addresses are
 * taken from the frames that come. A SYN for a connection in TIME_WAIT always opens a new one, as it does between hosts with time stamps.
 */
final class TcpServer {
    /** The port on which it serves. */
    static final int PORT = 80;

    /** Who serves requests. */
    interface Requests {
        /** A request is whole: whoever serves it calls {@link TcpServer#answer} and then {@link TcpServer#close}. */
        void ready(ServerConnection connection);
    }

    private final Machine machine;
    private final long mac;
    private final int ip;
    private final Requests requests;
    private final TcpParameters tcp;
    private final SimRandom random;
    private final HttpAnswers answers = new HttpAnswers();
    private final Long2ObjectOpenHashMap<ServerConnection> connections = new Long2ObjectOpenHashMap<>();
    private final TimeWaits timeWaits = new TimeWaits();
    private final ArrayDeque<ServerConnection> spare = new ArrayDeque<>();
    private final TcpOutput out;
    private final ConnectionTimers timers;
    private final TcpSender sender;

    /**
     * Listens.
     *
     * @param timerVector raised on vCPU 0 when a connection's timer has expired; then comes {@link #timers}
     */
    TcpServer(Machine machine, NapiNet net, long mac, int ip, TcpParameters tcp, int timerVector, Requests requests) {
        this.machine = machine;
        this.mac = mac;
        this.ip = ip;
        this.tcp = tcp;
        this.requests = requests;
        this.random = machine.randoms().stream("linux.isn");
        this.out = new TcpOutput(machine, net, mac, ip);
        this.timers = new ConnectionTimers(machine, timerVector, connections);
        this.sender = new TcpSender(tcp, out, timers);
    }

    /** Returns how many connections there are, without those in TIME_WAIT. */
    int connectionCount() {
        return connections.size();
    }

    /** Returns how many segments were sent again. */
    long repeats() {
        return sender.repeats();
    }

    /** Returns how many connections were given up since nothing was heard of them. */
    long givenUp() {
        return sender.givenUp();
    }

    // ---- frames

    /** A frame has come, at the beginning of an array. */
    void receive(byte[] in, int bytes) {
        if (bytes < Ethernet.HEADER_BYTES) {
            return;
        }
        if (Ethernet.type(in) == Ethernet.TYPE_ARP) {
            out.traced(TraceKind.PACKET_IN, 0, Ethernet.TYPE_ARP, bytes);
            if (bytes >= Arp.FRAME_BYTES && Arp.operation(in) == Arp.REQUEST && Arp.targetIp(in) == ip) {
                out.queue(Arp.reply(in, mac));
            }
            return;
        }
        boolean forUs = Ipv4.isWhole(in, bytes)
                && Ethernet.destination(in) == mac
                && Ipv4.destination(in) == ip
                && Ipv4.checksumIsRight(in);
        if (!forUs) {
            return;
        }
        if (Icmp.isWhole(in, bytes)) {
            out.traced(TraceKind.PACKET_IN, 0, Ethernet.TYPE_IPV4, bytes);
            if (Icmp.type(in) == Icmp.ECHO_REQUEST && Icmp.checksumIsRight(in)) {
                out.queue(Icmp.reply(in, mac));
            }
        } else if (Tcp.isWhole(in, bytes) && Tcp.checksumIsRight(in)) {
            long ports = Tcp.sourcePort(in) + ((long) Tcp.destinationPort(in) << 16);
            out.traced(TraceKind.PACKET_IN, ports, Tcp.flags(in), bytes);
            segment(in);
        }
    }

    private static int dataBytes(byte[] in) {
        return Tcp.dataEnd(in) - Tcp.dataStart(in);
    }

    // ---- segments

    private void segment(byte[] in) {
        long key = (Ipv4.source(in) & 0xffff_ffffL) << 16 | Tcp.sourcePort(in);
        ServerConnection c = Tcp.destinationPort(in) == PORT ? connections.get(key) : null;
        if (c != null) {
            if (c.established || handshake(c, in)) {
                arrives(c, in);
            }
            return;
        }
        long nowPs = machine.simulation().nowPs();
        int flags = Tcp.flags(in);
        boolean opens = (flags & (Tcp.SYN | Tcp.ACK | Tcp.RST | Tcp.FIN)) == Tcp.SYN;
        if (Tcp.destinationPort(in) != PORT) {
            out.refuse(in);
        } else if (opens) {
            timeWaits.remove(key, nowPs);
            open(key, in);
        } else if (!timeWaits.contains(key, nowPs)) {
            out.refuse(in);
        } else if ((flags & Tcp.RST) != 0) {
            timeWaits.remove(key, nowPs);
        } else if (dataBytes(in) > 0 || (flags & (Tcp.FIN | Tcp.SYN)) != 0) {
            out.reply(in, Tcp.ACK, timeWaits.sequence(key), timeWaits.acknowledgement(key));
        }
    }

    private void open(long key, byte[] syn) {
        ServerConnection c = spare.isEmpty() ? new ServerConnection(tcp) : spare.pop();
        c.begin(key, (int) random.nextLong());
        c.remoteMac = Ethernet.source(syn);
        c.remoteIp = Ipv4.source(syn);
        c.remotePort = Tcp.sourcePort(syn);
        c.window = Tcp.window(syn);
        c.windowSequence = Tcp.sequence(syn);
        c.mss = Math.min(NapiNet.MOST_FRAME_BYTES - Tcp.DATA, largestSegment(syn, c.mss));
        c.expected = Tcp.sequence(syn) + 1;
        connections.put(key, c);
        sender.opens(c);
    }

    /** Returns what the option MSS of a SYN says, {@code otherwise} without it. */
    private static int largestSegment(byte[] syn, int otherwise) {
        int end = Math.min(Tcp.dataEnd(syn), Tcp.dataStart(syn));
        int at = Tcp.DATA;
        while (at + 1 < end && syn[at] != 0) {
            int length = syn[at] == 1 ? 1 : syn[at + 1] & 0xff;
            if (syn[at] == 2 && length == 4 && at + 4 <= end) {
                return Math.max(64, (syn[at + 2] & 0xff) << 8 | syn[at + 3] & 0xff);
            }
            if (length == 0) {
                break;
            }
            at += length;
        }
        return otherwise;
    }

    /** A segment of a connection that is not established yet; returns whether it is now. */
    private boolean handshake(ServerConnection c, byte[] in) {
        int flags = Tcp.flags(in);
        if ((flags & Tcp.RST) != 0) {
            if (Tcp.sequence(in) == c.expected) {
                over(c);
            }
            return false;
        }
        if ((flags & Tcp.SYN) != 0) {
            sender.synAgain(c); // the SYN|ACK was lost, or the SYN came twice
            return false;
        }
        if ((flags & Tcp.ACK) == 0) {
            return false;
        }
        if (Tcp.acknowledgement(in) != c.next) {
            out.refuse(in);
            return false;
        }
        if (dataBytes(in) == 0 && (flags & Tcp.FIN) == 0) {
            c.confirmed = true; // its timer says when it has waited too long
            return false;
        }
        sender.established(c);
        return true;
    }

    private void arrives(ServerConnection c, byte[] in) {
        int flags = Tcp.flags(in);
        int bytes = dataBytes(in);
        boolean fin = (flags & Tcp.FIN) != 0;
        int length = bytes + (fin ? 1 : 0);
        int old = c.expected - Tcp.sequence(in);
        if (old > 0 && old >= length || length - old > TcpOutput.WINDOW) {
            boolean rare = length == 0 || (flags & Tcp.SYN) != 0;
            if ((flags & Tcp.RST) == 0 && (!rare || sender.mayAnswer(c))) {
                out.acknowledge(c); // something old, or beyond the window
            }
            return;
        }
        if ((flags & Tcp.RST) != 0) {
            if (old == 0) {
                over(c);
            } else {
                challenge(c);
            }
            return;
        }
        if ((flags & Tcp.SYN) != 0) {
            challenge(c);
            return;
        }
        if ((flags & Tcp.ACK) == 0) {
            return;
        }
        if (Tcp.acknowledgement(in) - c.furthest > 0) {
            challenge(c); // of what was never sent
            return;
        }
        sender.acknowledged(c, Tcp.acknowledgement(in), Tcp.window(in), Tcp.sequence(in), length == 0);
        if (c.closing && bytes - Math.max(0, old) > 0) {
            out.refuse(in); // nobody reads it any more
            over(c);
        } else if (old < 0) {
            early(c, in, -old, bytes, fin);
            closeIfOver(c);
        } else {
            inTurn(c, in, old, bytes, fin);
        }
    }

    /** What no client of this connection would send is answered with what it would know (RFC 5961). */
    private void challenge(ServerConnection c) {
        if (sender.mayAnswer(c)) {
            out.acknowledge(c);
        }
    }

    /** A segment comes before others that should come first: it is kept, and what is missing is asked for. */
    private void early(ServerConnection c, byte[] in, int ahead, int bytes, boolean fin) {
        if (bytes == 0 && !fin) {
            return;
        }
        int sequence = c.expected + ahead;
        if (bytes == 0 || c.late.add(sequence, sequence + bytes)) {
            if (!c.asked) {
                c.received(in, Tcp.dataStart(in), bytes, ahead);
            }
            if (fin) {
                c.late.finAt(sequence + bytes);
            }
        }
        out.acknowledge(c);
    }

    private void inTurn(ServerConnection c, byte[] in, int old, int bytes, boolean finHere) {
        int fresh = bytes - old;
        int reached = c.late.after(c.expected + fresh);
        boolean ready = false;
        if (fresh > 0 && !c.asked) {
            c.received(in, Tcp.dataStart(in) + old, fresh, 0);
            c.asked = c.isWholeWith(reached - c.expected);
            ready = c.asked;
        }
        boolean fin = finHere || c.late.endsAt(reached);
        c.expected = reached + (fin ? 1 : 0);
        if (fin) {
            c.peerClosed = true;
            c.closedFirst = c.closing && c.furthest == c.answerEnd() + 1;
        }
        if (fin && !c.asked && !c.closing) {
            c.closing = true; // nothing was asked
            sender.push(c);
        } else if (fin || bytes > 0) {
            out.acknowledge(c);
        }
        closeIfOver(c);
        if (ready) {
            c.inService = true;
            requests.ready(c);
        }
    }

    private void closeIfOver(ServerConnection c) {
        if (!c.finAcknowledged()) {
            return;
        }
        if (c.peerClosed) {
            if (c.closedFirst) {
                timeWaits.add(
                        c.key, c.furthest, c.expected, machine.simulation().nowPs());
            }
            over(c);
        } else if (!timers.runs(c)) {
            timers.start(c, ConnectionTimers.SILENCE_PS);
        }
    }

    private void over(ServerConnection c) {
        timers.stop(c);
        connections.remove(c.key);
        c.dead = true;
        if (!c.inService) {
            spare.push(c);
        }
    }

    // ---- the program's side

    /** Sends the answer to a request that was ready; nothing happens if the connection is over. */
    void answer(ServerConnection c) {
        if (!c.dead) {
            c.answer = answers.to(c.request, c.requestBytes);
            sender.push(c);
        }
    }

    /** Closes the server's half. */
    void close(ServerConnection c) {
        c.inService = false;
        if (c.dead) {
            spare.push(c);
        } else {
            c.closing = true;
            sender.push(c);
        }
    }

    // ---- timers

    /** Returns whether {@link #timers} has something to do. */
    boolean hasTimedOut() {
        return timers.pending();
    }

    /** Does what is to be done for connections whose timers have expired. */
    void timers() {
        for (ServerConnection c = timers.next(); c != null; c = timers.next()) {
            if (!sender.timedOut(c)) {
                over(c);
            }
        }
    }
}
