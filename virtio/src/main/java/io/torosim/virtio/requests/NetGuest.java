package io.torosim.virtio.requests;

import io.torosim.core.random.RandomStreams.SimRandom;
import io.torosim.virtio.device.NetDevice;
import io.torosim.virtio.device.NetDevice.FrameSink;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The guest of a network card, with a reference model of which frames must come and which may be dropped.
 *
 * <p>A {@link Guest} of a {@link NetDevice}; {@link Wire} is the far end, {@link Wrong} what it throws when the device is.
 */
final class NetGuest extends Guest {
    static final long KNOWN = NetDevice.F_MAC | NetDevice.F_MRG_RXBUF;
    private static final byte[] MAC = {2, 0, 0x11, 0x22, 0x33, 0x44};
    private static final int HEADER = 12;
    private static final int LEAST = 1526; // without MRG_RXBUF

    /** What goes onto the wire; the card is made before its guest. */
    private static final class Wire implements FrameSink {
        final List<byte[]> frames = new ArrayList<>();

        @Override
        public void frame(byte[] frame) {
            frames.add(frame.clone());
        }
    }

    private final Devices.Net card;
    private final Wire wire;
    private final ArrayDeque<Integer> rooms = new ArrayDeque<>(); // writable bytes of what is posted
    private final ArrayDeque<byte[]> must = new ArrayDeque<>();
    private byte @Nullable [] underWay; // a card may interrupt before receive returns
    private int frameNumber;

    private NetGuest(Devices.Net card, long wanted, Wire wire) {
        super(card, wanted, 2);
        this.card = card;
        this.wire = wire;
        for (int i = 0; i < MAC.length && has(NetDevice.F_MAC); i++) {
            int told = (int) transport.configRead(i, 1);
            if (told != (MAC[i] & 0xff)) {
                throw new Wrong("5.1.4: byte " + i + " of the address is " + told + ", not " + MAC[i]);
            }
        }
    }

    static Function<Long, NetGuest> guests(BiFunction<byte[], FrameSink, Devices.Net> factory) {
        return features -> {
            Wire wire = new Wire();
            return new NetGuest(factory.apply(MAC.clone(), wire), features, wire);
        };
    }

    private byte[] frame(int bytes) {
        byte[] frame = new byte[bytes];
        int number = frameNumber++;
        for (int i = 0; i < bytes; i++) {
            frame[i] = (byte) (number * 41 + i * 5 + i / 256);
        }
        Arrays.fill(frame, 0, 6, (byte) 0xff); // to everybody, so that no filter minds
        return frame;
    }

    private void post(int bytes, int cut) {
        int size = has(NetDevice.F_MRG_RXBUF) ? bytes : LEAST + HEADER + bytes % 300;
        if (send(NetDevice.RX, new byte[0], size, cut) != null) {
            rooms.add(size);
        }
        kick(NetDevice.RX);
        settle();
        take();
    }

    private boolean fits(int bytes) {
        if (!has(NetDevice.F_MRG_RXBUF)) {
            return !rooms.isEmpty() && rooms.peek() >= HEADER + bytes;
        }
        return rooms.stream().mapToLong(r -> r).sum() >= HEADER + bytes;
    }

    private void receive(int bytes) {
        byte[] frame = frame(bytes);
        boolean fits = must.isEmpty() && fits(bytes);
        underWay = frame;
        boolean taken = card.receive(frame.clone());
        boolean here = underWay == null;
        underWay = null;
        if (taken && !here) {
            must.add(frame);
        } else if (!taken && fits) {
            throw new Wrong("NET6: a frame of " + bytes + " bytes is dropped with " + rooms + " bytes of room posted");
        }
        settle();
        take();
        if (fits && !must.isEmpty()) {
            throw new Wrong("a frame of " + bytes + " bytes does not arrive");
        }
    }

    @Override
    void interrupted(int queueIndex) {
        if (queueIndex == NetDevice.RX) {
            take();
        }
    }

    /** Takes every frame that is there; each must be whole. */
    private void take() {
        Sent first;
        while ((first = poll(NetDevice.RX)) != null) {
            if (first.length < HEADER) {
                throw new Wrong("NET1: used length " + first.length + " has no room for the header");
            }
            byte[] header = first.written();
            int buffers = header[10] & 0xff | (header[11] & 0xff) << 8;
            boolean merge = has(NetDevice.F_MRG_RXBUF);
            if (header[0] != 0 || header[1] != 0) {
                throw new Wrong("NET9: flags " + header[0] + ", gso_type " + header[1] + " without their features");
            }
            if (buffers < 1 || !merge && buffers != 1 || buffers > QUEUE_SIZE) {
                throw new Wrong((merge ? "NET3" : "NET2") + ": num_buffers " + buffers);
            }
            rooms.remove();
            arrived(whole(first, buffers));
        }
    }

    private byte[] whole(Sent first, int buffers) {
        byte[] bytes = Arrays.copyOfRange(first.written(), HEADER, (int) first.length);
        Sent last = first;
        for (int i = 1; i < buffers; i++) {
            if (last.length != last.chain.writableBytes()) {
                throw new Wrong("NET3: of " + buffers + " buffers one that is not the last has " + last.length + " of "
                        + last.chain.writableBytes() + " bytes");
            }
            last = poll(NetDevice.RX);
            if (last == null) {
                throw new Wrong("NET4: a frame of " + buffers + " buffers is seen with " + i);
            }
            rooms.remove();
            int before = bytes.length;
            bytes = Arrays.copyOf(bytes, before + (int) last.length);
            System.arraycopy(last.written(), 0, bytes, before, (int) last.length);
        }
        return bytes;
    }

    private void arrived(byte[] frame) {
        if (!must.isEmpty()) {
            same(must.poll(), frame);
            return;
        }
        if (underWay == null) {
            throw new Wrong("NET5: a frame of " + frame.length + " bytes that nobody sent");
        }
        same(underWay, frame);
        underWay = null;
    }

    private static void same(byte[] sent, byte[] come) {
        if (!Arrays.equals(sent, come)) {
            throw new Wrong("NET5: a frame of " + sent.length + " bytes comes as " + come.length
                    + ", different from byte " + Arrays.mismatch(sent, come));
        }
    }

    private void transmit(List<Integer> sizes, int cut) {
        List<byte[]> frames = new ArrayList<>();
        List<Sent> sent = new ArrayList<>();
        wire.frames.clear();
        for (int size : sizes) {
            byte[] frame = frame(size);
            byte[] all = new byte[HEADER + size];
            System.arraycopy(frame, 0, all, HEADER, size);
            frames.add(frame);
            sent.add(send(NetDevice.TX, all, 0, cut));
        }
        kick(NetDevice.TX);
        settle();
        while (poll(NetDevice.TX) != null) {
            // counted below
        }
        for (int i = 0; i < frames.size(); i++) {
            if (!sent.get(i).isBack()) {
                throw new Wrong("a frame that was sent does not come back");
            }
            if (sent.get(i).length != 0) {
                throw new Wrong("NET10: used length " + sent.get(i).length + " of a frame that was sent");
            }
            byte[] out = i < wire.frames.size() ? wire.frames.get(i) : new byte[0];
            if (!Arrays.equals(frames.get(i), out)) {
                throw new Wrong("NET11: frame " + i + " of " + frames.get(i).length + " bytes is on the wire with "
                        + out.length + ", different from byte " + Arrays.mismatch(frames.get(i), out));
            }
        }
        if (wire.frames.size() > frames.size()) {
            throw new Wrong(wire.frames.size() + " frames on the wire, " + frames.size() + " were sent");
        }
    }

    private void forget() {
        rooms.clear();
        must.clear();
    }

    @Override
    void atLeisure() {
        forget();
        if (card.receive(frame(60))) {
            throw new Wrong("a frame is taken though there is no buffer");
        }
    }

    private record Named(String name, java.util.function.Consumer<NetGuest> action) implements Step<NetGuest> {
        @Override
        public void run(NetGuest guest) {
            action.accept(guest);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Step<? super NetGuest>> script(SimRandom random, int steps) {
        List<Step<? super NetGuest>> script = new ArrayList<>();
        for (int i = 0; i < 2 * steps; i++) {
            int cut = random.nextInt(3) == 0 ? 0 : random.nextInt(100_000);
            int size = 14 + random.nextInt(random.nextInt(3) == 0 ? 1500 : 200);
            int room = HEADER + random.nextInt(random.nextInt(2) == 0 ? 1600 : 200);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> script.add(
                        new Named("post " + Arrays.toString(pieces(room, cut * 17)), g -> g.post(room, cut)));
                case 3, 4 -> script.add(new Named("frame of " + size + " bytes comes", g -> g.receive(size)));
                case 5, 6 -> {
                    List<Integer> sizes = random.nextInt(2) == 0 ? List.of(size) : List.of(size, 60, size / 2 + 14);
                    script.add(new Named(
                            "send frames of " + sizes + " bytes, the first read"
                                    + Arrays.toString(pieces(size + HEADER, cut)),
                            g -> g.transmit(sizes, cut)));
                }
                case 7 -> script.add(new Named("queue 0 is reset", g -> {
                    g.forget();
                    g.resetQueue(NetDevice.RX);
                    g.forget();
                }));
                default -> {
                    int which = random.nextInt(4);
                    if (which == 0) {
                        script.add(new Named("the device is reset", g -> {
                            g.forget();
                            g.restart();
                        }));
                    } else {
                        script.add(new Named("frame of 1600 bytes comes", g -> g.receive(1600)));
                    }
                }
            }
        }
        return script;
    }

    static List<Step<? super NetGuest>> huge() {
        return List.of(new Named("a frame of 2 GiB is sent", g -> {
            g.sendHuge(NetDevice.TX, new byte[0], (1L << 31) + 512, false);
        }));
    }
}
