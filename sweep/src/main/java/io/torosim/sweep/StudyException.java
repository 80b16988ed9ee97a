package io.torosim.sweep;

/** A study cannot be run as asked; the message is one line for the user. */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates one with its line. */
    public StudyException(String message) {
        super(message);
    }
}
