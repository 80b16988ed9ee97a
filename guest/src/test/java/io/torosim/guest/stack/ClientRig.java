package io.torosim.guest.stack;

import io.torosim.core.defect.Defects;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Arp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A guest whose one service opens connections, one after the other, sends "ask" and closes when it is answered. */
final class ClientRig implements ServiceHandler {
    static final int SERVER = Ipv4.address(192, 100, 200, 1);
    static final int PORT = 7;

    final Machine machine;
    final Link link;
    final List<byte[]> out = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final ToroStack stack;
    final ToroKernel kernel;
    /** Null if the far end is the test. */
    final RemoteHost host;

    private int left;

    ClientRig(
            ToroQuirks kernelQuirks,
            Set<NetworkQuirk> quirks,
            LinkSpec wire,
            long seed,
            int connections,
            boolean byHand) {
        machine = Machine.create(MachineSpec.builder().vcpus(1).seed(seed).build());
        link = new Link(machine, wire);
        left = connections;
        kernel = ToroKernel.boot(machine, KernelConfig.defaults().withQuirks(kernelQuirks));
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
        if (byHand) {
            host = null;
            link.connectFarEnd(out::add);
        } else {
            host = new RemoteHost(machine, link, SERVER, 0);
        }
        kernel.spawn(0, "main", GuestProgram.loop(Step.suspend()));
        kernel.spawn(0, "packets", StackPrograms.packets(stack));
        kernel.spawn(0, "service", StackPrograms.service(stack, this));
    }

    /** A stack of 2018 but for what is repaired, on a repaired kernel, whose far end is the test; the SYN of its first connection has left. */
    static ClientRig without(NetworkQuirk... repaired) {
        EnumSet<NetworkQuirk> quirks = EnumSet.allOf(NetworkQuirk.class);
        quirks.removeAll(List.of(repaired));
        ClientRig rig = new ClientRig(ToroQuirks.repaired(), quirks, LinkSpec.perfect(), 1, 1, true);
        rig.runUntil(1);
        rig.link.toGuest(Arp.reply(rig.out.get(0), RemoteHost.MAC));
        rig.runUntil(51);
        return rig;
    }

    void runUntil(long millis) {
        machine.runUntil(Duration.ofMillis(millis));
    }

    /** Returns flags and sequence numbers of the TCP segments that the guest has sent. */
    List<String> sent() {
        return out.stream()
                .filter(Tcp::isWhole)
                .map(f -> Tcp.flagText(Tcp.flags(f)) + " " + Tcp.sequence(f))
                .toList();
    }

    /** Sends a segment to the guest's first port, and lets it work for a millisecond. */
    void answer(int flags, int sequence, int acknowledgement, String data) {
        link.toGuest(Tcp.segment(
                new Tcp.Ends(RemoteHost.MAC, GuestNic.MAC, SERVER, StackRig.SERVER, PORT, 10_000),
                flags,
                sequence,
                acknowledgement,
                29_200,
                data.getBytes(StandardCharsets.US_ASCII)));
        machine.runUntil(Duration.ofNanos(machine.simulation().nowPs() / 1000).plusMillis(1));
    }

    /** Returns how often {@code event} has happened. */
    long count(String event) {
        return events.stream().filter(event::equals).count();
    }

    private void next(ServiceCall call) {
        if (left > 0) {
            left--;
            call.connect(SERVER, PORT, socket -> events.add(socket.isPresent() ? "begin" : "no port"));
        }
    }

    @Override
    public int port() {
        return 0;
    }

    @Override
    public int backlog() {
        return 0;
    }

    @Override
    public void onInit(ServiceCall call) {
        next(call);
    }

    @Override
    public void onAccept(ServiceCall call) {
        throw new AssertionError("nobody may connect");
    }

    @Override
    public void onConnect(ServiceCall call) {
        events.add("open");
        call.send("ask".getBytes(StandardCharsets.US_ASCII));
        call.select(Duration.ofSeconds(20));
    }

    @Override
    public void onConnectFail(ServiceCall call) {
        events.add("fail");
        next(call);
    }

    @Override
    public void onReceive(ServiceCall call) {
        StringBuilder text = new StringBuilder();
        for (int c = call.read(); c >= 0; c = call.read()) {
            text.append((char) c);
        }
        events.add("receive " + text);
        call.close();
        next(call);
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        events.add("timeout");
    }

    @Override
    public void onClose(ServiceCall call) {
        events.add("close");
        call.close();
    }
}
