package io.torosim.guest.run;

import io.torosim.guest.linux.LinuxHttpGuest;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a Linux guest says of itself: the model of its kernel has no memory of its own. */
record LinuxFigures(LinuxHttpGuest guest) implements FarEnd.Served {
    @Override
    public OptionalLong heapHighWaterBytes() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong bytesCopied() {
        return OptionalLong.empty();
    }

    @Override
    public OptionalInt connections() {
        return OptionalInt.of(guest.connections());
    }

    @Override
    public OptionalLong repeatedSegments() {
        return OptionalLong.of(guest.repeatedSegments());
    }
}
