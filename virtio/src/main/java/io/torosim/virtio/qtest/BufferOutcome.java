package io.torosim.virtio.qtest;

import java.util.Arrays;

/**
 * What became of one request.
 *
 * @param request the request in words
 * @param type request type
 * @param writableBytes bytes that the device could write, the status byte included
 * @param reportedLength {@code len} of the used element
 * @param status status byte; 238 if the device did not write it
 * @param writeFlagRight whether WRITE in a packed used descriptor says whether anything was written; true for split rings
 * @param data the writable bytes before the status; 238 where the device did not write
 */
record BufferOutcome(
        String request,
        int type,
        int writableBytes,
        long reportedLength,
        int status,
        boolean writeFlagRight,
        byte[] data) {
    boolean sameData(BufferOutcome other) {
        return Arrays.equals(data, other.data);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof BufferOutcome other
                && request.equals(other.request)
                && reportedLength == other.reportedLength
                && status == other.status
                && sameData(other);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data) * 31 + status;
    }

    @Override
    public String toString() {
        return request + " -> len " + reportedLength + " status " + status + " data "
                + Integer.toHexString(Arrays.hashCode(data));
    }
}
