package io.torosim.guest.linux;

import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import it.unimi.dsi.fastutil.ints.IntArrayFIFOQueue;

/** A process of the web server: takes requests one by one, works on each, sends the response and closes. */
final class WebWorker extends LinuxTask {
    private final LinuxCosts costs;
    private final NetworkCard card;
    private final IntArrayFIFOQueue requests = new IntArrayFIFOQueue();
    private long leftPs;
    private int repliesLeft;
    private int connection;

    WebWorker(int number, LinuxCosts costs, NetworkCard card) {
        super("worker" + number, 0);
        this.costs = costs;
        this.card = card;
    }

    void request(int connectionId) {
        requests.enqueue(connectionId);
    }

    @Override
    long work() {
        if (repliesLeft == 0) {
            if (requests.isEmpty()) {
                return BLOCK;
            }
            connection = requests.dequeueInt();
            leftPs = costs.servePs;
            repliesLeft = 2;
        }
        return leftPs;
    }

    @Override
    void worked(long ps) {
        leftPs -= ps;
    }

    @Override
    long act(Vcpu vcpu) {
        card.transmit(Packet.of(connection, repliesLeft == 2 ? Packet.Kind.RESPONSE : Packet.Kind.FIN));
        repliesLeft--;
        vcpu.exit(ExitCause.NOTIFY);
        return costs.kickPs;
    }
}
