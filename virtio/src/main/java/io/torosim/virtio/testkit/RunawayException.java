package io.torosim.virtio.testkit;

import io.torosim.virtio.testkit.Violation.Side;

/** Thrown out of a watched memory when a side makes more accesses in one operation than any right one needs. */
final class RunawayException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RunawayException(Side side, long accesses) {
        super(side + " made " + accesses + " memory accesses in one operation");
    }
}
