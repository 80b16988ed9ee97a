package io.torosim.guest.stack;

import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.code.CodeCosts.Routine;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a callback of a service does, in order. Reading is immediate, since only the packet thread adds data and it cannot
 * run meanwhile; everything else is done by the service's thread, one after the other, once the callback has returned. The object is used
 * again for the next callback: a call that comes later is an {@link IllegalStateException}.
 */
public final class ServiceCall {
    // what is to be done: kinds
    static final int WORK = 0;
    static final int PRINT = 1;
    static final int SEND = 2;
    static final int SELECT = 3;
    static final int CLOSE = 4;
    static final int CONNECT = 5;
    static final int RUN = 6;
    /** Calls of the allocator, which disables interrupts. */
    static final int ALLOCATE = 7;

    private static final String[] ROUTINES = {
        "the service's own work",
        "PrintK",
        "SysSocketSend",
        "SysSocketSelect",
        "SysSocketClose",
        "SysSocketConnect",
        "",
        "ToroGetMem"
    };

    private final CodeCosts code;
    private int[] kinds = new int[8];
    private long[] numbers = new long[8];
    private @Nullable Object[] objects = new Object[8];
    private int count;
    private int at;
    private @Nullable TcpSocket socket;
    private boolean open;
    private int reads;

    ServiceCall(CodeCosts code) {
        this.code = code;
    }

    // ---- for the service's thread

    /** A callback begins, for one connection; null where there is none. */
    void begin(@Nullable TcpSocket newSocket) {
        socket = newSocket;
        Arrays.fill(objects, 0, count, null);
        count = 0;
        at = -1;
        open = true;
    }

    /** The callback has returned. */
    void end() {
        chargeReads();
        open = false;
    }

    /** Returns the routine that does what {@link #advance} has gone to; empty if it has gone past everything. */
    String routine() {
        return at < 0 || at >= count ? "" : ROUTINES[kinds[at]];
    }

    /** Goes to the next thing that is to be done; false if there is none. */
    boolean advance() {
        return ++at < count;
    }

    int kind() {
        return kinds[at];
    }

    long number() {
        return numbers[at];
    }

    Object object() {
        return objects[at];
    }

    int ip() {
        return (int) (numbers[at] >>> 16);
    }

    int port() {
        return (int) numbers[at] & 0xffff;
    }

    @SuppressWarnings("unchecked") // connect puts it there
    Consumer<Optional<TcpSocket>> begun() {
        return (Consumer<Optional<TcpSocket>>) objects[at];
    }

    private void add(int kind, long number, @Nullable Object object) {
        if (!open) {
            throw new IllegalStateException("the callback has returned: what it does must be said before");
        }
        chargeReads();
        put(kind, number, object);
    }

    private void put(int kind, long number, @Nullable Object object) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * count);
            numbers = Arrays.copyOf(numbers, 2 * count);
            objects = Arrays.copyOf(objects, 2 * count);
        }
        kinds[count] = kind;
        numbers[count] = number;
        objects[count] = object;
        count++;
    }

    /** One step for all bytes read one after the other. */
    private void chargeReads() {
        if (reads > 0) {
            long ps = reads * code.ps(Routine.RECEIVE_BYTE, 1);
            reads = 0;
            put(WORK, ps, null);
        }
    }

    // ---- for the callback

    /**
     * Returns the connection.
     *
     * @throws IllegalStateException in {@link ServiceHandler#onInit}, which has none; so do all calls that work on it
     */
    public TcpSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("onInit has no connection: connect opens one");
        }
        return socket;
    }

    /** Reads one byte ({@code SysSocketRecv} of 1), or returns -1 if there is none. */
    public int read() {
        reads++;
        return socket().read();
    }

    /** Charges {@code units} of a routine's work. */
    public void charge(Routine routine, long units) {
        add(routine == Routine.ALLOCATE ? ALLOCATE : WORK, code.ps(routine, units), null);
    }

    /** Prints a line on the console. */
    public void print(String format) {
        add(PRINT, 0, format);
    }

    /** {@code SysSocketSend}: cuts {@code data} into segments, which the dispatcher sends. */
    public void send(byte[] data) {
        socket();
        add(SEND, 0, data);
    }

    /** {@code SysSocketSelect}: what is there is dispatched at once, else the wait ends after {@code time}. */
    public void select(Duration time) {
        socket();
        add(SELECT, Picos.of(time), null);
    }

    /** {@code SysSocketClose}. */
    public void close() {
        socket();
        add(CLOSE, 0, null);
    }

    /**
     * {@code SysSocketConnect}: opens a connection from a free local port, 10,000 or above. How that ends is told by {@link
     * ServiceHandler#onConnect} or {@link ServiceHandler#onConnectFail}; for as long as the hardware address is not known, and 50 ms
     * after the SYN, neither comes.
     *
     * @param ip the peer's address
     * @param port the peer's port, in [1, 65535]
     * @param begun takes the connection, to which the service may add something of its own, or nothing if no local port is free
     */
    public void connect(int ip, int port, Consumer<Optional<TcpSocket>> begun) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be in [1, 65535], port=" + port);
        }
        add(CONNECT, (long) ip << 16 | port, begun);
    }

    /** Does something of the service's own, which takes no time. */
    public void run(Runnable effect) {
        add(RUN, 0, effect);
    }
}
