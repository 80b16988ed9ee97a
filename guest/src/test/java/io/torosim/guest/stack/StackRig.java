package io.torosim.guest.stack;

import io.torosim.core.defect.Defects;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A guest with one service, whose far end is the test: frames go in by hand, and what comes out is kept. */
final class StackRig implements ServiceHandler {
    static final int SERVER = Ipv4.address(192, 100, 200, 100);
    static final int CLIENT = Ipv4.address(192, 100, 200, 1);
    static final long CLIENT_MAC = 0x5254_0000_0002L;
    static final int PORT = 80;

    final Machine machine;
    final Link link;
    final List<byte[]> out = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final ToroStack stack;
    byte[] answer = "answer".getBytes(StandardCharsets.US_ASCII);
    boolean closes = true;
    Duration wait = Duration.ofSeconds(20);
    int backlog = 50;
    private Duration now = Duration.ZERO;

    StackRig(Set<NetworkQuirk> quirks) {
        this(quirks, false);
    }

    StackRig(Set<NetworkQuirk> quirks, boolean exactStepping) {
        this(quirks, exactStepping, true);
    }

    /** With rounds of polling loops passed over, which counts fewer events, or without. */
    StackRig(Set<NetworkQuirk> quirks, boolean exactStepping, boolean fastForward) {
        machine = Machine.create(MachineSpec.builder()
                .vcpus(1)
                .exactStepping(exactStepping)
                .fastForward(fastForward)
                .build());
        link = new Link(machine, LinkSpec.perfect());
        ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults());
        CodeCosts code = CodeCosts.of(OptimisationLevel.O2, machine);
        ToroConsole console = new ToroConsole(machine, Display.HEADLESS, code);
        GuestNic nic = new GuestNic(
                machine,
                new QemuProcess(machine),
                NetBackend.VHOST,
                NicCard.VIRTIO_TORO,
                link,
                new KernelHeap(machine, MemQuirk.repaired()),
                code,
                Defects.of(EnumSet.allOf(ToroVirtioQuirk.class)));
        stack = new ToroStack(kernel, nic, StackAddresses.examples(), quirks, code, console);
        link.connectFarEnd(out::add);
        kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        kernel.spawn(0, "packets", StackPrograms.packets(stack));
        kernel.spawn(0, "service", StackPrograms.service(stack, this));
        run(1);
    }

    static StackRig faithful() {
        return new StackRig(EnumSet.allOf(NetworkQuirk.class));
    }

    /** The stack of 2018 with one defect repaired. */
    static StackRig without(NetworkQuirk... repaired) {
        EnumSet<NetworkQuirk> quirks = EnumSet.allOf(NetworkQuirk.class);
        quirks.removeAll(List.of(repaired));
        return new StackRig(quirks);
    }

    void run(long millis) {
        now = now.plusMillis(millis);
        machine.runUntil(now);
    }

    long nowMillis() {
        return machine.simulation().nowPs() / Picos.PER_MILLI;
    }

    /** Sends a frame and lets the guest work for a millisecond; returns what it sent. */
    List<byte[]> send(byte[] frame) {
        return send(frame, 1);
    }

    List<byte[]> send(byte[] frame, long millis) {
        int before = out.size();
        link.toGuest(frame);
        run(millis);
        return List.copyOf(out.subList(before, out.size()));
    }

    Tcp.Ends ends(int port) {
        return new Tcp.Ends(CLIENT_MAC, GuestNic.MAC, CLIENT, SERVER, port, PORT);
    }

    byte[] segment(int port, int flags, int sequence, int acknowledgement, String data) {
        return Tcp.segment(
                ends(port), flags, sequence, acknowledgement, 29_200, data.getBytes(StandardCharsets.US_ASCII));
    }

    /** Opens a connection whose first sequence number is 1000. */
    void open(int port) {
        send(segment(port, Tcp.SYN, 1000, 0, ""));
        send(segment(port, Tcp.ACK, 1001, 301, ""));
    }

    /** Returns flags of frames as letters. */
    static List<String> flags(List<byte[]> frames) {
        return frames.stream().map(f -> Tcp.flagText(Tcp.flags(f))).toList();
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public int backlog() {
        return backlog;
    }

    @Override
    public void onAccept(ServiceCall call) {
        events.add("accept");
        call.select(wait);
    }

    @Override
    public void onReceive(ServiceCall call) {
        StringBuilder text = new StringBuilder();
        for (int c = call.read(); c >= 0; c = call.read()) {
            text.append((char) c);
        }
        events.add("receive " + text);
        call.send(answer);
        if (closes) {
            call.close();
        } else {
            call.select(wait);
        }
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        events.add("timeout");
        call.close();
    }

    @Override
    public void onClose(ServiceCall call) {
        events.add("close");
        call.close();
    }
}
