package io.torosim.guest.stack;

import io.torosim.core.time.Picos;
import java.util.Arrays;

/**
 * The end of a service's list of connections as far as it is known to be idle: nothing to tell, nothing to send, no deadline soon. A pass goes
 * over all of it at once as far as nothing can come between, so that the cost of a request does not grow with the connections that are only
 * open. New connections come in front of it; a connection that something happens to leaves it, together with those in front.
 *
 * <p>Only the simulator knows it: to the guest each visit is a step, whose time and events are the same.
 */
final class IdleTail {
    private static final int FEW = 16;

    /** Its connections from the last of the list forward: {@link TcpSocket#tailIndex} is the place here. */
    private TcpSocket[] sockets = new TcpSocket[2 * FEW];

    private int count;
    private long earliestPs = Picos.NEVER;
    /** The idle connections just visited, one after the other, in the order of the list. */
    private TcpSocket[] run = new TcpSocket[FEW];

    private int runCount;

    /** Returns how many connections from {@code socket} to the end are known to be idle, 0 if it is not of the tail. */
    int remaining(TcpSocket socket) {
        int index = socket.tailIndex;
        return index < count && sockets[index] == socket ? index + 1 : 0;
    }

    /** Returns the connection {@code visits} behind {@code socket}, which is of the tail. */
    TcpSocket behind(TcpSocket socket, int visits) {
        return sockets[socket.tailIndex - visits];
    }

    /** Returns a time before which no deadline of the tail lies. */
    long earliestPs() {
        return earliestPs;
    }

    /** A deadline of the tail may be near: which of its connections are idle is found out anew. */
    void forget() {
        count = 0;
        runCount = 0;
    }

    /** Something happens to a connection, or it leaves the list. */
    void touched(TcpSocket socket) {
        runCount = 0;
        if (remaining(socket) > 0) {
            count = socket.tailIndex;
        }
    }

    /** A pass begins. */
    void passBegins() {
        runCount = 0;
    }

    /** A visit, step by step, has found a connection idle. */
    void visitedIdle(TcpSocket socket) {
        if (remaining(socket) > 0) {
            return;
        }
        if (runCount == run.length) {
            run = Arrays.copyOf(run, 2 * runCount);
        }
        run[runCount++] = socket;
        if (socket.next == null) {
            count = 0;
            if (runCount >= FEW) {
                earliestPs = Picos.NEVER;
                append();
            }
            runCount = 0;
        } else if (runCount >= FEW && remaining(socket.next) == count && count > 0) {
            append();
            runCount = 0;
        }
    }

    private void append() {
        if (count + runCount > sockets.length) {
            sockets = Arrays.copyOf(sockets, 2 * (count + runCount));
        }
        for (int i = runCount - 1; i >= 0; i--) {
            TcpSocket socket = run[i];
            socket.tailIndex = count;
            earliestPs = Math.min(earliestPs, socket.deadlinePs);
            sockets[count++] = socket;
        }
    }
}
