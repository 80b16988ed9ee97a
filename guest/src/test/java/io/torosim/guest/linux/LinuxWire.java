package io.torosim.guest.linux;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.HttpLoad;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.remote.TcpConnection;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Linux guest, a wire and the host at the far end of it. */
final class LinuxWire {
    final Machine machine;
    final Link link;
    final RemoteHost host;
    final LinuxHttpGuest linux;
    HttpLoad load;

    LinuxWire(MachineSpec spec, LinkSpec wire, NetBackend backend, LinuxConfig config) {
        machine = Machine.create(spec);
        link = new Link(machine, wire);
        StackAddresses addresses = StackAddresses.examples();
        host = new RemoteHost(machine, link, addresses.gateway(), addresses.gateway());
        linux = LinuxHttpGuest.start(machine, new QemuProcess(machine), backend, link, addresses.ip(), config);
    }

    LinuxWire(LinuxConfig config, int vcpus) {
        this(MachineSpec.builder().vcpus(vcpus).build(), LinkSpec.perfect(), NetBackend.VHOST, config);
    }

    /** Under the load of so many clients, that never ends. */
    LinuxWire loaded(int clients) {
        load = load(Long.MAX_VALUE, clients);
        return this;
    }

    /** A closed loop of clients. */
    HttpLoad load(long requests, int clients) {
        return load(HttpLoadSpec.closed("/", requests, clients));
    }

    HttpLoad load(HttpLoadSpec spec) {
        return new HttpLoad(host, spec, GuestNic.MAC, StackAddresses.examples().ip(), LinuxHttpGuest.PORT);
    }

    /** A connection that asks for {@code request}, cut into pieces that are sent one by one. */
    Asked ask(String... pieces) {
        Asked asked = new Asked(pieces);
        connect(asked);
        return asked;
    }

    /** The same with what is asked already. */
    void connect(Asked asked) {
        host.connect(GuestNic.MAC, StackAddresses.examples().ip(), LinuxHttpGuest.PORT, asked);
    }

    RunResult run(long millis) {
        return machine.runUntil(Duration.ofMillis(millis));
    }

    /** What came of a request. */
    static final class Asked implements TcpConnection.Owner {
        private final List<byte[]> pieces = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        int closed;
        String failure = "";

        Asked(String... pieces) {
            for (String piece : pieces) {
                this.pieces.add(piece.getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        @Override
        public byte[] onOpen(TcpConnection connection) {
            return pieces.isEmpty() ? new byte[0] : pieces.remove(0);
        }

        /** Sends the next piece, when everything before is acknowledged. */
        void more(TcpConnection connection) {
            connection.sendLater(pieces.remove(0));
        }

        @Override
        public void onData(TcpConnection connection, byte[] from, int offset, int bytes) {
            text.append(new String(from, offset, bytes, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void onPeerClosed(TcpConnection connection) {
            closed++;
        }

        @Override
        public void onFailed(TcpConnection connection, String reason) {
            failure = reason;
        }

        String answer() {
            return text.toString();
        }
    }
}
