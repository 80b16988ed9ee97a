package io.torosim.experiment.load;

import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Request arrivals from a packet capture: the moments at which a TCP connection to a port was opened (SYN without ACK), or
 * at which a segment whose data begins with {@code GET } was sent to it. The earliest is time 0.
 */
public final class ArrivalPcap {
    private static final long MAX_BYTES = 1L << 30;

    private ArrivalPcap() {}

    /**
     * Reads the arrivals of {@code file} as offsets from the first, in order.
     *
     * @param port TCP port of the server, in [1, 65535]
     * @param requests whether GET requests are counted rather than connections
     * @throws SpecException if the file is no capture or a packet of it is malformed, naming file, packet, offset and value
     */
    public static List<Duration> read(Path file, int port, boolean requests) {
        byte[] bytes;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new SpecException(file + ": larger than 1 GiB, bytes=" + Files.size(file));
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new SpecException(file + ": no such file");
        } catch (IOException e) {
            throw new SpecException(file + ": cannot be read: " + e.getMessage());
        }
        return read(file.toString(), bytes, port, requests);
    }

    static List<Duration> read(String name, byte[] bytes, int port, boolean requests) {
        List<Duration> times = new ArrayList<>();
        PcapReader reader = new PcapReader(name, bytes);
        while (reader.next()) {
            TcpSegment segment = TcpSegment.find(bytes, reader.packetStart(), reader.packetEnd(), reader.linkType());
            if (segment == null || segment.destinationPort() != port) {
                continue;
            }
            if (requests ? segment.beginsWith("GET ") : segment.opensConnection()) {
                times.add(reader.time());
            }
        }
        if (times.isEmpty()) {
            throw new SpecException(name + ": no " + (requests ? "GET request" : "TCP connection") + " to port " + port
                    + " in " + reader.packetCount() + " packets");
        }
        return ArrivalCsv.sinceFirst(times);
    }
}
