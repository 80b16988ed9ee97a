package io.torosim.guest.stack;

/**
 * A network service (Network.pas: {@code TNetworkHandler}): the callbacks of the one thread that serves all its
 * connections. A callback says what it does through its {@link ServiceCall}; each of its calls takes effect in order, when the
 * ones before it are over.
 */
public interface ServiceHandler {
    /** Returns the port that it listens on, in [1, 9999]. */
    int port();

    /** Returns how many half-open connections it takes. */
    int backlog();

    /** A connection was opened. */
    void onAccept(ServiceCall call);

    /** Data have come. */
    void onReceive(ServiceCall call);

    /** What a select waited for did not come in time. */
    void onTimeOut(ServiceCall call);

    /** The peer has closed its half. */
    void onClose(ServiceCall call);
}
