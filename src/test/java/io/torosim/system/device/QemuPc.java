package io.torosim.system.device;

import io.torosim.virtio.qtest.QtestSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A real QEMU over its qtest socket, its processor halted; frames go through UDP. Its time is the host's. */
final class QemuPc extends Pc {
    private static final int MOST_WAIT_MS = 3000;

    private final QtestSession session;
    private final DatagramSocket wire;
    private final int cardPort;
    private long card;

    private QemuPc(QtestSession session, DatagramSocket wire, int cardPort) {
        this.session = session;
        this.wire = wire;
        this.cardPort = cardPort;
    }

    /** Starts a QEMU with devices and no network. */
    static QemuPc start(String... devices) throws IOException {
        return new QemuPc(QtestSession.start(List.of(devices), Duration.ofSeconds(20)), null, 0);
    }

    /** Starts a QEMU with a network card on a wire. */
    static QemuPc withCard(String device) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        DatagramSocket wire = new DatagramSocket(0, loopback);
        int cardPort;
        try (DatagramSocket free = new DatagramSocket(0, loopback)) {
            cardPort = free.getLocalPort();
        }
        wire.setSoTimeout(MOST_WAIT_MS);
        List<String> arguments = new ArrayList<>(List.of(
                "-netdev",
                "socket,id=wire,udp=127.0.0.1:" + wire.getLocalPort() + ",localaddr=127.0.0.1:" + cardPort,
                "-device",
                device + ",netdev=wire,mac=52:54:00:12:34:56"));
        return new QemuPc(QtestSession.start(arguments, Duration.ofSeconds(20)), wire, cardPort);
    }

    /** Gives the card in a slot of bus 0 an address, as firmware does. */
    void placeCard(int slot, long address) {
        int config = 0x8000_0000 | slot << 11;
        out(0xcf8, 4, config | 0x10);
        out(0xcfc, 4, (int) address);
        out(0xcf8, 4, config | 4);
        out(0xcfc, 2, 7);
        card = address;
    }

    private static String hex(long value) {
        return " 0x" + Long.toHexString(value);
    }

    private static char width(int bytes) {
        return bytes == 1 ? 'b' : bytes == 2 ? 'w' : 'l';
    }

    @Override
    int in(int port, int widthBytes) {
        return (int) session.askNumber("in" + width(widthBytes) + hex(port));
    }

    @Override
    void out(int port, int widthBytes, int value) {
        long masked = value & (1L << 8 * widthBytes) - 1;
        session.post("out" + width(widthBytes) + hex(port) + hex(masked));
    }

    @Override
    int load32(long address) {
        return (int) session.askNumber("readl" + hex(address));
    }

    @Override
    void store32(long address, int value) {
        session.post("writel" + hex(address) + hex(value & 0xffff_ffffL));
    }

    @Override
    void pass(int milliseconds) {
        session.sync();
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void frameIn(byte[] frame) {
        session.sync();
        try {
            wire.send(new DatagramPacket(frame, frame.length, InetAddress.getLoopbackAddress(), cardPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pass(30); // QEMU's main loop takes it
    }

    @Override
    byte[] frameOut() {
        session.sync();
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        try {
            wire.receive(packet);
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Override
    long card() {
        return card;
    }

    @Override
    public void close() {
        session.close();
        if (wire != null) {
            wire.close();
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "QEMU with its card at 0x%x", card);
    }
}
