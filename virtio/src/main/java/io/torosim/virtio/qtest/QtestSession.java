package io.torosim.virtio.qtest;

import io.torosim.core.process.RunPlace;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU of its own, driven over its qtest socket: lines of text, each answered in order. The machine's vCPU is halted;
 * the driver under test takes its place.
 *
 * <p>Commands without a result are posted: they are sent together with the next command that has one, which costs about a
 * quarter of a round trip each. A command that QEMU refuses, a QEMU that exits, crashes or hangs is reported as
 * {@link QtestException} with its error output, at the latest by the next {@link #ask} or {@link #sync}; QEMU is ended
 * then. {@link #close} always ends it. Confined to one thread.
 *
 * <p>{@link QemuProcess} is the process and its error output; {@link QtestRegisters} and {@link QtestMemory} make registers and memory of its commands,
 * {@link QemuMachine} a machine of these.
 */
public final class QtestSession implements AutoCloseable {
    /** How long a QEMU may think about one command unless told otherwise; qtest commands take microseconds. */
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

    private static final int SEND_AT_BYTES = 16 * 1024;
    private static final int MOST_UNANSWERED = 4096; // 3 bytes an answer: far less than the socket holds

    private final QemuProcess qemu;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long timeoutMs;
    private final StringBuilder unsent = new StringBuilder();
    private final ByteBuffer received = ByteBuffer.allocate(1 << 16).flip();
    private final StringBuilder line = new StringBuilder();
    private int unanswered;
    private long commands;
    private boolean closed;

    private QtestSession(QemuProcess qemu, SocketChannel channel, long timeoutMs) throws IOException {
        this.qemu = qemu;
        this.channel = channel;
        this.timeoutMs = timeoutMs;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Returns whether QEMU is installed: whether {@code qemu-system-x86_64} is on the search path. */
    public static boolean available() {
        return QemuProcess.program() != null;
    }

    /**
     * Starts QEMU.
     *
     * @param arguments devices and drives, as on its command line
     * @param timeout longest time that QEMU may take for one command or for its start
     * @throws IOException if it is not installed
     * @throws QtestException if it does not come up; the message has its error output
     */
    public static QtestSession start(List<String> arguments, Duration timeout) throws IOException {
        RunPlace place = RunPlace.create();
        QemuProcess qemu = null;
        UnixDomainSocketAddress address =
                UnixDomainSocketAddress.of(place.directory().resolve("qtest"));
        boolean up = false;
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            server.configureBlocking(false);
            qemu = QemuProcess.start(place, "qtest", arguments);
            QtestSession session = new QtestSession(qemu, accept(server, qemu, timeout.toMillis()), timeout.toMillis());
            session.ask("inb 0x80"); // answered: all arguments were accepted
            up = true;
            return session;
        } finally {
            if (!up) {
                QemuProcess.close(place);
            }
        }
    }

    private static SocketChannel accept(ServerSocketChannel server, QemuProcess qemu, long timeoutMs)
            throws IOException {
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            for (long left = timeoutMs; left > 0; left -= 100) {
                if (selector.select(100) > 0) {
                    return server.accept();
                }
                if (!qemu.alive()) {
                    throw new QtestException("QEMU ended before it connected: " + qemu.epitaph(), null);
                }
            }
            throw new QtestException("QEMU did not connect: " + qemu.epitaph(), null);
        }
    }

    /** Returns the process, for who wants to see that it is gone. */
    public ProcessHandle process() {
        return qemu.handle();
    }

    /** Returns how many commands were given. */
    public long commands() {
        return commands;
    }

    /** Gives a command without a result; it is sent later, in order. */
    public void post(String command) {
        checkOpen();
        unsent.append(command).append('\n');
        unanswered++;
        commands++;
        if (unsent.length() >= SEND_AT_BYTES) {
            send();
        }
        if (unanswered >= MOST_UNANSWERED) {
            sync();
        }
    }

    /** Sends what was posted and waits until all of it is done. */
    public void sync() {
        checkOpen();
        send();
        while (unanswered > 0) {
            answer();
        }
    }

    /** Gives a command, waits, and returns what comes after {@code OK}; empty if nothing does. */
    public String ask(String command) {
        checkOpen();
        unsent.append(command).append('\n');
        unanswered++;
        commands++;
        send();
        while (unanswered > 1) {
            answer();
        }
        return answer();
    }

    /** Gives a command and returns its number, which QEMU writes as {@code 0x...}. */
    public long askNumber(String command) {
        String text = ask(command);
        if (!text.startsWith("0x")) {
            throw broken("no number in the answer to " + command + ": " + text, null);
        }
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    private String answer() {
        String text;
        do {
            text = readLine();
        } while (text.startsWith("IRQ "));
        unanswered--;
        if (!text.startsWith("OK")) {
            throw broken("QEMU refuses a command: " + text, null);
        }
        return text.length() > 3 ? text.substring(3) : "";
    }

    private void send() {
        ByteBuffer bytes = ByteBuffer.wrap(unsent.toString().getBytes(StandardCharsets.US_ASCII));
        unsent.setLength(0);
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(SelectionKey.OP_WRITE, "take a command");
                }
            }
        } catch (IOException e) {
            throw broken("QEMU is gone", e);
        }
    }

    private String readLine() {
        line.setLength(0);
        try {
            while (true) {
                while (received.hasRemaining()) {
                    byte next = received.get();
                    if (next == '\n') {
                        return line.toString();
                    }
                    line.append((char) next);
                }
                received.clear();
                int count = channel.read(received);
                received.flip();
                if (count < 0) {
                    throw broken("QEMU ended", null);
                }
                if (count == 0) {
                    await(SelectionKey.OP_READ, "answer");
                }
            }
        } catch (IOException e) {
            throw broken("QEMU is gone", e);
        }
    }

    private void await(int operation, String what) throws IOException {
        key.interestOps(operation);
        if (selector.select(timeoutMs) == 0) {
            throw broken(String.format(Locale.ROOT, "QEMU does not %s for %d ms", what, timeoutMs), null);
        }
        selector.selectedKeys().clear();
    }

    private QtestException broken(String what, @Nullable Throwable cause) {
        QtestException exception = new QtestException(what + "; " + qemu.epitaph(), cause);
        try {
            close();
        } catch (QtestException e) {
            exception.addSuppressed(e);
        }
        return exception;
    }

    /** Ends QEMU and deletes its files. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (selector;
                channel) {
            qemu.close();
        } catch (IOException e) {
            throw new QtestException("cannot close the socket", e);
        }
    }

    /** QEMU did not answer as it should: it exited, crashed, hung, or refused a command. The message has its stderr. */
    public static final class QtestException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        QtestException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
