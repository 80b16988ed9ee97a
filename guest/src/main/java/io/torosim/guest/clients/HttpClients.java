package io.torosim.guest.clients;

import io.torosim.core.event.EventHandler;
import io.torosim.core.machine.Machine;
import io.torosim.core.random.SimRandom;
import io.torosim.core.trace.TraceKind;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.load.TrafficLog;
import io.torosim.guest.net.NetworkCard;
import io.torosim.guest.net.Packet;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import java.util.List;

/**
 * Clients that each fetch one page over a connection of its own, HTTP/1.0 as {@code ab} does it: SYN; after the SYN|ACK an
 * ACK and the GET; an ACK for the response; after the guest's FIN their own. Between hearing something and answering, the
 * client and the wire take half of {@code load.client_think}, give or take 20 %: a Linux guest leaves two such turns in a
 * row, a Toro guest three.
 *
 * <p>It knows when there was traffic: from the first SYN to the last FIN of requests that overlap or follow each other
 * within 20 ms.
 */
public final class HttpClients implements RequestPort {
    private static final int OP_SEND = 0;

    private final Machine machine;
    private final NetworkCard card;
    private final SimRandom random;
    private final long turnPs;
    private final Int2LongOpenHashMap startedPs = new Int2LongOpenHashMap();
    private final TrafficLog traffic = new TrafficLog();
    private final EventHandler handler = this::onEvent;
    private Runnable onDone = () -> {};
    private int nextConnection = 1;
    private long doneCount;
    private long latencySumPs;

    /** Creates clients at the far end of {@code card}. */
    public HttpClients(Machine machine, NetworkCard card) {
        this.machine = machine;
        this.card = card;
        this.random = machine.randoms().stream("client");
        this.turnPs = machine.spec().costs().ps("load.client_think") / 2;
        card.connect(this::onFrame);
    }

    @Override
    public void onAnswer(Runnable listener) {
        onDone = listener;
    }

    @Override
    public void request() {
        int connection = nextConnection++;
        long nowPs = machine.simulation().nowPs();
        startedPs.put(connection, nowPs);
        traffic.note(nowPs);
        card.arrive(Packet.of(connection, Packet.Kind.SYN));
    }

    /** Returns a turn of client and wire: half of the think time, give or take 20 %. */
    @Override
    public long turnPs() {
        return turnPs * 4 / 5 + random.nextLong(turnPs * 2 / 5 + 1);
    }

    @Override
    public long startedCount() {
        return nextConnection - 1;
    }

    @Override
    public long doneCount() {
        return doneCount;
    }

    /** Returns the mean time from SYN to the guest's FIN in picoseconds, 0 before the first. */
    public long meanLatencyPs() {
        return doneCount == 0 ? 0 : latencySumPs / doneCount;
    }

    @Override
    public List<long[]> traffic() {
        return traffic.stretches();
    }

    private void onFrame(long packet) {
        int connection = Packet.connection(packet);
        switch (Packet.kind(packet)) {
            case SYN_ACK -> {
                long delay = turnPs();
                send(delay, connection, Packet.Kind.ACK);
                send(delay, connection, Packet.Kind.GET);
            }
            case RESPONSE -> send(turnPs(), connection, Packet.Kind.ACK);
            case FIN -> {
                long started = startedPs.remove(connection);
                long nowPs = machine.simulation().nowPs();
                doneCount++;
                latencySumPs += nowPs - started;
                traffic.note(nowPs);
                machine.trace().emit(nowPs, -1, TraceKind.REQUEST_DONE, connection, nowPs - started);
                send(turnPs(), connection, Packet.Kind.FIN);
                onDone.run();
            }
            default -> {
                // an acknowledgement needs no answer
            }
        }
    }

    private void send(long delayPs, int connection, Packet.Kind kind) {
        machine.simulation()
                .at(
                        machine.simulation().nowPs() + delayPs,
                        Machine.DEVICE_PRIORITY,
                        handler,
                        OP_SEND,
                        Packet.of(connection, kind));
    }

    private void onEvent(int op, long packet) {
        traffic.note(machine.simulation().nowPs());
        card.arrive(packet);
    }
}
