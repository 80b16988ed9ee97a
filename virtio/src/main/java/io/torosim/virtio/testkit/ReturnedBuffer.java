package io.torosim.virtio.testkit;

import io.torosim.virtio.Rule;
import io.torosim.virtio.testkit.Violation.Side;

/** What is checked when a device returns a buffer, the same for both kinds of ring. */
final class ReturnedBuffer {
    static void check(
            Findings findings,
            InFlightBuffer buffer,
            long length,
            String place,
            Rule tooLong,
            Rule nothingWritable,
            Rule notWritten) {
        findings.judged(buffer.writableBytes == 0 ? nothingWritable : tooLong);
        findings.judged(notWritten);
        if (length > 0 && buffer.writableBytes == 0) {
            findings.report(Side.DEVICE, nothingWritable, place + ".len", length, "the buffer has no writable element");
        } else if (length > buffer.writableBytes) {
            findings.report(Side.DEVICE, tooLong, place + ".len", length, "must be at most " + buffer.writableBytes);
        } else if (buffer.writtenPrefix() < length) {
            findings.report(
                    Side.DEVICE,
                    notWritten,
                    place + ".len",
                    length,
                    "only the first " + buffer.writtenPrefix() + " bytes were written");
        }
    }

    private ReturnedBuffer() {}
}
