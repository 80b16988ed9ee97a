package io.torosim.guest.load;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where requests go into a guest, and where it is known when they are answered: clients of its network, or a queue. */
public interface RequestPort {
    /** Begins a request now. */
    void request();

    /** Sets who is told of each request that is answered. */
    void onAnswer(Runnable listener);

    /** Returns how long a client waits after an answer before its next request, in picoseconds; drawn anew at each call. */
    long turnPs();

    /** Returns how many requests have begun. */
    long startedCount();

    /** Returns how many have been answered. */
    long doneCount();

    /** Returns the stretches of traffic so far, each {start, end} in picoseconds, in order. */
    List<long[]> traffic();

    /** Returns the most bytes of its kernel's memory that the guest has had in use so far; empty if it has no such memory. */
    default OptionalLong heapHighWaterBytes() {
        return OptionalLong.empty();
    }

    /** Returns the bytes of answers that the clients have received so far; empty where requests have no bytes. */
    default OptionalLong bytesReceived() {
        return OptionalLong.empty();
    }

    /** Returns the bytes of frames that the driver of the guest's card has copied so far; empty where nobody counts them. */
    default OptionalLong bytesCopied() {
        return OptionalLong.empty();
    }

    /** Returns how many connections the guest has now; empty for a guest without any. */
    default OptionalInt connections() {
        return OptionalInt.empty();
    }

    /** Returns whether all is done that the guest was started for; false where more can always be asked. */
    default boolean isOver() {
        return false;
    }
}
