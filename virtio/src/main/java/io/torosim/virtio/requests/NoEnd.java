package io.torosim.virtio.requests;

/** A driver waits for an answer, and goes on waiting. */
final class NoEnd extends Error {
    private static final long serialVersionUID = 1L;

    NoEnd(int waits) {
        super(
                "waits without end for an answer: stopped after " + waits + " calls of DeviceWait.await",
                null,
                false,
                false);
    }

    @Override
    public String toString() {
        return String.valueOf(getMessage());
    }
}
