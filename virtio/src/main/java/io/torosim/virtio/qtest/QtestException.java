package io.torosim.virtio.qtest;

import org.jspecify.annotations.Nullable;

/** QEMU did not answer as it should: it exited, crashed, hung, or refused a command. The message has its stderr. */
public final class QtestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QtestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
