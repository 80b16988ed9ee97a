package io.torosim.sweep;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A study cannot be run as asked; the message is one line for the user. */
public final class StudyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final @Nullable String key;
    private final @Nullable String value;

    /** Creates one with its line. */
    public StudyException(String message) {
        super(message);
        key = null;
        value = null;
    }

    /**
     * Creates one about something that the study says.
     *
     * @param key what is wrong: {@code outputs}, {@code factors.NAME}, ... as in a study's file, or a key of the specification
     * @param rule that it breaks
     * @param value that breaks it; null if there is none to show
     */
    public StudyException(String key, String rule, @Nullable Object value) {
        super(key + ": " + rule + (value == null ? "" : ", value=" + value));
        this.key = key;
        this.value = value == null ? null : value.toString();
    }

    /** Returns what of the study is wrong, as a file names it; empty if it is no single thing. */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }

    /** Returns the value that is wrong, if there is one. */
    public Optional<String> value() {
        return Optional.ofNullable(value);
    }
}
