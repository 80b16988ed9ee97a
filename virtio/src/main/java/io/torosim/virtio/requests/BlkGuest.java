package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.device.BlkDevice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The guest of a disk, with a reference model of what is on it.
 *
 * <p>A {@link Guest} of a {@link BlkDevice}; {@link Wrong} is what it throws when the device is.
 */
final class BlkGuest extends Guest {
    static final int SECTORS = 256;
    static final long KNOWN = BlkDevice.F_RO | BlkDevice.F_FLUSH | BlkDevice.F_DISCARD | BlkDevice.F_WRITE_ZEROES;
    private static final int ID_BYTES = 20;
    private static final int MORE_THAN_64_KIB = 130 * 512;
    private static final int UNKNOWN_TYPE = 0x77;
    /** No type that there is, though its lower bits are those of IN, FLUSH or GET_ID. */
    private static final int HIGH_BIT = 0x8000_0000;

    private static final int NO_STATUS = POISON;

    private final byte[] content;
    private final boolean[] unknown = new boolean[SECTORS];

    private BlkGuest(Devices.Device examined, long wanted, byte[] content) {
        super(examined, wanted, 1);
        this.content = content;
        if (transport.configRead64(0) != SECTORS) {
            throw new Wrong(
                    "5.2.4: capacity is " + transport.configRead64(0) + ", the disk has " + SECTORS + " sectors");
        }
    }

    static Function<Long, BlkGuest> guests(Function<byte[], Devices.Device> factory) {
        return features -> {
            byte[] content = new byte[SECTORS * 512];
            for (int i = 0; i < content.length; i++) {
                content[i] = (byte) (i * 7 + i / 512 * 13 + 1);
            }
            return new BlkGuest(factory.apply(content.clone()), features, content);
        };
    }

    /** A range of DISCARD or WRITE_ZEROES. */
    record Range(int sector, int count, int flags) {}

    /** A request as it is put into the queue. */
    record Request(int type, long sector, int bytes, int cut, List<Range> ranges) {
        byte[] readable() {
            ByteBuffer out = ByteBuffer.allocate(16 + (type == BlkDevice.T_OUT ? bytes : 16 * ranges.size()))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(type)
                    .putInt(0)
                    .putLong(sector);
            if (type == BlkDevice.T_OUT) {
                for (int i = 0; i < bytes; i++) {
                    out.put((byte) (cut + sector * 31 + i * 3 + i / 300));
                }
            }
            ranges.forEach(r -> out.putLong(r.sector).putInt(r.count).putInt(r.flags));
            return out.array();
        }

        int room() {
            return type == BlkDevice.T_IN || type == BlkDevice.T_GET_ID ? bytes : 0;
        }

        @Override
        public String toString() {
            String name =
                    switch (type) {
                        case BlkDevice.T_IN -> "IN";
                        case BlkDevice.T_OUT -> "OUT";
                        case BlkDevice.T_FLUSH -> "FLUSH";
                        case BlkDevice.T_GET_ID -> "GET_ID";
                        case BlkDevice.T_DISCARD -> "DISCARD";
                        case BlkDevice.T_WRITE_ZEROES -> "WRITE_ZEROES";
                        default -> "type " + type;
                    };
            int[] out = pieces(readable().length, cut);
            int[] in = pieces(room() + 1, cut * 17);
            return name + " sector " + Long.toUnsignedString(sector) + (ranges.isEmpty() ? "" : " " + ranges) + " read"
                    + Arrays.toString(out) + " write" + Arrays.toString(in);
        }
    }

    /** Requests that are notified together; no two touch the same sector. */
    record Batch(List<Request> requests) implements Step<BlkGuest> {
        @Override
        public void run(BlkGuest guest) {
            guest.batch(requests);
        }

        @Override
        public String toString() {
            return requests.toString();
        }
    }

    private void batch(List<Request> requests) {
        if (broken()) {
            restart();
        }
        int before = interrupts();
        List<Sent> sent = new ArrayList<>();
        for (Request request : requests) {
            sent.add(send(0, request.readable(), request.room() + 1, request.cut));
        }
        kick(0);
        settle();
        int back = 0;
        while (poll(0) != null) {
            back++;
        }
        for (int i = 0; i < requests.size(); i++) {
            answer(requests.get(i), sent.get(i));
        }
        if (back > 0 && interrupts() == before) {
            throw new Wrong("2.7.7.2: answers without an interrupt");
        }
    }

    private void answer(Request request, Sent sent) {
        boolean odd = request.bytes % 512 != 0 && request.type <= BlkDevice.T_OUT;
        if (!sent.isBack()) {
            if (odd && broken()) {
                return; // "needs reset" is an answer too
            }
            throw new Wrong(
                    "no answer to " + request + (broken() ? ", the device needs a reset: " + device.brokenBy() : ""));
        }
        byte[] in = sent.returned();
        int status = in[in.length - 1] & 0xff;
        if (status == NO_STATUS) {
            throw new Wrong("B4: no status in the last byte of " + request);
        }
        String must = expected(request, odd);
        if (!must.contains(Integer.toString(status))) {
            throw new Wrong("B4: status " + status + " of " + request + ", must be " + must);
        }
        if (status != 0) {
            claimed(request, sent, in);
        }
        if (status == 0) {
            long length =
                    1L + (request.type == BlkDevice.T_IN || request.type == BlkDevice.T_GET_ID ? in.length - 1 : 0);
            if (sent.length != length) {
                throw new Wrong("B5: used length " + sent.length + " of " + request + ", must be " + length);
            }
            done(request, in);
        }
    }

    /** Of a request that failed the used length may leave out what was written; it must not say more (section 2.7.8.2). */
    private static void claimed(Request request, Sent sent, byte[] in) {
        int most = (int) Math.min(sent.length, in.length - 1);
        int untouched = 0;
        while (untouched < most && (in[untouched] & 0xff) == POISON) {
            untouched++;
        }
        if (most > 1 && untouched == most) { // 1 is what the status alone is often said to be
            throw new Wrong("U5: used length " + sent.length + " of " + request
                    + ", which failed, and no byte of it is written");
        }
    }

    /** The status numbers that are right. */
    private String expected(Request request, boolean odd) {
        boolean inside =
                request.sector >= 0 && request.sector <= SECTORS && request.bytes / 512 <= SECTORS - request.sector;
        return switch (request.type) {
            case BlkDevice.T_IN -> odd ? "1 or 2" : inside ? "0" : "1";
            case BlkDevice.T_OUT -> odd ? "1 or 2" : readOnly() ? "1" : inside ? "0" : "1";
            case BlkDevice.T_FLUSH -> has(BlkDevice.F_FLUSH) ? "0" : "0, 1 or 2";
            case BlkDevice.T_GET_ID -> "0 or 2";
            case BlkDevice.T_DISCARD, BlkDevice.T_WRITE_ZEROES -> ranges(request);
            default -> "2";
        };
    }

    /** Whether or not the driver has taken the feature. */
    private boolean readOnly() {
        return (device.offeredFeatures() & BlkDevice.F_RO) != 0;
    }

    private String ranges(Request request) {
        boolean discard = request.type == BlkDevice.T_DISCARD;
        if (readOnly()) {
            return "1 or 2";
        }
        if (!has(discard ? BlkDevice.F_DISCARD : BlkDevice.F_WRITE_ZEROES)) {
            return "0, 1 or 2"; // the driver's fault, section 5.2.6.1
        }
        boolean flags = request.ranges.stream().allMatch(r -> (r.flags & ~(discard ? 0 : 1)) == 0);
        boolean inside = request.ranges.stream().allMatch(r -> r.sector + r.count <= SECTORS);
        return !flags && !inside ? "1 or 2" : !flags ? "2" : !inside ? "1" : "0";
    }

    private void done(Request request, byte[] in) {
        int at = (int) request.sector * 512;
        switch (request.type) {
            case BlkDevice.T_IN -> compare(request, in, at);
            case BlkDevice.T_OUT -> {
                System.arraycopy(request.readable(), 16, content, at, request.bytes);
                Arrays.fill(unknown, at / 512, (at + request.bytes) / 512, false);
            }
            case BlkDevice.T_GET_ID -> name(in);
            case BlkDevice.T_WRITE_ZEROES -> request.ranges.forEach(r -> {
                Arrays.fill(content, r.sector * 512, (r.sector + r.count) * 512, (byte) 0);
                Arrays.fill(unknown, r.sector, r.sector + r.count, false);
            });
            case BlkDevice.T_DISCARD -> request.ranges.forEach(
                    r -> Arrays.fill(unknown, r.sector, r.sector + r.count, true));
            default -> {} // nothing changes
        }
    }

    private void compare(Request request, byte[] in, int at) {
        for (int i = 0; i < in.length - 1; i++) {
            if (!unknown[(at + i) / 512] && in[i] != content[at + i]) {
                throw new Wrong("B5: byte " + i + " of " + request + " is " + show(in, i) + ", on the disk is "
                        + show(content, at + i));
            }
        }
    }

    private static void name(byte[] in) {
        boolean ended = false;
        for (int i = 0; i < Math.min(ID_BYTES, in.length - 1); i++) {
            if ((in[i] & 0xff) == POISON) {
                throw new Wrong("U5: byte " + i + " of the name is not written");
            }
            if (ended && in[i] != 0) {
                throw new Wrong("5.2.6.1: the name is not padded with zeros");
            }
            ended |= in[i] == 0;
        }
    }

    /** In the end the disk has what was written, and nothing else. */
    @Override
    void end() {
        if (broken()) {
            restart();
        }
        batch(List.of(new Request(BlkDevice.T_IN, 0, MORE_THAN_64_KIB, 0, List.of())));
        batch(List.of(
                new Request(BlkDevice.T_IN, MORE_THAN_64_KIB / 512, SECTORS * 512 - MORE_THAN_64_KIB, 0, List.of())));
        super.end();
    }

    static List<Step<? super BlkGuest>> script(SimRandom random, int steps) {
        List<Step<? super BlkGuest>> script = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            int kind = random.nextInt(12);
            if (kind == 0) {
                script.add(inFlight("device reset with requests in flight", batch(random), Guest::restart));
            } else if (kind == 1) {
                script.add(inFlight("queue reset with requests in flight", batch(random), g -> g.resetQueue(0)));
            } else {
                script.add(new Batch(batch(random)));
            }
        }
        return script;
    }

    static List<Step<? super BlkGuest>> huge() {
        Step<BlkGuest> in = new Step<>() {
            @Override
            public void run(BlkGuest guest) {
                Request read = new Request(BlkDevice.T_IN, SECTORS, 0, 0, List.of());
                guest.sendHuge(0, read.readable(), (1L << 31) + 513, true);
            }

            @Override
            public String toString() {
                return "IN of 2 GiB and 512 bytes beyond the end";
            }
        };
        return List.of(in, new Step<>() {
            @Override
            public void run(BlkGuest guest) {
                Request out = new Request(BlkDevice.T_OUT, SECTORS, 0, 0, List.of());
                guest.sendHuge(0, out.readable(), (1L << 31) + 512, false);
            }

            @Override
            public String toString() {
                return "OUT of 2 GiB and 512 bytes beyond the end";
            }
        });
    }

    /** Requests that write nothing to the disk, so that it does not matter how far they came. */
    private static Step<BlkGuest> inFlight(
            String name, List<Request> requests, java.util.function.Consumer<BlkGuest> event) {
        List<Request> reads = requests.stream()
                .map(r -> new Request(BlkDevice.T_IN, r.sector, Math.max(512, r.bytes), r.cut, List.of()))
                .toList();
        return new Step<>() {
            @Override
            public void run(BlkGuest guest) {
                reads.forEach(r -> guest.send(0, r.readable(), r.room() + 1, r.cut));
                guest.kick(0); // a device that answers at once has nothing in flight, which is as good
                event.accept(guest);
            }

            @Override
            public String toString() {
                return name + " " + reads;
            }
        };
    }

    private static List<Request> batch(SimRandom random) {
        int count = 1 + random.nextInt(4);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = i * SECTORS / count; // its own part of the disk
            requests.add(request(random, first, SECTORS / count));
        }
        return List.copyOf(requests);
    }

    private static Request request(SimRandom random, int first, int sectors) {
        int cut = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
        int sector = first + random.nextInt(sectors);
        int room = first + sectors - sector;
        int count = 1 + random.nextInt(Math.min(room, random.nextInt(9) == 0 ? 200 : 4));
        int direction = random.nextInt(2);
        return switch (random.nextInt(16)) {
            case 0 -> new Request(BlkDevice.T_FLUSH, 0, 0, cut, List.of());
            case 1 -> new Request(BlkDevice.T_GET_ID, 0, ID_BYTES, cut, List.of());
            case 2 -> new Request(
                    switch (cut & 3) {
                        case 0 -> HIGH_BIT;
                        case 1 -> HIGH_BIT | BlkDevice.T_FLUSH;
                        case 2 -> HIGH_BIT | BlkDevice.T_GET_ID;
                        default -> UNKNOWN_TYPE;
                    },
                    0,
                    0,
                    cut,
                    List.of());
            case 3 -> new Request(direction, beyond(random), 512, cut, List.of());
            case 4 -> new Request(direction, SECTORS - 1L, 1024, cut, List.of()); // half of it is inside
            case 5 -> new Request(direction, sector, 511, cut, List.of());
            case 6 -> new Request(direction, first + sectors - 1L, 512, cut, List.of());
            case 7, 8 -> ranges(random, first, sectors, cut);
            default -> new Request(direction, sector, 512 * count, cut, List.of());
        };
    }

    private static long beyond(SimRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> SECTORS;
            case 1 -> 1L << 32;
            case 2 -> 1L << 55;
            case 3 -> -1L;
            default -> (1L << 55) + 1;
        };
    }

    private static Request ranges(SimRandom random, int first, int sectors, int cut) {
        List<Range> ranges = new ArrayList<>();
        int half = sectors / 2;
        for (int i = 0; i < 1 + random.nextInt(2); i++) {
            int from = first + i * half + random.nextInt(half);
            int flags = random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0;
            int count = random.nextInt(9) == 0 ? SECTORS + 1 : 1 + random.nextInt(first + (i + 1) * half - from);
            ranges.add(new Range(from, count, flags));
        }
        int type = random.nextInt(2) == 0 ? BlkDevice.T_DISCARD : BlkDevice.T_WRITE_ZEROES;
        return new Request(type, 0, 0, cut, List.copyOf(ranges));
    }
}
