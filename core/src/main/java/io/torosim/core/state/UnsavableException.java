package io.torosim.core.state;

/** Something that a run holds cannot be put back: the message names its class, why, and what to do. */
final class UnsavableException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    UnsavableException(Class<?> type, String why) {
        super("cannot save the state of a " + type.getName() + ": " + why);
    }

    /** Another once more, with the fields that lead to the object. */
    UnsavableException(UnsavableException other, String place) {
        super(other.getMessage() + "; it is in " + place, other);
    }
}
