package io.torosim.experiment.real.host;

import java.io.IOException;

/** The monitor is missing, refused its arguments, died or hung; the message is one line. */
public final class RealMachineException extends IOException {
    private static final long serialVersionUID = 1;

    /** Creates it; lines of {@code message} are joined. */
    public RealMachineException(String message) {
        super(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
