package io.torosim.virtio.queue;

/** What a driver learns of a buffer that the device has used. Reusable: the driver half fills it. */
public final class UsedBuffer {
    int id;
    long lengthBytes;
    long reportedLength;

    /** Creates an empty result. */
    public UsedBuffer() {}

    /** Sets what a driver half found; for driver halves. */
    public void set(int bufferId, long usableBytes, long reportedBytes) {
        id = bufferId;
        lengthBytes = usableBytes;
        reportedLength = reportedBytes;
    }

    /** Returns the id that {@code add} gave to the buffer. */
    public int id() {
        return id;
    }

    /** Returns how many bytes of the writable part may be looked at: what the device said, at most what there is. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** Returns what the device said it wrote, as it stands in the ring. */
    public long reportedLength() {
        return reportedLength;
    }
}
