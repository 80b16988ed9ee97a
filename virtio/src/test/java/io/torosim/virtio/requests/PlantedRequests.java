package io.torosim.virtio.requests;

import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.requests.DeviceExam.DeviceReport;
import io.torosim.virtio.vsock.FaultyVsockDriver;
import io.torosim.virtio.vsock.NaiveVsock;
import io.torosim.virtio.vsock.VsockDevice;
import io.torosim.virtio.vsock.VsockEndpoint;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The exams of drivers and devices with a planted fault, or with none. */
public final class PlantedRequests {
    /** What is not found, and why. */
    static final Map<RequestFault, String> MISSED = Map.of(
            RequestFault.VSOCK_COUNTERS,
            "shows after 2 GiB of one stream; VsockTest begins the counters near their wrap");

    private static final int MOST_SHOWN = 130;

    private PlantedRequests() {}

    /** What was found: the text of the report, how many scripts that took (0: no scripts). */
    record Found(String text, int scripts) {}

    /** Returns what is found, or null. */
    static Found exam(RequestFault.Part part, RequestFault fault) {
        return switch (part) {
            case BLK_DEVICE -> {
                Found found = found(DeviceExam.blk(content -> naive(new NaiveBlk(content, false, fault))));
                yield found != null
                        ? found
                        : found(DeviceExam.blk(content -> naive(new NaiveBlk(content, true, fault))));
            }
            case NET_DEVICE -> found(DeviceExam.net((mac, wire) -> {
                NaiveNet net = new NaiveNet(mac, wire, fault);
                return new Devices.Net() {
                    @Override
                    public DeviceModel model() {
                        return net;
                    }

                    @Override
                    public boolean receive(byte[] frame) {
                        return net.receive(frame);
                    }
                };
            }));
            case CONSOLE_DEVICE -> found(DeviceExam.console(output -> {
                NaiveConsole console = new NaiveConsole(output, fault);
                return new Devices.Console() {
                    @Override
                    public DeviceModel model() {
                        return console;
                    }

                    @Override
                    public void work() {
                        console.work();
                    }

                    @Override
                    public int type(byte[] input) {
                        return console.type(input);
                    }
                };
            }));
            case ENTROPY_DEVICE -> found(DeviceExam.entropy(source -> naive(new NaiveEntropy(source, fault))));
            case VSOCK_DEVICE -> found(DeviceExam.vsock(cid -> of(new NaiveVsock(cid, String.valueOf(fault)))));
            case BLK_DRIVER -> found(
                    DriverExam.blk((t, m, dma, ring, wait) -> new FaultyDrivers.Blk(fault, t, m, dma, ring, wait)));
            case NET_DRIVER -> found(
                    DriverExam.net((t, m, dma, ring, wait) -> new FaultyDrivers.Net(fault, t, m, dma, ring, wait)));
            case CONSOLE_DRIVER -> found(DriverExam.console(
                    (t, m, dma, ring, wait) -> new FaultyDrivers.Console(fault, t, m, dma, ring, wait)));
            case ENTROPY_DRIVER -> found(DriverExam.entropy(
                    (t, m, dma, ring, wait) -> new FaultyDrivers.Entropy(fault, t, m, dma, ring, wait)));
            case NET_SENDER -> found(
                    DriverExam.netSend((t, m, dma, ring, wait) -> new FaultySenders.Net(fault, t, m, dma, ring, wait)));
            case CONSOLE_INPUT -> found(DriverExam.consoleInput(
                    (t, m, dma, ring, wait) -> new FaultySenders.Input(fault, t, m, dma, ring, wait)));
            case VSOCK_DRIVER -> found(DriverExam.vsock((t, m, dma, ring, wait) ->
                    new FaultyVsockDriver(t, m, dma, ring, fault == null ? "" : fault.name())));
        };
    }

    /**
     * A line of the table.
     *
     * @param text the line
     * @param found whether the exam found the fault
     * @param device whether it is planted in a device; those were written down before the exam
     * @param publicBug whether there is a public bug behind it
     * @param scripts how many scripts it took; 0 in a driver, whose exam has none
     */
    public record Row(String text, boolean found, boolean device, boolean publicBug, int scripts) {}

    /** Returns the table: faults of these names examined, the others as the page has them. */
    public static List<Row> rows(Pattern names, String page) {
        return Arrays.stream(RequestFault.values())
                .map(fault -> names.matcher(fault.name()).matches() ? row(fault) : known(fault, page))
                .toList();
    }

    private static Row known(RequestFault fault, String page) {
        String start = "| " + fault.part.title + " | " + fault.story + " |";
        String line = page.lines().filter(l -> l.startsWith(start)).findFirst().orElseThrow();
        String[] cells = line.split("\\|", -1);
        return new Row(
                line + "\n",
                !line.contains("**not**"),
                cells[4].trim().equals("before"),
                !fault.publicBug.isEmpty(),
                cells[6].isBlank() ? 0 : Integer.parseInt(cells[6].trim()));
    }

    private static Row row(RequestFault fault) {
        Found found = exam(fault.part, fault);
        boolean device = fault.part.ordinal() < RequestFault.Part.BLK_DRIVER.ordinal() && !fault.byReader();
        String what = found == null
                ? "**not**: " + MISSED.get(fault)
                : found.text
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceFirst(" \\((at|in) .*", "")
                        .replace("|", "/");
        what = what.length() > MOST_SHOWN ? what.substring(0, MOST_SHOWN) + "..." : what;
        return new Row(
                "| " + fault.part.title + " | " + fault.story + " | " + fault.publicBug + " | "
                        + (fault.byReader() ? "by a reader" : device ? "before" : "after") + " | " + what + " | "
                        + (found != null && found.scripts > 0 ? found.scripts : "") + " |\n",
                found != null,
                device,
                !fault.publicBug.isEmpty(),
                found == null ? 0 : found.scripts);
    }

    private static Found found(DeviceReport report) {
        return report.failed() ? new Found(report.failure(), report.scripts()) : null;
    }

    private static Found found(List<String> wrong) {
        return wrong.isEmpty() ? null : new Found(String.join("\n", wrong), 0);
    }

    static Devices.Device of(NaiveVsock vsock) {
        return new Devices.Device() {
            @Override
            public DeviceModel model() {
                return vsock;
            }

            @Override
            public void work() {
                vsock.work();
            }
        };
    }

    private static Devices.Device naive(NaiveDevice device) {
        return new Devices.Device() {
            @Override
            public DeviceModel model() {
                return device;
            }

            @Override
            public void work() {
                device.work();
            }
        };
    }

    /** The device of this library, with a host that echoes at port 7 and discards at port 9. */
    static Devices.Device ourVsock(long cid) {
        VsockEndpoint host = new VsockEndpoint(VsockPacket.HOST_CID, 3000);
        List<VsockConnection> echoing = new ArrayList<>();
        List<byte[]> unsent = new ArrayList<>();
        List<VsockConnection> discarding = new ArrayList<>();
        host.listen(7, connection -> {
            echoing.add(connection);
            unsent.add(new byte[0]);
        });
        host.listen(9, discarding::add);
        VsockDevice device = new VsockDevice(cid, host);
        return new Devices.Device() {
            @Override
            public DeviceModel model() {
                return device;
            }

            @Override
            public void work() {
                for (int i = 0; i < echoing.size(); i++) {
                    VsockConnection stream = echoing.get(i);
                    byte[] rest = unsent.get(i).length > 0 ? unsent.get(i) : stream.read(1000);
                    unsent.set(i, Arrays.copyOfRange(rest, stream.write(rest), rest.length));
                    if (stream.ended() && unsent.get(i).length == 0) {
                        stream.shutdown();
                    }
                }
                for (VsockConnection stream : discarding) {
                    stream.read(1000);
                    if (stream.ended()) {
                        stream.shutdown();
                    }
                }
                device.work();
            }
        };
    }
}
