package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams;
import io.torosim.core.random.RandomStreams.SimRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;

/** The guest of an entropy device: each buffer must have bytes of the source that no other has. */
final class EntropyGuest extends Guest {
    private static final int LEAST = 12; // so many bytes are found in one place of the source only

    /** The source, and what it gave. */
    private static final class Source implements IntSupplier {
        final SimRandom random = new RandomStreams(7).stream("source");
        byte[] given = new byte[1 << 12];
        int count;

        @Override
        public int getAsInt() {
            if (count == given.length) {
                given = Arrays.copyOf(given, 2 * count);
            }
            return given[count++] = (byte) random.nextInt(256);
        }
    }

    private final Source source;
    private int usedUpTo;

    private EntropyGuest(Devices.Device examined, long wanted, Source source) {
        super(examined, wanted, 1);
        this.source = source;
    }

    static Function<Long, EntropyGuest> guests(Function<IntSupplier, Devices.Device> factory) {
        return features -> {
            Source source = new Source();
            return new EntropyGuest(factory.apply(source), features, source);
        };
    }

    private void ask(List<Integer> sizes, int cut) {
        List<Sent> sent = new ArrayList<>();
        for (int size : sizes) {
            sent.add(send(0, new byte[0], size, cut));
        }
        int before = interrupts();
        kick(0);
        settle();
        List<Sent> back = new ArrayList<>();
        Sent one;
        while ((one = poll(0)) != null) {
            back.add(one);
        }
        for (Sent each : sent) {
            if (!each.isBack()) {
                throw new Wrong("a buffer does not come back");
            }
        }
        if (interrupts() == before) {
            throw new Wrong("2.7.7.2: bytes without an interrupt");
        }
        back.forEach(this::fresh);
    }

    private void fresh(Sent buffer) {
        byte[] bytes = buffer.written();
        if (bytes.length == 0) {
            throw new Wrong("5.4.6.2: a buffer comes back without a byte");
        }
        if (bytes.length < LEAST) {
            return;
        }
        for (int at = usedUpTo; at + bytes.length <= source.count; at++) {
            if (Arrays.equals(bytes, 0, bytes.length, source.given, at, at + bytes.length)) {
                usedUpTo = at + bytes.length;
                return;
            }
        }
        throw new Wrong("U5: the " + bytes.length + " bytes of a buffer are not fresh ones of the source");
    }

    private record Named(String name, Consumer<EntropyGuest> action) implements Step<EntropyGuest> {
        @Override
        public void run(EntropyGuest guest) {
            action.accept(guest);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Step<? super EntropyGuest>> script(SimRandom random, int steps) {
        List<Step<? super EntropyGuest>> script = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            int cut = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
            List<Integer> sizes = new ArrayList<>();
            for (int count = 1 + random.nextInt(3); count > 0; count--) {
                sizes.add(1 + random.nextInt(random.nextInt(3) == 0 ? 300 : 40));
            }
            switch (random.nextInt(8)) {
                case 0 -> script.add(new Named("device reset with buffers of " + sizes + " in flight", g -> {
                    sizes.forEach(size -> g.send(0, new byte[0], size, cut));
                    g.kick(0);
                    g.restart();
                }));
                case 1 -> script.add(new Named("queue reset with buffers of " + sizes + " in flight", g -> {
                    sizes.forEach(size -> g.send(0, new byte[0], size, cut));
                    g.kick(0);
                    g.resetQueue(0);
                }));
                default -> script.add(new Named("buffers of " + sizes + " bytes, cut " + cut, g -> g.ask(sizes, cut)));
            }
        }
        return script;
    }

    static List<Step<? super EntropyGuest>> huge() {
        return List.of(new Named("a buffer of 2 GiB", g -> g.sendHuge(0, new byte[0], (1L << 31) + 512, true)));
    }
}
