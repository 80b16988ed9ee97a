package io.torosim.mem.trace;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.mem.trace.AllocationTrace.Kind;
import io.torosim.mem.trace.AllocationTrace.Op;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down the requests that Toro's 2018 code makes in three situations. No Toro image was executed: the order and sizes
 * of the requests are read off the source (Network.pas, VirtIONet.pas, Process.pas, Filesystem.pas, Fat.pas; record sizes
 * as compiled by Free Pascal), while arrival order, overlap, request lengths and life times are drawn from a seed and are
 * guesses. The shipped traces are the output for seed 2018, checked by a test.
 *
 * <p>What it writes is an {@link AllocationTrace}, which {@link AllocatorComparison} replays.
 */
public final class ToroWorkloads {
    /** The three situations. */
    public static final List<String> NAMES = List.of("http-serving", "thread-churn", "file-reading");

    private static final int THREAD_RECORD = 160;
    private static final int PRIVATE_HEAP = 131072;
    private static final int PACKET_RECORD = 32;
    private static final int SOCKET_RECORD = 168;
    private static final int WINDOW = 0x4000;
    private static final int MTU = 1200;
    private static final int CONTROL_PACKET = 54 + PACKET_RECORD;
    private static final int ARP_ENTRY = 24;

    private final SimRandom random;
    private final List<Op> ops = new ArrayList<>();
    private final ArrayDeque<Integer> freeIds = new ArrayDeque<>();
    private int nextId;

    private ToroWorkloads(String name, long seed) {
        this.random = new RandomStreams(seed).stream("trace." + name);
    }

    /**
     * Records one of {@link #NAMES}.
     *
     * @param units how many requests, threads or files are handled, in {@code [1, 100000]}
     */
    public static AllocationTrace record(String name, int units, long seed) {
        if (units < 1 || units > 100_000) {
            throw new IllegalArgumentException("units must be in [1, 100000], units=" + units);
        }
        ToroWorkloads w = new ToroWorkloads(name, seed);
        switch (name) {
            case "http-serving" -> w.httpServing(units);
            case "thread-churn" -> w.threadChurn(units);
            case "file-reading" -> w.fileReading(units);
            default -> throw new IllegalArgumentException("name must be one of " + NAMES + ", name=" + name);
        }
        return new AllocationTrace(name, 2, w.ops);
    }

    private int alloc(int cpu, long size) {
        int id = freeIds.isEmpty() ? nextId++ : freeIds.poll();
        ops.add(new Op(Kind.ALLOC, cpu, id, size));
        return id;
    }

    private void free(int cpu, int id) {
        ops.add(new Op(Kind.FREE, cpu, id, 0));
        freeIds.add(id);
    }

    private void realloc(int cpu, int id, long size) {
        ops.add(new Op(Kind.REALLOC, cpu, id, size));
    }

    private int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    // ---------------------------------------------------------------- HTTP (Network.pas, VirtIONet.pas, ToroHttp.pas)

    private static final class Connection {
        int socket;
        int window;
        int step;
        final ArrayDeque<int[]> segments = new ArrayDeque<>(); // packet and sender record
    }

    /** All on core 0: port tables and threads once, then connections of which up to 20 overlap; 1 in 100 leaks. */
    private void httpServing(int requests) {
        alloc(0, 160_000);
        alloc(0, 160_000);
        thread(0, 10_240);
        thread(0, 10_240);
        List<Connection> open = new ArrayList<>();
        int started = 0;
        while (started < requests || !open.isEmpty()) {
            if (started < requests && (open.isEmpty() || open.size() < 20 && random.nextInt(4) == 0)) {
                open.add(syn());
                started++;
                continue;
            }
            int index = random.nextInt(open.size());
            if (!advance(open.get(index))) {
                open.remove(index);
            }
        }
    }

    /** A received frame lives from the interrupt to the end of its processing. */
    private int received(int frameBytes) {
        return alloc(0, frameBytes + PACKET_RECORD);
    }

    /** A control packet is freed as soon as the driver has copied it. */
    private void sendControl() {
        free(0, alloc(0, CONTROL_PACKET));
    }

    private Connection syn() {
        int packet = received(60);
        Connection c = new Connection();
        c.socket = alloc(0, SOCKET_RECORD);
        c.window = alloc(0, WINDOW);
        if (random.nextInt(8) == 0) {
            alloc(0, ARP_ENTRY); // a client not seen before; entries are never freed
        }
        sendControl();
        free(0, packet);
        return c;
    }

    private boolean advance(Connection c) {
        switch (c.step) {
            case 0 -> {
                free(0, received(60)); // the client's ACK
                if (random.nextInt(100) == 0) {
                    return false; // the rest never comes: socket and window stay for ever
                }
                c.step = 1;
            }
            case 1 -> {
                int packet = received(between(80, 500)); // GET
                sendControl();
                free(0, packet);
                int line = alloc(0, between(20, 200)); // the request path, as the microservices keep it
                for (int rest = between(25, 6000); rest > 0; rest -= MTU) {
                    c.segments.add(new int[] {alloc(0, Math.min(rest, MTU) + 54 + PACKET_RECORD), alloc(0, 24)});
                }
                free(0, line);
                c.step = 2;
            }
            case 2 -> {
                int ack = received(60); // acknowledges the segment in flight
                int[] segment = c.segments.poll();
                free(0, segment[0]);
                free(0, segment[1]);
                free(0, ack);
                if (c.segments.isEmpty()) {
                    sendControl(); // FIN
                    c.step = 3;
                }
            }
            default -> {
                int fin = received(60);
                sendControl();
                free(0, c.window);
                free(0, c.socket);
                free(0, fin);
                return false;
            }
        }
        return true;
    }

    // ---------------------------------------------------------------- threads (Process.pas:ThreadCreate, ThreadExit)

    /** The four requests of ThreadCreate. */
    private int[] thread(int cpu, int stackBytes) {
        return new int[] {alloc(cpu, THREAD_RECORD), alloc(cpu, stackBytes), alloc(cpu, 512), alloc(cpu, PRIVATE_HEAP)};
    }

    private record Running(int cpu, int[] blocks, List<Integer> buffers) {}

    /** Two cores, up to 48 threads alive; each works with a few buffers, some of which the other core frees. */
    private void threadChurn(int threads) {
        List<Running> alive = new ArrayList<>();
        int[] stacks = {4096, 10_240, 32_768};
        int created = 0;
        while (created < threads || !alive.isEmpty()) {
            if (created < threads && (alive.isEmpty() || alive.size() < 48 && random.nextInt(6) == 0)) {
                int cpu = random.nextInt(2);
                alive.add(new Running(cpu, thread(cpu, stacks[random.nextInt(3)]), new ArrayList<>()));
                created++;
                continue;
            }
            int index = random.nextInt(alive.size());
            Running thread = alive.get(index);
            int action = random.nextInt(10);
            if (action < 5) {
                thread.buffers.add(alloc(thread.cpu, bufferSize()));
            } else if (action < 6 && !thread.buffers.isEmpty()) {
                realloc(thread.cpu, thread.buffers.get(random.nextInt(thread.buffers.size())), bufferSize());
            } else if (action < 9 && !thread.buffers.isEmpty()) {
                int cpu = random.nextInt(4) == 0 ? 1 - thread.cpu : thread.cpu; // handed to the other core
                free(cpu, thread.buffers.remove(random.nextInt(thread.buffers.size())));
            } else {
                for (int buffer : thread.buffers) {
                    free(thread.cpu, buffer);
                }
                for (int i = thread.blocks.length - 1; i >= 0; i--) {
                    free(thread.cpu, thread.blocks[i]);
                }
                alive.remove(index);
            }
        }
    }

    private int bufferSize() {
        return 1 << between(3, 15) | random.nextInt(64);
    }

    // ---------------------------------------------------------------- files (Filesystem.pas, Fat.pas)

    private static final int BUFFER_HEAD = 40;
    private static final int BLOCK = 512;
    private static final int INODE = 40;
    private static final int FILE_HANDLE = 16;

    /** Core 0 mounts a FAT16 disk of 252 table sectors, then reads files one to three at a time through the cache. */
    private void fileReading(int files) {
        alloc(0, 64); // super block
        alloc(0, 129_024); // the FAT in memory
        for (int i = 0; i < 253; i++) {
            alloc(0, BUFFER_HEAD);
            alloc(0, BLOCK);
        }
        List<int[]> open = new ArrayList<>();
        int opened = 0;
        int cached = 253;
        while (opened < files || !open.isEmpty()) {
            if (opened < files && (open.isEmpty() || open.size() < 3 && random.nextInt(3) == 0)) {
                alloc(0, INODE); // stays in the inode cache
                int bytes = 1 << between(8, 15) | random.nextInt(256);
                open.add(new int[] {alloc(0, FILE_HANDLE), alloc(0, bytes), (bytes + BLOCK - 1) / BLOCK});
                opened++;
                continue;
            }
            int index = random.nextInt(open.size());
            int[] file = open.get(index);
            if (file[2]-- > 0) {
                if (cached < 5000 && random.nextInt(4) != 0) { // three of four blocks are not in the cache yet
                    alloc(0, BUFFER_HEAD);
                    alloc(0, BLOCK);
                    cached++;
                }
            } else {
                free(0, file[1]);
                free(0, file[0]);
                open.remove(index);
            }
        }
    }

    /** Writes the three shipped traces (seed 2018) into the directory given as the only argument. */
    public static void main(String[] args) throws IOException {
        for (String name : NAMES) {
            AllocationTrace trace = shippedSource(name);
            StringBuilder text =
                    new StringBuilder("# " + name + ": read off Toro's source, seed 2018; see ToroWorkloads\n");
            trace.ops().forEach(op -> text.append(op).append('\n'));
            Files.writeString(Path.of(args[0], name + ".trace"), text);
        }
    }

    /** Records a shipped trace anew. */
    static AllocationTrace shippedSource(String name) {
        int units = name.equals("http-serving") ? 600 : name.equals("thread-churn") ? 700 : 260;
        return record(name, units, 2018);
    }
}
