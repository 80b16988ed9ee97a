package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams.SimRandom;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** The guest of a console: what is written must be printed, what is typed and taken must arrive, byte by byte. */
final class ConsoleGuest extends Guest {
    private static final int RX = 0;
    private static final int TX = 1;
    private static final int MOST_KEPT = 1 << 20;

    /** What was printed: the device is made before its guest. */
    private static final class Paper implements Consumer<byte[]> {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void accept(byte[] output) {
            if (bytes.size() < MOST_KEPT) {
                bytes.writeBytes(output);
            }
        }
    }

    private final Devices.Console console;
    private final Paper paper;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    private int posted; // bytes of room
    private int number;

    private ConsoleGuest(Devices.Console console, long wanted, Paper paper) {
        super(console, wanted, 2);
        this.console = console;
        this.paper = paper;
    }

    static Function<Long, ConsoleGuest> guests(Function<Consumer<byte[]>, Devices.Console> factory) {
        return features -> {
            Paper paper = new Paper();
            return new ConsoleGuest(factory.apply(paper), features, paper);
        };
    }

    private byte[] text(int bytes) {
        byte[] text = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            text[i] = (byte) (i % 5 == 3 ? '\n' : ++number * 37); // every byte value
        }
        return text;
    }

    private void write(List<Integer> sizes, int cut) {
        List<Sent> sent = new ArrayList<>();
        for (int size : sizes) {
            byte[] text = text(size);
            written.writeBytes(text);
            sent.add(send(TX, text, 0, cut));
        }
        kick(TX);
        settle();
        while (poll(TX) != null) {
            // looked at below
        }
        for (Sent one : sent) {
            if (!one.isBack()) {
                throw new Wrong("a buffer that was written does not come back");
            }
            if (one.length != 0) {
                throw new Wrong("U6: used length " + one.length + " of a buffer that is only read");
            }
        }
        same("printed", written.toByteArray(), paper.bytes.toByteArray());
    }

    private void type(int bytes) {
        byte[] text = text(bytes);
        int count = console.type(text.clone());
        if (count < 0 || count > bytes) {
            throw new Wrong(count + " bytes of " + bytes + " are taken");
        }
        if (count < Math.min(bytes, posted)) {
            throw new Wrong(count + " of " + bytes + " bytes are taken with room for " + posted);
        }
        taken.write(text, 0, count);
        settle();
        read();
    }

    private void post(int bytes, int cut) {
        send(RX, new byte[0], bytes, cut);
        posted += bytes;
        kick(RX);
        settle();
        read();
    }

    private void read() {
        Sent one;
        while ((one = poll(RX)) != null) {
            posted -= (int) one.chain.writableBytes();
            if (one.length == 0) {
                throw new Wrong("a receive buffer comes back empty");
            }
            arrived.writeBytes(one.written());
        }
        byte[] all = taken.toByteArray();
        same("arrived", Arrays.copyOf(all, Math.min(all.length, arrived.size())), arrived.toByteArray());
        if (arrived.size() < all.length && posted > 0) {
            throw new Wrong((all.length - arrived.size()) + " bytes that were taken do not arrive");
        }
    }

    private static void same(String how, byte[] right, byte[] now) {
        if (!Arrays.equals(right, now)) {
            int at = Arrays.mismatch(right, now);
            throw new Wrong(now.length + " of " + right.length + " bytes " + how + ", byte " + at + " is "
                    + show(now, at) + ", must be " + show(right, at));
        }
    }

    private void forget() {
        posted = 0;
        taken.reset();
        arrived.reset();
    }

    @Override
    void atLeisure() {
        forget();
        taken.write(0); // a device that keeps input may have taken this one
        taken.reset();
        if (console.type(new byte[] {'x'}) != 0) {
            throw new Wrong("a byte is taken though there is no buffer");
        }
    }

    private record Named(String name, Consumer<ConsoleGuest> action) implements Step<ConsoleGuest> {
        @Override
        public void run(ConsoleGuest guest) {
            action.accept(guest);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Step<? super ConsoleGuest>> script(SimRandom random, int steps) {
        List<Step<? super ConsoleGuest>> script = new ArrayList<>();
        for (int i = 0; i < 2 * steps; i++) {
            int cut = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
            int size = 1 + random.nextInt(random.nextInt(4) == 0 ? 2000 : 30);
            switch (random.nextInt(8)) {
                case 0, 1 -> script.add(new Named(
                        "write" + Arrays.toString(pieces(size, cut)), g -> g.write(List.of(size, 1, 3), cut)));
                case 2, 3, 4 -> script.add(
                        new Named("post " + Arrays.toString(pieces(size, cut * 17)), g -> g.post(size, cut)));
                case 5, 6 -> script.add(new Named("type " + size + " bytes", g -> g.type(size)));
                default -> {
                    boolean whole = random.nextInt(3) == 0;
                    script.add(new Named(whole ? "the device is reset" : "queue 0 is reset", g -> {
                        g.forget();
                        if (whole) {
                            g.restart();
                        } else {
                            g.resetQueue(RX);
                        }
                        g.forget();
                    }));
                }
            }
        }
        return script;
    }

    static List<Step<? super ConsoleGuest>> huge() {
        return List.of(new Named("write 2 GiB", g -> {
            g.sendHuge(TX, new byte[0], (1L << 31) + 512, false);
        }));
    }
}
