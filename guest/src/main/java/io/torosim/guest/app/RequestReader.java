package io.torosim.guest.app;

import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.stack.ServiceCall;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the path out of a request byte by byte: what stands between the fifth byte and the next space, kept over as many
 * packets as it takes ({@code GetRequest} of the microservices).
 */
final class RequestReader {
    private static final int SKIPPED = 4;

    private final int most;
    private byte[] path = new byte[16];
    private int pathBytes;
    private int counter;

    RequestReader(int most) {
        this.most = most;
    }

    /** Begins anew, with another request. */
    void begin() {
        pathBytes = 0;
        counter = 0;
    }

    /** Reads on; returns whether the path is whole. */
    boolean read(ServiceCall call) {
        int before = counter;
        boolean whole = false;
        for (int value = call.read(); value >= 0; value = call.read()) {
            if ((counter > SKIPPED && value == ' ') || pathBytes == most) {
                whole = true;
                break;
            }
            if (counter > SKIPPED) {
                if (pathBytes == path.length) {
                    path = Arrays.copyOf(path, 2 * pathBytes);
                }
                path[pathBytes++] = (byte) value;
            }
            counter++;
        }
        call.charge(Routine.PARSE_BYTES, counter - before);
        return whole;
    }

    String path() {
        return new String(path, 0, pathBytes, StandardCharsets.ISO_8859_1);
    }

    int pathBytes() {
        return pathBytes;
    }
}
