package io.torosim.virtio.device;

import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.profile.DeviceProfile;
import io.torosim.virtio.profile.DeviceProfile.DeviceDeviation;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * virtio-console (virtio 1.2 section 5.3): queue 0 receives, queue 1 transmits. A console made by {@link #multiport} has
 * further ports, with queues {@code 2n + 2} and {@code 2n + 3} for port {@code n}, and two control queues, 2 and 3, on which
 * it tells the driver about them; control messages that find no buffer are lost, as at QEMU.
 *
 * <p>A {@link DeviceModel} that any {@link VirtioDevice} interface carries; {@link io.torosim.virtio.driver.ConsoleDriver ConsoleDriver} is a driver for
 * it.
 */
public final class ConsoleDevice implements DeviceModel {
    /** Feature: columns and rows are valid (bit 0). */
    public static final long F_SIZE = 1;
    /** Feature: several ports (bit 1). */
    public static final long F_MULTIPORT = 1L << 1;
    /** Feature: characters can be written to the configuration space (bit 2). */
    public static final long F_EMERG_WRITE = 1L << 2;
    /** Queue that receives. */
    public static final int RX = 0;
    /** Queue that transmits. */
    public static final int TX = 1;
    /** Queue that receives control messages. */
    public static final int CONTROL_RX = 2;
    /** Queue that transmits control messages. */
    public static final int CONTROL_TX = 3;

    private static final int DEVICE_READY = 0;
    private static final int PORT_ADD = 1;
    private static final int PORT_READY = 3;
    private static final int CONSOLE_PORT = 4;
    private static final int PORT_OPEN = 6;
    private static final int PORT_NAME = 7;
    private static final int MESSAGE_BYTES = 8;
    private static final int PORTS_OF_QEMU = 31;
    private static final int EMERG_WRITE = 8; // offset in the configuration

    /**
     * A port.
     *
     * @param name told to the driver; null for none
     * @param console whether the driver should show it as a console
     * @param hostOpen whether something at the host has it open
     * @param output takes what the guest writes
     */
    public record Port(@Nullable String name, boolean console, boolean hostOpen, Consumer<byte[]> output) {}

    private static final int MOST_PIECE_BYTES = 1 << 16; // a chain may have 4 GiB

    private final List<Port> ports;
    private final int mostPorts; // 1: no MULTIPORT
    private DeviceProfile profile = DeviceProfile.STRICT;
    private int columns;
    private int rows;

    @SuppressWarnings("NullAway.Init") // attach comes first
    private DeviceContext context;

    /**
     * Creates a console.
     *
     * @param columns width in characters
     * @param rows height in characters
     * @param output takes what the guest writes, in pieces of at most 64 KiB
     */
    public ConsoleDevice(int columns, int rows, Consumer<byte[]> output) {
        this(columns, rows, 1, List.of(new Port(null, true, true, Objects.requireNonNull(output, "output"))));
    }

    /**
     * Creates a device with several ports.
     *
     * @param columns width in characters
     * @param rows height in characters
     * @param mostPorts how many there could be, at least 2
     * @param ports those that are there, from port 0 on
     */
    public static ConsoleDevice multiport(int columns, int rows, int mostPorts, List<Port> ports) {
        Objects.requireNonNull(ports, "ports");
        if (mostPorts < 2 || ports.isEmpty() || ports.size() > mostPorts) {
            throw new IllegalArgumentException("mostPorts must be at least 2 and at least the ports, mostPorts="
                    + mostPorts + " ports=" + ports.size());
        }
        return new ConsoleDevice(columns, rows, mostPorts, ports);
    }

    private ConsoleDevice(int columns, int rows, int mostPorts, List<Port> ports) {
        this.columns = columns;
        this.rows = rows;
        this.mostPorts = mostPorts;
        this.ports = List.copyOf(ports);
    }

    private boolean asQemu() {
        return profile.deviates(DeviceDeviation.CONSOLE_AS_SERIAL_BUS);
    }

    private int mostPorts() {
        return asQemu() ? PORTS_OF_QEMU : mostPorts;
    }

    @Override
    public void attach(DeviceProfile deviceProfile) {
        profile = deviceProfile;
    }

    @Override
    public boolean servesEarly() {
        return true;
    }

    @Override
    public int deviceId() {
        return 3;
    }

    @Override
    public long features() {
        return F_SIZE | (mostPorts > 1 ? F_MULTIPORT : 0);
    }

    @Override
    public long features(DeviceProfile deviceProfile) {
        return asQemu() ? F_MULTIPORT | F_EMERG_WRITE : features();
    }

    @Override
    public int queueCount() {
        return mostPorts() == 1 ? 2 : 2 * mostPorts() + 2;
    }

    @Override
    public int configBytes() {
        return 12;
    }

    @Override
    public int configByte(int offset) {
        boolean size = !asQemu();
        return switch (offset) {
            case 0 -> size ? columns & 0xff : 0;
            case 1 -> size ? columns >>> 8 : 0;
            case 2 -> size ? rows & 0xff : 0;
            case 3 -> size ? rows >>> 8 : 0;
            case 4 -> mostPorts() > 1 ? mostPorts() & 0xff : 0;
            case 5 -> mostPorts() > 1 ? mostPorts() >>> 8 : 0;
            default -> 0;
        };
    }

    @Override
    public void configByte(int offset, int value) {
        if (asQemu() && offset == EMERG_WRITE) {
            ports.get(0).output().accept(new byte[] {(byte) value});
        }
    }

    /** Changes the size of the window, with a configuration interrupt. */
    public void resize(int newColumns, int newRows) {
        columns = newColumns;
        rows = newRows;
        if (context != null) {
            context.configChanged();
        }
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        if (queueIndex % 2 == 0) {
            return; // buffers for the guest are looked at when there is something for it
        }
        boolean control = queueIndex == CONTROL_TX;
        Consumer<byte[]> output = control ? this::control : output(queueIndex);
        if (!asQemu()) {
            context.serveAll(queueIndex, chain -> transmit(chain, output));
            return;
        }
        // never asks for no notifications
        DeviceQueue queue = Objects.requireNonNull(context.queue(queueIndex), "a queue that notifies");
        BufferChain chain = new BufferChain();
        while (queue.pop(chain)) {
            transmit(chain, output);
            queue.complete(chain.token(), 0);
        }
        context.finish(queueIndex);
    }

    private Consumer<byte[]> output(int queueIndex) {
        int port = queueIndex == TX ? 0 : queueIndex / 2 - 1;
        return port < ports.size() ? ports.get(port).output() : bytes -> {};
    }

    private void control(byte[] message) {
        if (message.length < MESSAGE_BYTES) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int id = in.getInt(0);
        int event = in.getShort(4);
        boolean value = in.getShort(6) != 0;
        if (event == DEVICE_READY && value) {
            for (int port = 0; port < ports.size(); port++) {
                tell(port, PORT_ADD, "");
            }
        } else if (event == PORT_READY && value && id >= 0 && id < ports.size()) {
            Port port = ports.get(id);
            if (port.console()) {
                tell(id, CONSOLE_PORT, "");
            }
            if (port.name() != null) {
                tell(id, PORT_NAME, port.name() + (asQemu() ? "\0" : ""));
            }
            if (port.hostOpen()) {
                tell(id, PORT_OPEN, "");
            }
        }
    }

    private void tell(int port, int event, String name) {
        DeviceQueue queue = context.queue(CONTROL_RX);
        BufferChain chain = new BufferChain();
        if (queue == null || !queue.pop(chain)) {
            return;
        }
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] message = ByteBuffer.allocate(MESSAGE_BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(port)
                .putShort((short) event)
                .putShort((short) 1)
                .put(text)
                .array();
        int written = chain.write(context.memory(), 0, message, 0, message.length);
        queue.complete(chain.token(), asQemu() ? message.length : written);
        context.finish(CONTROL_RX);
    }

    @Override
    @SuppressWarnings("NullAway") // nothing is asked of it until it is attached again
    public void reset() {
        context = null;
    }

    private long transmit(BufferChain chain, Consumer<byte[]> output) {
        for (long at = 0; at < chain.readableBytes(); ) {
            byte[] bytes = new byte[(int) Math.min(MOST_PIECE_BYTES, chain.readableBytes() - at)];
            at += chain.read(context.memory(), at, bytes, 0, bytes.length);
            output.accept(bytes);
        }
        return 0;
    }

    /** Types into the console; returns how many bytes the guest had room for. */
    public int type(byte[] input) {
        DeviceQueue queue = context == null ? null : context.queue(RX);
        if (queue == null) {
            return 0;
        }
        BufferChain chain = new BufferChain();
        int done = 0;
        while (done < input.length && queue.pop(chain)) {
            int part = chain.write(context.memory(), 0, input, done, input.length - done);
            queue.complete(chain.token(), part);
            done += part;
        }
        context.finish(RX);
        return done;
    }
}
