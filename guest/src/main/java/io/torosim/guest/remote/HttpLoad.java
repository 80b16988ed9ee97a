package io.torosim.guest.remote;

import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.core.stats.LatencyHistogram;
import io.torosim.core.time.Picos;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.guest.load.HttpLoadSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.0 requests to a guest, each over a connection of its own: a closed loop as {@code ab -n REQUESTS -c CONCURRENCY} makes
 * them, or an open one at exponential distances whatever the guest does. A request is answered when the server has closed
 * and every byte before has come; one that takes longer than its limit has failed ({@code ab -s}).
 *
 * <p>{@link HttpLoadSpec} says what is asked for; a request is a {@link TcpConnection} of a {@link RemoteHost}, its time goes into a
 * {@link LatencyHistogram}.
 */
public final class HttpLoad {
    private static final byte[] NOTHING = {};

    private final RemoteHost host;
    private final HttpLoadSpec spec;
    private final long serverMac;
    private final int serverIp;
    private final int serverPort;
    private final byte[] request;
    private final SimRandom arrivals;
    private final LatencyHistogram latency = new LatencyHistogram();
    private final Map<String, Long> failures = new TreeMap<>();
    private long started;
    private long answered;
    private long bytesReceived;
    private long lastDonePs;
    private byte @Nullable [] firstAnswer;
    /** Requests that are over, with their connections, for further ones. */
    private final ArrayDeque<Request> spare = new ArrayDeque<>();

    private final EventHandler next = (op, arg) -> begin();
    private final long limitPs;

    /** Lays out the load and schedules its beginning. */
    public HttpLoad(RemoteHost host, HttpLoadSpec spec, long serverMac, int serverIp, int serverPort) {
        this.host = host;
        this.spec = spec;
        this.serverMac = serverMac;
        this.serverIp = serverIp;
        this.serverPort = serverPort;
        this.limitPs = Picos.of(spec.limit());
        this.request = ("GET " + spec.path() + " HTTP/1.0\r\nHost: 192.100.200.100\r\nUser-Agent: ApacheBench/2.3\r\n"
                        + "Accept: */*\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        this.arrivals = host.machine().randoms().stream("arrivals");
        if (spec.requests() == 0) {
            return;
        }
        host.later(Picos.of(spec.start()), () -> {
            if (spec.perSecond() > 0) {
                arrive();
            } else {
                for (int i = 0; i < spec.concurrency(); i++) {
                    begin();
                }
            }
        });
    }

    private void arrive() {
        if (started < spec.requests()) {
            begin();
            host.later(arrivals.nextExponential(Picos.PER_SECOND / spec.perSecond()), this::arrive);
        }
    }

    private void begin() {
        if (started < spec.requests()) {
            started++;
            Request free = spare.isEmpty() ? new Request() : spare.pop();
            free.begin();
        }
    }

    /** One request. */
    private final class Request implements TcpConnection.Owner, EventHandler {
        private final TcpConnection connection = new TcpConnection(host, this, () -> spare.push(this));
        /** What has come of the answer, if it may be the first. */
        private byte[] answer = NOTHING;

        private boolean over;
        private long limit;

        void begin() {
            answer = NOTHING;
            over = false;
            limit = Simulation.NO_HANDLE;
            host.connect(connection, serverMac, serverIp, serverPort);
        }

        @Override
        public byte[] onOpen(TcpConnection self) {
            limit = host.later(limitPs, this, 0);
            return request;
        }

        /** It has taken too long. */
        @Override
        public void onEvent(int op, long arg) {
            if (!over) {
                connection.abort();
                end("timed out");
            }
        }

        @Override
        public void onData(TcpConnection self, byte[] from, int offset, int bytes) {
            bytesReceived += bytes;
            if (firstAnswer == null) {
                int before = answer.length;
                answer = Arrays.copyOf(answer, before + bytes);
                System.arraycopy(from, offset, answer, before, bytes);
            }
        }

        @Override
        public void onPeerClosed(TcpConnection self) {
            end(null);
        }

        @Override
        public void onFailed(TcpConnection self, String reason) {
            end(reason);
        }

        private void end(@Nullable String failure) {
            if (over) {
                return;
            }
            over = true;
            host.forget(limit);
            long nowPs = host.nowPs();
            lastDonePs = nowPs;
            if (failure == null) {
                answered++;
                latency.record(nowPs - connection.openedPs());
                host.machine()
                        .trace()
                        .emit(nowPs, -1, TraceKind.REQUEST_DONE, connection.port(), nowPs - connection.openedPs());
                if (firstAnswer == null) {
                    firstAnswer = answer;
                }
            } else {
                failures.merge(failure, 1L, Long::sum);
            }
            if (spec.perSecond() == 0) {
                host.later(host.turnPs(), next, 0);
            }
        }
    }

    /** Returns how many requests were begun. */
    public long started() {
        return started;
    }

    /** Returns how many were answered. */
    public long answered() {
        return answered;
    }

    /** Returns how many came to nothing, by reason. */
    public Map<String, Long> failures() {
        return Collections.unmodifiableMap(failures);
    }

    /** Returns bytes of answers received. */
    public long bytesReceived() {
        return bytesReceived;
    }

    /** Returns the times from SYN to the server's FIN, in picoseconds. */
    public LatencyHistogram latency() {
        return latency;
    }

    /** Returns when the last request was over, in picoseconds; 0 before. */
    public long lastDonePs() {
        return lastDonePs;
    }

    /** Returns whether all requests are over. */
    public boolean isOver() {
        long failed = failures.values().stream().mapToLong(Long::longValue).sum();
        return answered + failed == spec.requests();
    }

    /** Returns the bytes of the first answer, null before it. */
    public byte @Nullable [] firstAnswer() {
        return firstAnswer == null ? null : firstAnswer.clone();
    }
}
