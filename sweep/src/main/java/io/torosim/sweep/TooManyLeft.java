package io.torosim.sweep;

/** Too many runs that did not end in time keep processors busy: no further run mends that. */
final class TooManyLeft extends Error {
    private static final long serialVersionUID = 1;

    TooManyLeft(String message) {
        super(message);
    }
}
