package io.torosim.guest.code;

import io.torosim.core.cost.CostModel;
import io.torosim.guest.code.CodeCosts.Routine;

/**
 * Runs the compiled routine that stands for a {@link Routine}, on memory laid out as it expects: so many units, and the result
 * checked. The offsets are those of the records in routines.pas under natural alignment.
 *
 * <p>The code is a {@link Listing}, executed by a {@link CodeMachine} and timed by a {@link Pipeline}; {@link CodeCosts} makes of it what a routine
 * costs at each level.
 */
final class RoutineRun {
    private static final long A = 0x2000;
    private static final long B = 0x8000;
    private static final long C = 0xc000;
    private static final int MEMORY_BYTES = 0x10000;
    private static final int SOCKET_STATE = 12;
    private static final int SOCKET_SEQUENCE = 16;
    private static final int SOCKET_BUFFER = 32;
    private static final int SOCKET_READER = 40;
    private static final int SOCKET_LENGTH = 48;
    private static final int SOCKET_EVENT = 52;
    private static final int SOCKET_TIMEOUT = 56;
    private static final int HEAP_LISTS = 1024;
    private static final int CARD_QUEUE_SIZE = 28;
    private static final int CARD_LENGTHS = 32;
    private static final int PACKET_DATA = 8;
    private static final int TRANSMITTING = 3;

    private final Listing listing;
    private final CostModel model;

    RoutineRun(Listing listing, CostModel model) {
        this.listing = listing;
        this.model = model;
    }

    /** What a run came to. */
    record Cost(long milliCycles, long instructions, long memoryAccesses, long callsAndReturns) {}

    /** Runs {@code units} of a routine; throws {@link IllegalStateException} if its result is wrong. */
    Cost run(Routine routine, int units) {
        CodeMachine machine = new CodeMachine(listing, model, MEMORY_BYTES);
        machine.helper("write_port", m -> {});
        boolean right = execute(machine, routine, units);
        if (!right) {
            throw new IllegalStateException(routine + ": wrong result for " + units + " units");
        }
        Pipeline pipeline = machine.pipeline();
        return new Cost(pipeline.milliCycles(), pipeline.instructions(), pipeline.memoryAccesses(), pipeline.calls());
    }

    private static boolean execute(CodeMachine m, Routine routine, int n) {
        return switch (routine) {
            case COPY_BYTES -> copy(m, n);
            case FILL_DWORDS -> fill(m, n);
            case CHECKSUM -> checksum(m, n);
            case LIST_SEARCH -> search(m, n);
            case ALLOCATE -> allocate(m);
            case RECEIVE_FRAME -> receive(m);
            case DISPATCH_PACKET -> dispatch(m);
            case TCP_INPUT -> tcpInput(m);
            case TCP_OUTPUT -> tcpOutput(m);
            case VISIT_SOCKET -> visit(m);
            case SOCKET_CALL -> select(m);
            case RECEIVE_BYTE -> receiveByte(m);
            case PARSE_BYTES -> parse(m, n);
            case CONCATENATE -> concatenate(m, n);
            case FORMAT_CHARACTERS -> format(m, n);
        };
    }

    private static boolean copy(CodeMachine m, int n) {
        pattern(m, A, n);
        m.call("COPYBYTES", A, B, n);
        return same(m, A, B, n);
    }

    private static void pattern(CodeMachine m, long at, int n) {
        for (int i = 0; i < n; i++) {
            m.store(at + i, 1, 1 + i % 250);
        }
    }

    private static boolean same(CodeMachine m, long a, long b, int n) {
        for (int i = 0; i < n; i++) {
            if (m.load(a + i, 1) != m.load(b + i, 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean fill(CodeMachine m, int n) {
        m.call("FILLDWORDS", A, n, 0x07200720);
        return n == 0 || m.load(A + 4L * (n - 1), 4) == 0x07200720 && m.load(A + 4L * n, 4) == 0;
    }

    private static boolean checksum(CodeMachine m, int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            m.store(A + 2L * i, 2, 40_000 + i);
            sum += 40_000 + i;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (m.call("CHECKSUM", A, 2L * n) & 0xffff) == (~sum & 0xffff);
    }

    private static boolean search(CodeMachine m, int n) {
        for (int i = 0; i <= n; i++) {
            m.store(A + 16L * i, 4, i);
            m.store(A + 16L * i + 8, 8, i == n ? 0 : A + 16L * (i + 1));
        }
        return m.call("LISTSEARCH", A, n) == A + 16L * n;
    }

    private static boolean allocate(CodeMachine m) {
        m.store(A + 64 / 8, 1, 5);
        long list = A + HEAP_LISTS + 24 * 5;
        m.store(list, 4, 3);
        m.store(list + 16, 8, B);
        m.store(B + 16, 8, C);
        return m.call("GETMEMORY", A, 64) == C && m.load(list, 4) == 2;
    }

    private static boolean receive(CodeMachine m) {
        m.store(A + CARD_QUEUE_SIZE, 2, 256);
        m.store(A + CARD_LENGTHS, 4, 76);
        m.call("RECEIVEFRAME", A, B);
        return m.load(A, 8) == B && m.load(B, 4) == 66;
    }

    private static boolean dispatch(CodeMachine m) {
        m.store(A, 8, B);
        m.store(B + PACKET_DATA, 8, C);
        m.store(C + 12, 2, 0x0008);
        m.store(C + 23, 1, 6);
        m.store(C + 47, 1, 16);
        return m.call("DISPATCHPACKET", A) == 3;
    }

    private static void socket(CodeMachine m) {
        m.store(A + SOCKET_STATE, 4, TRANSMITTING);
        m.store(A + SOCKET_SEQUENCE, 4, 301);
        m.store(A + SOCKET_BUFFER, 8, B);
        m.store(A + SOCKET_READER, 8, B);
    }

    private static boolean tcpInput(CodeMachine m) {
        socket(m);
        m.store(C + 16, 2, 0x6400); // 100 bytes, in network order
        m.store(C + 42, 4, Integer.reverseBytes(301));
        m.store(C + 47, 1, 24);
        m.call("TCPINPUT", A, C, 100);
        return m.load(A + SOCKET_EVENT, 4) == 2 && m.load(A + SOCKET_LENGTH, 4) == 60;
    }

    private static boolean tcpOutput(CodeMachine m) {
        socket(m);
        m.call("TCPOUTPUT", A, C, 25, 24);
        return m.load(C + 38, 4) == (Integer.reverseBytes(301) & 0xffff_ffffL) && m.load(C + 47, 1) == 24;
    }

    private static boolean visit(CodeMachine m) {
        socket(m);
        m.store(A + SOCKET_TIMEOUT, 8, 1_000_000);
        return m.call("VISITSOCKET", A, 5) == 0;
    }

    private static boolean select(CodeMachine m) {
        socket(m);
        return (m.call("SOCKETSELECT", A, 20_000, 7) & 1) == 0
                && m.load(A + SOCKET_TIMEOUT, 8) == 7 + 20_000L * 2_393_000;
    }

    private static boolean receiveByte(CodeMachine m) {
        socket(m);
        m.store(A + SOCKET_LENGTH, 4, 80);
        m.store(B, 1, 71);
        return m.call("RECEIVEBYTE", A, C, 1) == 1 && m.load(C, 1) == 71 && m.load(A + SOCKET_READER, 8) == B + 1;
    }

    private static boolean parse(CodeMachine m, int n) {
        for (int i = 0; i < n; i++) {
            m.store(A + i, 1, 97);
        }
        return m.call("PARSEBYTES", A, B, n) == n;
    }

    private static boolean concatenate(CodeMachine m, int n) {
        pattern(m, A, n / 2);
        pattern(m, B, n - n / 2);
        m.call("CONCATENATE", A, B, C);
        return same(m, A, C, n / 2) && same(m, B, C + n / 2, n - n / 2);
    }

    private static boolean format(CodeMachine m, int n) {
        for (int i = 0; i < n; i++) {
            m.store(B + i, 1, 97);
        }
        m.call("PUTCHARACTERS", A, B, n);
        return n == 0 || m.load(A + 24 * 160 + 2L * (n - 1), 1) == 97;
    }
}
