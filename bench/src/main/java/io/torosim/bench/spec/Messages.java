package io.torosim.bench.spec;

/** What exceptions say. */
public final class Messages {
    private Messages() {}

    /** Returns the message of an exception, the name of its class if it has none. */
    public static String of(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
