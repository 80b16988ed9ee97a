package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceKind;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.load.WorkQueue.TrafficLog;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.remote.TcpConnection;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Clients at the far end of a guest's wire that each fetch one page over a connection of its own, HTTP/1.0 as {@code ab} does it. A request is
 * over when the server has closed and every byte before has come, or when it has failed: after 30 s, as {@code ab -s 30} says, or refused.
 *
 * <p>There is traffic from the first SYN to the last FIN of requests that overlap or follow each other within 20 ms.
 */
final class WebClients implements RequestPort, Wired {
    private static final long LIMIT_PS = 30 * Picos.PER_SECOND;
    private static final byte[] REQUEST =
            "GET / HTTP/1.0\r\nHost: 192.100.200.100\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** What a guest says of itself, whoever its clients are. */
    interface Served {
        /** Returns the most bytes of the kernel's heap that were in use; empty if there is none. */
        OptionalLong heapHighWaterBytes();

        /** Returns the bytes of frames that the driver of its card has copied; empty where nobody counts them. */
        OptionalLong bytesCopied();

        /** Returns the connections that it has now; empty if it has no network stack. */
        OptionalInt connections();
    }

    private final Served served;
    private final Machine machine;
    private final RemoteHost host;
    private final Link link;
    private final int serverIp = StackAddresses.examples().ip();
    private final int serverPort;
    private final TrafficLog traffic = new TrafficLog();
    private Runnable onDone = () -> {};
    private long started;
    private long answered;
    private long bytesReceived;

    /**
     * Clients of a guest that brings none along.
     *
     * @param host where they are
     * @param link the wire between them and the guest
     * @param serverPort the port on which the guest serves
     */
    WebClients(Machine machine, RemoteHost host, Link link, int serverPort, Served served) {
        this.served = served;
        this.machine = machine;
        this.host = host;
        this.link = link;
        this.serverPort = serverPort;
    }

    @Override
    public Optional<Link> wire() {
        return Optional.of(link);
    }

    @Override
    public void request() {
        started++;
        traffic.note(machine.simulation().nowPs());
        host.connect(GuestNic.MAC, serverIp, serverPort, new Request());
    }

    @Override
    public void onAnswer(Runnable listener) {
        onDone = listener;
    }

    @Override
    public long turnPs() {
        return host.turnPs();
    }

    @Override
    public long startedCount() {
        return started;
    }

    @Override
    public long doneCount() {
        return answered;
    }

    @Override
    public OptionalLong heapHighWaterBytes() {
        return served.heapHighWaterBytes();
    }

    @Override
    public OptionalLong bytesReceived() {
        return OptionalLong.of(bytesReceived);
    }

    @Override
    public OptionalLong bytesCopied() {
        return served.bytesCopied();
    }

    @Override
    public OptionalInt connections() {
        return served.connections();
    }

    @Override
    public List<long[]> traffic() {
        return traffic.stretches();
    }

    private final class Request implements TcpConnection.Owner, EventHandler {
        @SuppressWarnings("NullAway.Init") // begin comes first
        private TcpConnection connection;

        private boolean over;
        private long limit;

        @Override
        public byte[] onOpen(TcpConnection opened) {
            connection = opened;
            limit = machine.simulation().after(LIMIT_PS, this, 0, 0);
            return REQUEST;
        }

        /** The limit has passed. */
        @Override
        public void onEvent(int op, long arg) {
            connection.abort();
            over(false);
        }

        @Override
        public void onData(TcpConnection from, byte[] frame, int offset, int length) {
            bytesReceived += length;
            traffic.note(machine.simulation().nowPs());
        }

        @Override
        public void onPeerClosed(TcpConnection by) {
            over(true);
        }

        @Override
        public void onFailed(TcpConnection which, String reason) {
            connection = which;
            over(false);
        }

        private void over(boolean isAnswered) {
            if (over) {
                return;
            }
            over = true;
            machine.simulation().cancel(limit);
            long nowPs = machine.simulation().nowPs();
            traffic.note(nowPs);
            if (isAnswered) {
                answered++;
                long takenPs = nowPs - connection.openedPs();
                machine.trace().emit(nowPs, -1, TraceKind.REQUEST_DONE, connection.port(), takenPs);
            }
            onDone.run();
        }
    }
}
