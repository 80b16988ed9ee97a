package io.torosim.guest.linux;

import io.torosim.core.machine.Vcpu;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A process of the web server: takes requests one by one, works on each, sends the response and closes. */
final class WebWorker extends LinuxTask {
    private final TcpServer server;
    private final long servePs;
    private final ArrayDeque<ServerConnection> requests = new ArrayDeque<>();
    /** What it serves; null between requests. */
    private @Nullable ServerConnection connection;

    private boolean answered;
    private long leftPs;

    WebWorker(int number, LinuxCosts costs, TcpServer server) {
        super("worker" + number, 0);
        this.server = server;
        this.servePs = costs.servePs;
    }

    void request(ServerConnection asked) {
        requests.add(asked);
    }

    @Override
    long work() {
        if (connection == null) {
            connection = requests.poll();
            if (connection == null) {
                return BLOCK;
            }
            leftPs = servePs - cpu.takeOwed(servePs);
            answered = false;
        }
        return leftPs;
    }

    @Override
    void worked(long ps) {
        leftPs -= ps;
    }

    @Override
    void act(Vcpu vcpu) {
        ServerConnection served = Objects.requireNonNull(connection, "no request is served");
        if (answered) {
            server.close(served);
            connection = null;
        } else {
            server.answer(served);
            answered = true;
        }
        cpu.transmitIfDue(true);
    }
}
