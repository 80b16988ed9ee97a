#!/usr/bin/env bash
# io.pkts pkts-core 3.0.10: Packet.getArrivalTime() of a capture with nanoseconds (pcap, magic a1b23c4d, as tcpdump --nano writes it).
# Guess, written down before: microseconds since the epoch, as its documentation says, so that two packets within a microsecond look equal.
# Wrong: the reader takes such files, and then the number is nanoseconds. 1.001001 s of a usual capture is 1001001; 1.001001999 s of
# one with nanoseconds is 1001001999, so its documented recipe (divide by 1000, make a Date) gives a date a thousand times as far from 1970. Nothing
# in the packet says which.
# Seen with pkts-core 3.0.10: "us.pcap 1001001", "ns.pcap 1001001999".
# Fails if both are in one unit.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>io.pkts</groupId><artifactId>pkts-core</artifactId><version>3.0.10</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Arrival.java <<'J'
import io.pkts.Pcap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

public class Arrival {
    /** A capture of one UDP datagram from 10.0.0.1 to 10.0.0.2. */
    static void write(String file, int magic, int fraction) throws IOException {
        ByteBuffer b = ByteBuffer.allocate(24 + 16 + 47).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(magic).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65535).putInt(1);
        b.putInt(1).putInt(fraction).putInt(47).putInt(47).order(ByteOrder.BIG_ENDIAN);
        b.putLong(0x0200_0000_0001_0200L).putInt(0x0000_0002).putShort((short) 0x800);
        b.putShort((short) 0x4500).putShort((short) 33).putInt(0x1_0000).putShort((short) 0x4011).putShort((short) 0);
        b.putInt(0x0a000001).putInt(0x0a000002);
        b.putShort((short) 1000).putShort((short) 2000).putShort((short) 13).putShort((short) 0).put("hello".getBytes());
        Files.write(Path.of(file), b.array());
    }

    public static void main(String[] args) throws IOException {
        write("us.pcap", 0xa1b2c3d4, 1001);
        write("ns.pcap", 0xa1b23c4d, 1001999);
        for (String file : new String[] {"us.pcap", "ns.pcap"}) {
            Pcap pcap = Pcap.openStream(file);
            pcap.loop(packet -> {
                System.out.println(file + " " + packet.getArrivalTime());
                return true;
            });
            pcap.close();
        }
    }
}
J
javac -cp 'lib/*' Arrival.java
got=$(java -cp 'lib/*:.' Arrival 2>/dev/null)
echo "$got"
[ "$got" = $'us.pcap 1001001\nns.pcap 1001001999' ] || { echo "changed"; exit 1; }
