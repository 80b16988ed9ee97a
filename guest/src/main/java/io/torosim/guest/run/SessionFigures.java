package io.torosim.guest.run;

import io.torosim.guest.app.GuestSession;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What an application's session says of itself, whoever its clients are. */
record SessionFigures(GuestSession session) implements FarEnd.Served {
    @Override
    public OptionalLong heapHighWaterBytes() {
        return OptionalLong.of(session.heap().highWaterBytes());
    }

    @Override
    public OptionalLong bytesCopied() {
        return session.stack().stream()
                .mapToLong(stack -> stack.counters().bytesCopied())
                .findFirst();
    }

    @Override
    public OptionalInt connections() {
        return session.stack().isPresent() ? OptionalInt.of(session.sockets().size()) : OptionalInt.empty();
    }

    @Override
    public OptionalLong repeatedSegments() {
        return session.stack().stream()
                .mapToLong(stack -> stack.counters().retransmissions())
                .findFirst();
    }
}
