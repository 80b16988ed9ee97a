#!/usr/bin/env bash
# HdrHistogram 2.2.2: interval histograms with start and end in milliseconds, written by HistogramLogWriter and read back by HistogramLogReader.
# Guess, written down before (for 1,700,000,000,123 to 1,700,000,001,999): the log has milliseconds to the digit, so the reader gives the same two stamps.
# Wrong: the end comes back as ...998. The line holds start and length in seconds with three decimals, and the reader multiplies doubles by 1,000 and cuts. One end in fourteen
# loses its last millisecond with stamps of today, and one start in a hundred with stamps of a clock that begins at 0, as that of a simulation does.
# Seen with HdrHistogram 2.2.2, of 10,000 intervals of a second and up to 6 ms each: from 0 on 95 starts and 1,449 ends moved, from 1,700,000,000,000 on 0 and 698.
# Fails if these change.
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > pom.xml <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
<dependencies><dependency><groupId>org.hdrhistogram</groupId><artifactId>HdrHistogram</artifactId><version>2.2.2</version></dependency></dependencies></project>
P
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib
cat > Log.java <<'J'
import java.io.*;
import org.HdrHistogram.*;

public class Log {
    public static void main(String[] args) {
        for (long base : new long[] {0, 1_700_000_000_000L}) {
            int starts = 0, ends = 0;
            for (int k = 0; k < 10_000; k++) {
                Histogram h = new Histogram(3);
                h.recordValue(1);
                h.setStartTimeStamp(base + k);
                h.setEndTimeStamp(base + k + 1000 + k % 7);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                HistogramLogWriter writer = new HistogramLogWriter(out);
                writer.outputIntervalHistogram(h);
                writer.close();
                EncodableHistogram back = new HistogramLogReader(new ByteArrayInputStream(out.toByteArray())).nextIntervalHistogram();
                starts += back.getStartTimeStamp() != h.getStartTimeStamp() ? 1 : 0;
                ends += back.getEndTimeStamp() != h.getEndTimeStamp() ? 1 : 0;
            }
            System.out.println("from " + base + ": starts moved " + starts + ", ends moved " + ends + " of 10000");
        }
    }
}
J
javac -cp 'lib/*' Log.java; got=$(java -cp 'lib/*:.' Log)
echo "$got"
[ "$got" = $'from 0: starts moved 95, ends moved 1449 of 10000\nfrom 1700000000000: starts moved 0, ends moved 698 of 10000' ] || { echo "changed"; exit 1; }
