package io.torosim.virtio.requests;

import io.torosim.virtio.device.NetDevice.FrameSink;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs random scripts of requests at a device model of yours and compares with a reference model: what comes back and how long
 * it is, what the host's side sees, what of guest memory changes, with buffers cut anywhere, with queues and devices reset in
 * the middle of it all. The rings are ours, so that whatever is wrong is wrong in the requests.
 *
 * <pre>{@code
 * DeviceExam.blk(content -> Devices.of(new MyDisk(content))).verify();
 * }</pre>
 *
 * <p>A report has the shortest script that fails. An exam takes about a second; the same device always gets the same.
 */
public final class DeviceExam {
    private DeviceExam() {}

    /**
     * Examines a disk (virtio 1.2 section 5.2). Of its features RO, FLUSH, DISCARD and WRITE_ZEROES are tried where it offers
     * them.
     *
     * @param factory makes a disk with the given content, whole sectors of 512 bytes
     */
    public static DeviceReport blk(Function<byte[], Devices.Device> factory) {
        Objects.requireNonNull(factory, "factory");
        return ScriptSearch.run("blk", BlkGuest.KNOWN, BlkGuest.guests(factory), BlkGuest::script, BlkGuest.huge());
    }

    /**
     * Examines a network card (section 5.1), with mergeable buffers where it offers them.
     *
     * @param factory makes a card with this address, 6 bytes, that sends to this wire
     */
    public static DeviceReport net(BiFunction<byte[], FrameSink, Devices.Net> factory) {
        Objects.requireNonNull(factory, "factory");
        return ScriptSearch.run("net", NetGuest.KNOWN, NetGuest.guests(factory), NetGuest::script, NetGuest.huge());
    }

    /**
     * Examines a console with one port (section 5.3).
     *
     * @param factory makes a console that prints to this consumer
     */
    public static DeviceReport console(Function<Consumer<byte[]>, Devices.Console> factory) {
        Objects.requireNonNull(factory, "factory");
        return ScriptSearch.run("console", 0, ConsoleGuest.guests(factory), ConsoleGuest::script, ConsoleGuest.huge());
    }

    /**
     * Examines an entropy device (section 5.4).
     *
     * @param factory makes a device whose bytes come from this source, the low 8 bits of each number
     */
    public static DeviceReport entropy(Function<IntSupplier, Devices.Device> factory) {
        Objects.requireNonNull(factory, "factory");
        return ScriptSearch.run("entropy", 0, EntropyGuest.guests(factory), EntropyGuest::script, EntropyGuest.huge());
    }

    /**
     * Examines a socket device (section 5.10). At the host, address 2, two ports must be open: whatever arrives at port 7 is sent
     * back at once, and when the guest sends no more, so does the host; whatever arrives at port 9 is taken and thrown away.
     * Nothing may listen at port 11.
     *
     * @param factory makes a device for a guest of this address
     */
    public static DeviceReport vsock(LongFunction<Devices.Device> factory) {
        Objects.requireNonNull(factory, "factory");
        return ScriptSearch.run(
                "vsock", VsockGuest.KNOWN, VsockGuest.guests(factory), VsockGuest::script, java.util.List.of());
    }

    /**
     * What an exam of a device has found.
     *
     * @param failure what the device did wrong and the shortest script that shows it, or null
     * @param scripts how many scripts were run, the failing one included
     * @param steps how many steps of each kind were taken, by the first word of their text; a kind that is not here was not tried
     * @param cause what came out of the device, with its trace, if that is what is wrong, or null
     */
    public record DeviceReport(
            @Nullable String failure, int scripts, Map<String, Integer> steps, @Nullable Throwable cause) {
        /** Copies the map. */
        public DeviceReport {
            steps = Collections.unmodifiableMap(new TreeMap<>(steps));
        }

        /** Returns whether the device did something wrong. */
        public boolean failed() {
            return failure != null;
        }

        /**
         * Fails as a test does.
         *
         * @throws AssertionError with the failure, if there is one; its cause is what came out of the device, if something did
         */
        public void verify() {
            if (failed()) {
                throw new AssertionError(failure, cause);
            }
        }

        @Override
        public String toString() {
            return failure != null ? failure : scripts + " scripts, nothing wrong; steps: " + steps;
        }
    }
}
