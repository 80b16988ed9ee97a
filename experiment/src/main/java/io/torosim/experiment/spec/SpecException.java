package io.torosim.experiment.spec;

/** An input file that breaks a rule. The message is one line that names the file, the key or place, and the value. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates it with that line. */
    public SpecException(String message) {
        super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }
}
