package io.torosim.guest.stack;

/**
 * A network service (Network.pas: {@code TNetworkHandler}): the callbacks of the one thread that serves all its
 * connections. A callback says what it does through its {@link ServiceCall}; each of its calls takes effect in order, when the
 * ones before it are over.
 */
public interface ServiceHandler {
    /** Returns the port that it listens on, in [1, 9999], or 0 if it only opens connections. */
    int port();

    /** Returns how many half-open connections it takes. */
    int backlog();

    /** The service's thread begins, before anything else; the call has no connection. */
    default void onInit(ServiceCall call) {}

    /** A peer has opened a connection. */
    void onAccept(ServiceCall call);

    /** A connection that {@link ServiceCall#connect} began is open. */
    default void onConnect(ServiceCall call) {}

    /** A connection that {@link ServiceCall#connect} began came to nothing: nobody answered. */
    default void onConnectFail(ServiceCall call) {}

    /** Data have come. */
    void onReceive(ServiceCall call);

    /** What a select waited for did not come in time. */
    void onTimeOut(ServiceCall call);

    /** The peer has closed its half. */
    void onClose(ServiceCall call);
}
