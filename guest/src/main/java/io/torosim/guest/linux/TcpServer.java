package io.torosim.guest.linux;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.driver.NapiNet;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import java.util.ArrayDeque;

/**
 * The network stack of the Linux guest above its driver, as far as a web server on port {@value #PORT} needs it: ARP and ICMP echo answered, TCP
 * after RFC 793 with Linux' habits. The listener has TCP_DEFER_ACCEPT, as Apache's has: a connection begins with its first data. Data are
 * acknowledged at once, as Linux does at the beginning of a connection (quick acknowledgements). The answer goes in segments of what the client
 * takes, ten in flight at first, one more for each acknowledgement, one after a time-out; then the FIN in a segment of its own. SYN|ACK is repeated
 * after 1 s, five times, answer and FIN after 200 ms, eight times, doubled each time. The side that closes first waits 60 s in {@link TimeWaits}.
 *
 * <p>What it does it does at one instant, called from a step of the CPU that pays for it; frames go into the driver's queue.
 *
 * <p>Not modelled: options but the client's MSS, segments kept out of order (a gap is acknowledged again), fast retransmission, delayed
 * acknowledgements, keep-alive, a limit of connections. Hardware addresses are taken from the frames that come. A SYN for a connection in TIME_WAIT
 * always opens a new one, as it does between hosts with time stamps.
 */
final class TcpServer implements EventHandler {
    /** The port on which it serves. */
    static final int PORT = 80;

    private static final int WINDOW = 29_200;
    private static final long SYN_ACK_TIMEOUT_PS = Picos.PER_SECOND;
    private static final int MOST_SYN_ACK_REPEATS = 5;
    private static final long TIMEOUT_PS = 200 * Picos.PER_MILLI;
    private static final int MOST_REPEATS = 8;
    /** tcp_fin_timeout; as long a confirmed connection waits for its first data. */
    private static final long SILENCE_PS = 60 * Picos.PER_SECOND;

    /** Who serves requests. */
    interface Requests {
        /** A request is whole: whoever serves it calls {@link TcpServer#answer} and then {@link TcpServer#close}. */
        void ready(ServerConnection connection);
    }

    private final Machine machine;
    private final NapiNet net;
    private final long mac;
    private final int ip;
    private final int timerVector;
    private final Requests requests;
    private final SimRandom random;
    private final HttpAnswers answers = new HttpAnswers();
    private final Long2ObjectOpenHashMap<ServerConnection> connections = new Long2ObjectOpenHashMap<>();
    private final TimeWaits timeWaits = new TimeWaits();
    private final ArrayDeque<ServerConnection> spare = new ArrayDeque<>();
    private final LongArrayFIFOQueue timedOut = new LongArrayFIFOQueue();
    private final byte[] frame = new byte[NapiNet.MOST_FRAME_BYTES];
    private long repeats;

    /**
     * Listens.
     *
     * @param timerVector raised on vCPU 0 when a connection's timer has expired; then comes {@link #timers}
     */
    TcpServer(Machine machine, NapiNet net, long mac, int ip, int timerVector, Requests requests) {
        this.machine = machine;
        this.net = net;
        this.mac = mac;
        this.ip = ip;
        this.timerVector = timerVector;
        this.requests = requests;
        this.random = machine.randoms().stream("linux.isn");
    }

    /** Returns how many connections there are, without those in TIME_WAIT. */
    int connectionCount() {
        return connections.size();
    }

    /** Returns how many segments were sent again. */
    long repeats() {
        return repeats;
    }

    // ---- frames

    /** A frame has come, at the beginning of an array. */
    void receive(byte[] in, int bytes) {
        if (bytes < Ethernet.HEADER_BYTES) {
            return;
        }
        if (Ethernet.type(in) == Ethernet.TYPE_ARP) {
            traced(TraceKind.PACKET_IN, 0, Ethernet.TYPE_ARP, bytes);
            if (bytes >= Arp.FRAME_BYTES && Arp.operation(in) == Arp.REQUEST && Arp.targetIp(in) == ip) {
                queue(Arp.reply(in, mac));
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
            traced(TraceKind.PACKET_IN, 0, Ethernet.TYPE_IPV4, bytes);
            if (Icmp.type(in) == Icmp.ECHO_REQUEST && Icmp.checksumIsRight(in)) {
                queue(Icmp.reply(in, mac));
            }
        } else if (Tcp.isWhole(in, bytes) && Tcp.checksumIsRight(in)) {
            long ports = Tcp.sourcePort(in) + ((long) Tcp.destinationPort(in) << 16);
            traced(TraceKind.PACKET_IN, ports, Tcp.flags(in), bytes);
            segment(in);
        }
    }

    private void traced(TraceKind kind, long ports, long flagsOrType, int bytes) {
        machine.trace().emit(machine.simulation().nowPs(), 0, kind, ports, flagsOrType << 32 | bytes);
    }

    private void queue(byte[] reply) {
        traced(TraceKind.PACKET_OUT, 0, Ethernet.type(reply), reply.length);
        net.queue(reply, reply.length);
    }

    private void queue(int flags, int remotePort, int bytes) {
        traced(TraceKind.PACKET_OUT, PORT + ((long) remotePort << 16), flags, bytes);
        net.queue(frame, bytes);
    }

    private void send(ServerConnection c, int flags, int sequence, int answerFrom, int bytes) {
        System.arraycopy(c.answer, answerFrom, frame, Tcp.DATA, bytes);
        Tcp.fill(
                frame,
                Tcp.DATA + bytes,
                mac,
                c.remoteMac,
                ip,
                c.remoteIp,
                PORT,
                c.remotePort,
                flags,
                sequence,
                c.expected,
                WINDOW);
        if (sequence - c.furthest < 0 && (bytes > 0 || (flags & (Tcp.SYN | Tcp.FIN)) != 0)) {
            repeats += c.timeouts > 0 ? 1 : 0;
        }
        queue(flags, c.remotePort, Tcp.DATA + bytes);
    }

    private void acknowledge(ServerConnection c) {
        send(c, Tcp.ACK, c.furthest, 0, 0);
    }

    /** Answers a segment that belongs to nothing here (RFC 793, page 36). */
    private void refuse(byte[] in) {
        int flags = Tcp.flags(in);
        if ((flags & Tcp.RST) == 0) {
            boolean numbered = (flags & Tcp.ACK) != 0;
            int length = dataBytes(in) + ((flags & Tcp.SYN) != 0 ? 1 : 0) + ((flags & Tcp.FIN) != 0 ? 1 : 0);
            reply(
                    in,
                    numbered ? Tcp.RST : Tcp.RST | Tcp.ACK,
                    numbered ? Tcp.acknowledgement(in) : 0,
                    numbered ? 0 : Tcp.sequence(in) + length);
        }
    }

    private void reply(byte[] in, int flags, int sequence, int acknowledgement) {
        Tcp.fill(
                frame,
                Tcp.DATA,
                mac,
                Ethernet.source(in),
                ip,
                Ipv4.source(in),
                Tcp.destinationPort(in),
                Tcp.sourcePort(in),
                flags,
                sequence,
                acknowledgement,
                (flags & Tcp.RST) != 0 ? 0 : WINDOW);
        queue(flags, Tcp.sourcePort(in), Tcp.DATA);
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
            refuse(in);
        } else if (opens) {
            timeWaits.remove(key, nowPs);
            open(key, in);
        } else if (!timeWaits.contains(key, nowPs)) {
            refuse(in);
        } else if ((flags & Tcp.RST) != 0) {
            timeWaits.remove(key, nowPs);
        } else if (dataBytes(in) > 0 || (flags & (Tcp.FIN | Tcp.SYN)) != 0) {
            reply(in, Tcp.ACK, timeWaits.sequence(key), timeWaits.acknowledgement(key));
        }
    }

    private void open(long key, byte[] syn) {
        ServerConnection c = spare.isEmpty() ? new ServerConnection() : spare.pop();
        c.begin(key, (int) random.nextLong());
        c.remoteMac = Ethernet.source(syn);
        c.remoteIp = Ipv4.source(syn);
        c.remotePort = Tcp.sourcePort(syn);
        c.window = Tcp.window(syn);
        c.mss = Math.min(NapiNet.MOST_FRAME_BYTES - Tcp.DATA, largestSegment(syn, c.mss));
        c.expected = Tcp.sequence(syn) + 1;
        connections.put(key, c);
        sendSynAck(c);
        arm(c, SYN_ACK_TIMEOUT_PS);
    }

    private void sendSynAck(ServerConnection c) {
        send(c, Tcp.SYN | Tcp.ACK, c.firstSequence, 0, 0);
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
            sendSynAck(c); // the first one was lost
            return false;
        }
        if ((flags & Tcp.ACK) == 0) {
            return false;
        }
        if (Tcp.acknowledgement(in) != c.next) {
            refuse(in);
            return false;
        }
        if (dataBytes(in) == 0 && (flags & Tcp.FIN) == 0) {
            c.confirmed = true; // its timer says when it has waited too long
            return false;
        }
        c.established = true;
        c.unacknowledged = c.next;
        c.timeouts = 0;
        disarm(c);
        return true;
    }

    private void arrives(ServerConnection c, byte[] in) {
        int flags = Tcp.flags(in);
        int bytes = dataBytes(in);
        int old = c.expected - Tcp.sequence(in);
        boolean fin = (flags & Tcp.FIN) != 0;
        if (old < 0 || old > bytes || old == bytes + (fin ? 1 : 0) && old > 0) {
            if ((flags & Tcp.RST) == 0) {
                acknowledge(c); // a gap, or something old
            }
            return;
        }
        if ((flags & Tcp.RST) != 0) {
            over(c);
            return;
        }
        if ((flags & Tcp.SYN) != 0) {
            acknowledge(c);
            return;
        }
        if ((flags & Tcp.ACK) == 0) {
            return;
        }
        if (Tcp.acknowledgement(in) - c.furthest > 0) {
            acknowledge(c); // of what was never sent
            return;
        }
        acknowledged(c, Tcp.acknowledgement(in), Tcp.window(in));
        if (c.closing && bytes - old > 0) {
            refuse(in); // nobody reads it any more
            over(c);
            return;
        }
        c.expected += bytes - old + (fin ? 1 : 0);
        if (fin) {
            c.peerClosed = true;
            c.closedFirst = c.closing && c.furthest == c.answerEnd() + 1;
        }
        boolean ready = bytes - old > 0 && takes(c, in, old, bytes - old);
        if (fin && !c.asked && !c.closing) {
            c.closing = true; // nothing was asked
            push(c);
        } else if (fin || bytes > 0) {
            acknowledge(c);
        }
        closeIfOver(c);
        if (ready) {
            c.inService = true;
            requests.ready(c);
        }
    }

    /** Takes data of a request; returns whether it is whole by now and was not before. */
    private static boolean takes(ServerConnection c, byte[] in, int offset, int bytes) {
        if (c.asked) {
            return false;
        }
        c.received(in, Tcp.dataStart(in) + offset, bytes);
        c.asked = HttpAnswers.isWhole(c.request, c.requestBytes, bytes)
                || c.requestBytes == HttpAnswers.MOST_REQUEST_BYTES;
        return c.asked;
    }

    private void acknowledged(ServerConnection c, int number, int window) {
        c.window = window;
        if (number - c.unacknowledged > 0) {
            c.unacknowledged = number;
            if (c.next - number < 0) {
                c.next = number;
            }
            c.segments++;
            c.timeouts = 0;
            disarm(c);
            push(c);
        }
    }

    /** Sends what the windows allow. */
    private void push(ServerConnection c) {
        while (true) {
            int left = c.answerEnd() - c.next;
            int inFlight = c.next - c.unacknowledged;
            boolean open = (inFlight + c.mss - 1) / c.mss < c.segments;
            if (left > 0) {
                int room = c.window - inFlight;
                int bytes = Math.min(left, c.mss);
                if (!open || room < bytes && inFlight > 0) {
                    break;
                }
                bytes = Math.min(bytes, Math.max(1, room)); // into a closed window a byte, again and again
                int flags = bytes == left ? Tcp.ACK | Tcp.PSH : Tcp.ACK;
                send(c, flags, c.next, c.answer.length - left, bytes);
                c.next += bytes;
            } else if (left == 0 && c.closing && open) {
                send(c, Tcp.FIN | Tcp.ACK, c.next, 0, 0);
                c.next++;
            } else {
                break;
            }
            if (c.next - c.furthest > 0) {
                c.furthest = c.next;
            }
        }
        if (c.timer == Simulation.NO_HANDLE && c.unacknowledged != c.furthest) {
            arm(c, TIMEOUT_PS);
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
        } else if (c.timer == Simulation.NO_HANDLE) {
            arm(c, SILENCE_PS);
        }
    }

    private void over(ServerConnection c) {
        disarm(c);
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
            push(c);
        }
    }

    /** Closes the server's half. */
    void close(ServerConnection c) {
        c.inService = false;
        if (c.dead) {
            spare.push(c);
        } else {
            c.closing = true;
            push(c);
        }
    }

    // ---- timers

    private void arm(ServerConnection c, long afterPs) {
        disarm(c);
        c.timer = machine.simulation().after(afterPs << c.timeouts, this, 0, c.key);
    }

    private void disarm(ServerConnection c) {
        if (c.timer != Simulation.NO_HANDLE) {
            machine.simulation().cancel(c.timer);
            c.timer = Simulation.NO_HANDLE;
        }
        c.timedOut = false;
    }

    /** The timer of a connection expires. */
    @Override
    public void onEvent(int op, long key) {
        ServerConnection c = connections.get(key);
        c.timer = Simulation.NO_HANDLE;
        if (c.confirmed && !c.established && !c.waited) {
            c.waited = true;
            c.timer = machine.simulation().after(SILENCE_PS, this, 0, key);
            return;
        }
        c.timedOut = true;
        timedOut.enqueue(key);
        machine.vcpu(0).raise(timerVector);
    }

    /** Returns whether {@link #timers} has something to do. */
    boolean hasTimedOut() {
        return !timedOut.isEmpty();
    }

    /** Does what is to be done for connections whose timers have expired. */
    void timers() {
        while (!timedOut.isEmpty()) {
            ServerConnection c = connections.get(timedOut.dequeueLong());
            if (c != null && c.timedOut) {
                c.timedOut = false;
                timeout(c);
            }
        }
    }

    private void timeout(ServerConnection c) {
        boolean silent = c.established ? c.unacknowledged == c.furthest : c.confirmed;
        if (silent || c.timeouts == (c.established ? MOST_REPEATS : MOST_SYN_ACK_REPEATS)) {
            over(c);
            return;
        }
        c.timeouts++;
        if (!c.established) {
            sendSynAck(c);
            arm(c, SYN_ACK_TIMEOUT_PS);
            return;
        }
        c.next = c.unacknowledged;
        c.segments = 1;
        push(c);
    }
}
