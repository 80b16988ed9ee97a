package io.torosim.virtio.requests;

/** The device under examination did something wrong. */
final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String what) {
        super(what, null, false, false);
    }
}
