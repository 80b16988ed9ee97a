package io.torosim.guest.run;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.remote.TcpConnection;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import java.nio.charset.StandardCharsets;

/**
 * Clients at the far end of a guest's wire that each fetch one page over a connection of its own, HTTP/1.0 as {@code ab} does it. A request is
 * over when the server has closed and every byte before has come, or when it has failed: after 30 s, as {@code ab -s 30} says, or refused.
 *
 * <p>There is traffic from the first SYN to the last FIN of requests that overlap or follow each other within 20 ms.
 */
final class WebClients extends FarEnd {
    private static final long LIMIT_PS = 30 * Picos.PER_SECOND;
    private static final String ANSWERED = "";
    private static final byte[] REQUEST =
            "GET / HTTP/1.0\r\nHost: 192.100.200.100\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final RemoteHost host;
    private final int serverIp = StackAddresses.examples().ip();
    private final int serverPort;

    /**
     * Clients of a guest that brings none along.
     *
     * @param host where they are
     * @param link the wire between them and the guest
     * @param serverPort the port on which the guest serves
     */
    WebClients(Machine machine, RemoteHost host, Link link, int serverPort, Served served) {
        super(machine, link, served);
        this.host = host;
        this.serverPort = serverPort;
    }

    @Override
    public void request() {
        begins();
        host.connect(GuestNic.MAC, serverIp, serverPort, new Request());
    }

    @Override
    public long turnPs() {
        return host.turnPs();
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
            over("timed out");
        }

        @Override
        public void onData(TcpConnection from, byte[] frame, int offset, int length) {
            receives(length);
        }

        @Override
        public void onPeerClosed(TcpConnection by) {
            over(ANSWERED);
        }

        @Override
        public void onFailed(TcpConnection which, String reason) {
            connection = which;
            over(reason);
        }

        private void over(String failure) {
            if (over) {
                return;
            }
            over = true;
            machine.simulation().cancel(limit);
            if (failure.equals(ANSWERED)) {
                isAnswered(connection.port(), connection.openedPs());
            } else {
                fails(failure);
            }
        }
    }
}
