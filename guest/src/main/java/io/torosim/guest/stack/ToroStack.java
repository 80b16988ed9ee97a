package io.torosim.guest.stack;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.driver.PacketBlock;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ethernet;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestThread;
import io.torosim.sched.ToroKernel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Toro's network stack on core 0 (Network.pas: {@code DedicateNetwork} and what works for it): the card's interrupt handler,
 * which answers ARP itself; the packet thread ({@link StackPrograms#packets}); one thread for each service ({@link
 * StackPrograms#service}). Frames are bytes; addresses, sequence numbers, windows and checksums are computed and, where Toro
 * looks at them, looked at.
 *
 * <p>Time: what the compiled Pascal does costs what {@link CodeCosts} says; accesses to the card and the local APIC are
 * exits. A packet is worked on in one step, since nothing else on its core runs meanwhile but interrupt handlers, which only
 * add packets. Packets, connections, what they receive and services lie in the kernel's heap ({@link KernelHeap}): what leaks runs
 * out. Not modelled: UDP services (Toro has none). Confined to the simulation thread.
 */
public final class ToroStack {
    /** Bytes of payload in a segment at most. */
    public static final int MTU = 1200;
    /** How long a segment, a half-open connection or an ARP request is waited for. */
    public static final long WAIT_PS = 50 * Picos.PER_MILLI;

    private static final int ARP_ATTEMPTS = 3;
    private static final int LAPIC_READS_PER_PACKET = 7;

    private final ToroKernel kernel;
    private final Machine machine;
    private final GuestNic nic;
    private final StackAddresses addresses;
    private final EnumSet<NetworkQuirk> quirks;
    private final CodeCosts code;
    private final ToroConsole console;
    private final StackCounters counters = new StackCounters();
    private final KernelHeap heap;
    private final ServiceMemory serviceMemory;
    private final long emptyReadPs;
    private final PacketList incoming;
    private final List<ArpEntry> translations = new ArrayList<>();
    private final List<Service> services = new ArrayList<>();
    private final OutgoingPorts ports;
    private final ArrayDeque<Segment> spareSegments = new ArrayDeque<>();
    private long echoReply;
    /** The packet that the packet thread is working on, 0 once it is freed, handed on or leaked. */
    private long received;

    private record ArpEntry(int ip, long mac) {}

    /**
     * Takes the card for the stack and installs its interrupt handler.
     *
     * @param quirks the defects that are on
     * @param console where services print
     */
    public ToroStack(
            ToroKernel kernel,
            GuestNic nic,
            StackAddresses addresses,
            Set<NetworkQuirk> quirks,
            CodeCosts code,
            ToroConsole console) {
        this.kernel = kernel;
        this.machine = kernel.machine();
        this.nic = nic;
        this.heap = nic.heap();
        this.incoming = new PacketList(heap.memory());
        this.addresses = addresses;
        this.quirks = quirks.isEmpty() ? EnumSet.noneOf(NetworkQuirk.class) : EnumSet.copyOf(quirks);
        this.ports = new OutgoingPorts(has(NetworkQuirk.PORTS_USED_ONCE));
        this.code = code;
        this.serviceMemory = new ServiceMemory(heap, code, machine.costs().model(), counters);
        this.emptyReadPs = machine.costs().lapicIdReadPs() + machine.costs().cpuPs("toro.scan");
        this.console = console;
        nic.driver().receiver(new IncomingPacket(this));
        CodeRun handler =
                new CodeRun(new GuestCpu(machine.vcpu(0)), nic.driver().handler());
        kernel.onInterrupt(GuestNic.VECTOR, () -> {
            handler.begin();
            return handler;
        });
    }

    /**
     * Registers a service; null if there is no memory for its record.
     *
     * @throws IllegalArgumentException if its port is out of range or taken
     */
    @Nullable
    Service register(ServiceHandler handler) {
        int port = handler.port();
        if (port < 0 || port >= OutgoingPorts.FIRST) {
            throw new IllegalArgumentException("port must be in [0, 9999], port=" + port);
        }
        if (service(port) != null) {
            throw new IllegalArgumentException("port " + port + " is taken");
        }
        long record = serviceMemory.service();
        if (record == 0) {
            return null;
        }
        Service service = new Service(handler, record);
        services.add(service);
        return service;
    }

    /** A service that has just been registered has got this thread, null if none could begin: then it is no service. Returns how long that takes. */
    long attach(Service service, @Nullable GuestThread thread) {
        if (thread == null) {
            services.remove(service);
        }
        return serviceMemory.attach(service, thread);
    }

    /** What services have of the kernel's memory. */
    ServiceMemory serviceMemory() {
        return serviceMemory;
    }

    /** Returns what it has counted. */
    public StackCounters counters() {
        counters.framesWithoutMemory = nic.driver().droppedWithoutMemory();
        counters.bytesCopied = nic.driver().copiedBytes();
        return counters;
    }

    /** Returns the connections of all services that are not freed. */
    public List<TcpSocket> sockets() {
        List<TcpSocket> all = new ArrayList<>();
        for (Service service : services) {
            for (TcpSocket s = service.first(); s != null; s = s.next) {
                all.add(s);
            }
        }
        return Collections.unmodifiableList(all);
    }

    /** Returns its addresses. */
    public StackAddresses addresses() {
        return addresses;
    }

    Machine machine() {
        return machine;
    }

    PacketList incoming() {
        return incoming;
    }

    KernelHeap heap() {
        return heap;
    }

    // ---- packets in kernel memory

    /** Returns the length of a packet's frame. */
    int frameBytes(long packet) {
        return PacketBlock.bytes(heap.memory(), packet);
    }

    /** Copies the beginning of a packet's frame. */
    void copyFrame(long packet, byte[] into, int bytes) {
        heap.memory().copyOut(packet + PacketBlock.RECORD_BYTES, into, 0, bytes);
    }

    /** The frame of a packet, as a copy. */
    byte[] bytes(long packet) {
        byte[] frame = new byte[frameBytes(packet)];
        copyFrame(packet, frame, frame.length);
        return frame;
    }

    /** A new packet with a frame in it; 0 if memory has run out. */
    long block(byte[] frame) {
        long packet = emptyBlock(frame.length);
        if (packet != 0) {
            heap.memory().copyIn(packet + PacketBlock.RECORD_BYTES, frame, 0, frame.length);
        }
        return packet;
    }

    long emptyBlock(int frameBytes) {
        long packet = heap.get(0, PacketBlock.RECORD_BYTES + (long) frameBytes);
        if (packet == 0) {
            counters.withoutMemory++;
        } else {
            PacketBlock.begin(heap.memory(), packet, frameBytes);
        }
        return packet;
    }

    /** Takes the next packet of the queue, which from now on is the one worked on. */
    void takeIncoming() {
        received = incoming.take();
    }

    /** Returns the packet that is worked on. */
    long received() {
        return received;
    }

    /** The packet that is worked on is freed. */
    void freeReceived() {
        freePacket(received);
        received = 0;
    }

    void freePacket(long packet) {
        counters.packetsFreed++;
        heap.free(0, packet);
    }

    /** The packet that is worked on is not needed any more, and Toro forgets it. */
    void leakOrFree() {
        leakOrFree(received);
        received = 0;
    }

    void leakOrFree(long packet) {
        if (has(NetworkQuirk.PACKETS_LEAK)) {
            counters.packetsLeaked++;
        } else {
            freePacket(packet);
        }
    }

    long emptyReadPs() {
        return emptyReadPs;
    }

    /** Keeps the echo reply that is worked on for whoever asks; false if one is kept already. */
    boolean keepEchoReply() {
        if (echoReply != 0) {
            return false;
        }
        echoReply = received;
        received = 0;
        return true;
    }

    CodeCosts code() {
        return code;
    }

    ToroConsole console() {
        return console;
    }

    GuestNic nic() {
        return nic;
    }

    boolean has(NetworkQuirk quirk) {
        return quirks.contains(quirk);
    }

    @Nullable
    Service service(int port) {
        for (int i = 0; i < services.size(); i++) { // no iterator: this is asked for every segment
            Service service = services.get(i);
            if (service.listensOn(port)) {
                return service;
            }
        }
        return null;
    }

    void learn(int ip, long mac) {
        for (int i = 0; i < translations.size(); i++) {
            if (translations.get(i).ip() == ip) {
                return; // never refreshed
            }
        }
        translations.add(0, new ArpEntry(ip, mac));
    }

    // ---- sending

    /** What a packet takes up to the call of the driver, which copies it; {@link #checksumPs}, its end, is work. */
    long buildPs(int bytes) {
        return code.ps(Routine.ALLOCATE, 1)
                + LAPIC_READS_PER_PACKET * machine.costs().lapicIdReadPs()
                + checksumPs(bytes);
    }

    long checksumPs(int bytes) {
        return code.ps(Routine.CHECKSUM, bytes / 2);
    }

    /** Sends a frame in a packet of its own, which is freed when the driver has taken it. */
    void transmit(StepProgram program, byte[] frame) {
        long ps = buildPs(frame.length);
        program.then(self -> {
            long packet = block(frame);
            if (packet != 0) {
                program.thenRun(() -> heap.free(0, packet));
                put(program, packet, frame);
            }
            return self.compute(ps);
        });
    }

    private void put(StepProgram program, long packet, byte[] frame) {
        program.thenCall(nic.driver().send(), packet + PacketBlock.RECORD_BYTES, frame.length);
        program.thenRun(() -> {
            counters.framesOut++;
            trace(TraceKind.PACKET_OUT, frame);
        });
    }

    /**
     * {@code TCPSendPacket}: a segment without data; it counts as one sequence number in most states.
     *
     * @param delayPs what the step takes that asks for it, or {@link SegmentOutput#AT_ONCE}
     * @return the step result
     */
    long control(SegmentOutput output, GuestCpu cpu, TcpSocket socket, int flags, long delayPs) {
        return control(output, cpu, socket, flags, delayPs, 0);
    }

    /** The same after a step that ends with {@code workPs} of work. */
    long control(SegmentOutput output, GuestCpu cpu, TcpSocket socket, int flags, long delayPs, long workPs) {
        long result = output.control(cpu, socket, flags, delayPs, workPs);
        if (socket.countsControlSegments()) {
            socket.lastSequence++;
        }
        counters.packetsAllocated++;
        counters.packetsFreed++;
        return result;
    }

    /**
     * {@code IPSendPacket} to an address whose hardware address may not be known: an ARP request and {@code Sleep(50)}, up to three
     * times.
     *
     * @param frame makes the frame for a hardware address
     * @param done takes whether it was sent
     */
    public void send(StepProgram program, int destination, LongFunction<byte[]> frame, SendResult done) {
        boolean local = (destination & addresses.mask()) == (addresses.gateway() & addresses.mask());
        resolve(program, local ? destination : addresses.gateway(), frame, done, 0);
    }

    /** Takes whether a packet was sent. */
    @FunctionalInterface
    public interface SendResult {
        /** Called when it was given to the driver, or given up. */
        void sent(boolean sent);
    }

    private void resolve(StepProgram program, int hop, LongFunction<byte[]> frame, SendResult done, int attempts) {
        program.then(self -> {
            for (int i = 0; i < translations.size(); i++) {
                if (translations.get(i).ip() == hop) {
                    byte[] whole = frame.apply(translations.get(i).mac());
                    program.thenRun(() -> done.sent(true));
                    transmit(program, whole);
                    return self.compute(code.ps(Routine.LIST_SEARCH, i + 1L));
                }
            }
            if (attempts == ARP_ATTEMPTS) {
                counters.arpFailures++;
                program.thenRun(() -> done.sent(false));
                return StepProgram.GO_ON;
            }
            resolve(program, hop, frame, done, attempts + 1);
            program.then(s -> s.sleep(WAIT_PS));
            transmit(program, Arp.request(GuestNic.MAC, addresses.ip(), hop));
            return self.compute(code.ps(Routine.LIST_SEARCH, translations.size()));
        });
    }

    /** {@code ICMPPoolPackets} of one 50 ms slot: takes the echo reply that waits, null if there is none. */
    public byte @Nullable [] takeEchoReply() {
        if (echoReply == 0) {
            return null;
        }
        byte[] reply = bytes(echoReply);
        freePacket(echoReply);
        echoReply = 0;
        return reply;
    }

    // ---- what services call

    /** {@code SysSocketSend}: cuts into segments; a peer's window shorter than one shortens it. */
    void queue(TcpSocket socket, byte[] data) {
        if (socket.freed || data.length == 0) {
            return;
        }
        int window = Math.max(1, Math.min(MTU, socket.remoteWindow));
        for (int at = 0; at < data.length; at += window) {
            int end = Math.min(data.length, at + window);
            long packet = emptyBlock(Tcp.DATA + end - at);
            if (packet == 0) {
                return; // Toro does not look either: what has no memory is never sent
            }
            heap.memory().copyIn(packet + PacketBlock.RECORD_BYTES + Tcp.DATA, data, at, end - at);
            Segment segment = spareSegments.isEmpty() ? new Segment() : spareSegments.pop();
            segment.packet = packet;
            segment.bytes = end - at;
            segment.push = end == data.length;
            segment.inFlight = false;
            socket.sending.add(segment);
            counters.packetsAllocated++;
        }
    }

    /** A segment has left its connection: its packet is freed. */
    void sent(Segment segment) {
        freePacket(segment.packet);
        segment.due = false;
        spareSegments.push(segment);
    }

    OutgoingPorts ports() {
        return ports;
    }

    /** Record and receive buffer of a new connection; false if memory has run out. */
    boolean giveMemory(TcpSocket socket) {
        socket.record = heap.get(0, TcpSocket.RECORD_BYTES);
        socket.buffer = socket.record == 0 ? 0 : heap.get(0, TcpSocket.MAX_WINDOW);
        if (socket.buffer == 0) {
            heap.free(0, socket.record);
            counters.withoutMemory++;
            return false;
        }
        socket.memory = heap.memory();
        return true;
    }

    /** {@code SysSocketConnect} up to the SYN, whose steps it puts in front; returns how long it takes, of which the search of the ports is work. */
    long connect(
            GuestCpu cpu, StepProgram program, Service service, int ip, int port, Consumer<Optional<TcpSocket>> begun) {
        long searchPs = code.ps(Routine.SOCKET_CALL, 1) + cpu.work(code.ps(Routine.LIST_SEARCH, ports.searchLength()));
        int localPort = ports.take(service);
        if (localPort == 0) {
            counters.portsMissing++;
            begun.accept(Optional.empty());
            return searchPs;
        }
        TcpSocket socket = TcpSocket.outgoing(addresses.ip(), ip, localPort, port);
        if (!giveMemory(socket)) {
            ports.giveBack(localPort);
            begun.accept(Optional.empty());
            return searchPs;
        }
        service.addOutgoing(socket);
        counters.connections++;
        counters.connects++;
        begun.accept(Optional.of(socket));
        sendSyn(program, socket, WAIT_PS);
        return searchPs + 2 * code.ps(Routine.ALLOCATE, 1) + code.ps(Routine.TCP_OUTPUT, 1);
    }

    /** Sends the SYN of an outgoing connection, for whose answer it waits {@code waitPs} from then on. */
    void sendSyn(StepProgram program, TcpSocket socket, long waitPs) {
        LongFunction<byte[]> syn = mac -> {
            socket.remoteMac = mac;
            socket.lastSequence = TcpSocket.FIRST_SEQUENCE + 1;
            counters.packetsAllocated++;
            counters.packetsFreed++;
            Tcp.Ends ends = new Tcp.Ends(
                    GuestNic.MAC, mac, socket.localIp(), socket.remoteIp(), socket.localPort(), socket.remotePort());
            return Tcp.segment(ends, Tcp.SYN, TcpSocket.FIRST_SEQUENCE, socket.lastAck, socket.window(), new byte[0]);
        };
        send(program, socket.remoteIp(), syn, sent -> socket.deadlinePs = deadlinePs(waitPs));
    }

    /** What {@code SysSocketSend} takes; the copy, its end, is work. */
    long sendPs(GuestCpu cpu, int bytes) {
        int segments = (bytes + MTU - 1) / MTU;
        return code.ps(Routine.SOCKET_CALL, 1)
                + segments * (2 * code.ps(Routine.ALLOCATE, 1) + code.ps(Routine.TCP_OUTPUT, 1))
                + cpu.work(code.ps(Routine.COPY_BYTES, bytes));
    }

    /** When a wait that begins now is over, by the rate that the kernel believes in. */
    long deadlinePs(long waitPs) {
        return Picos.saturatingAdd(machine.simulation().nowPs(), kernel.tscWaitPs(waitPs));
    }

    void select(TcpSocket socket, long deadlinePs) {
        if (socket.state == State.LOCALCLOSING) {
            socket.event = Event.CLOSE;
        } else if (socket.hasUnread()) {
            socket.event = Event.RECEIVE;
        } else {
            socket.deadlinePs = deadlinePs;
            socket.event = Event.WAITING;
        }
    }

    /** This side's FIN; returns the step result. */
    long finish(SegmentOutput output, GuestCpu cpu, TcpSocket socket, long delayPs) {
        socket.state = State.PEER_DISCONNECTED;
        return control(output, cpu, socket, Tcp.FIN | Tcp.ACK, delayPs);
    }

    void free(Service service, TcpSocket socket) {
        if (socket.freed) {
            return;
        }
        socket.freed = true;
        while (!socket.sending.isEmpty()) {
            sent(socket.sending.poll());
        }
        heap.free(0, socket.buffer);
        heap.free(0, socket.record);
        counters.freed++;
        service.remove(socket);
        if (socket.isOutgoing()) {
            ports.giveBack(socket.localPort());
        }
    }

    void trace(TraceKind kind, byte[] frame) {
        trace(kind, frame, frame.length);
    }

    /** Tells the trace of a frame that lies at the beginning of an array. */
    void trace(TraceKind kind, byte[] frame, int frameBytes) {
        if (Tcp.isWhole(frame, frameBytes)) {
            long ports = Tcp.sourcePort(frame) + ((long) Tcp.destinationPort(frame) << 16);
            trace(kind, ports, Tcp.flags(frame), frameBytes);
        } else {
            trace(kind, 0, frameBytes < Ethernet.HEADER_BYTES ? -1 : Ethernet.type(frame), frameBytes);
        }
    }

    void trace(TraceKind kind, long ports, long flagsOrType, long frameBytes) {
        machine.trace().emit(machine.simulation().nowPs(), 0, kind, ports, flagsOrType << 32 | frameBytes);
    }

    /**
     * The addresses of a network card, as given to {@code DedicateNetwork}.
     *
     * @param ip its own
     * @param gateway where packets go that leave the subnet
     * @param mask of the subnet
     */
    public record StackAddresses(int ip, int gateway, int mask) {
        /** Returns those of all examples: 192.100.200.100/24 behind 192.100.200.1. */
        public static StackAddresses examples() {
            return new StackAddresses(
                    Ipv4.address(192, 100, 200, 100), Ipv4.address(192, 100, 200, 1), Ipv4.address(255, 255, 255, 0));
        }
    }
}
