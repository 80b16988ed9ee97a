package io.torosim.experiment.spec;

import java.util.List;

/** An input file that breaks a rule. The message is one line that names the file, the key or place, and the value. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String[] keys;

    /** Creates it with that line. */
    public SpecException(String message) {
        this(List.of(), message);
    }

    /** Creates it with that line about some keys, whose place in the file is not known here. */
    public SpecException(List<String> keys, String message) {
        super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
        this.keys = keys.toArray(new String[0]);
    }

    /** Returns the keys that the line is about but does not say the place of. */
    public List<String> keys() {
        return List.of(keys);
    }
}
