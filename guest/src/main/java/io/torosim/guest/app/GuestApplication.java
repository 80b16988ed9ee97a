package io.torosim.guest.app;

import io.torosim.guest.spec.LinkSpec.NicCard;
import java.time.Duration;
import java.util.Optional;

/** One of Toro's example programs: what it needs. {@link GuestSpec#applications} has all of them. */
public interface GuestApplication {
    /** Returns its name, as that of its source file. */
    String name();

    /** Returns what it does, in one sentence. */
    String summary();

    /** Returns the vCPUs of its usual virtual machine. */
    int vcpus();

    /** Returns the memory of its usual virtual machine in MiB. */
    int ramMib();

    /** Returns the card that it dedicates, if any. */
    default Optional<NicCard> card() {
        return Optional.empty();
    }

    /** Returns whether it mounts a disk. */
    default boolean needsFiles() {
        return false;
    }

    /** Returns the core that owns its disk. */
    default int diskOwner() {
        return 0;
    }

    /** Returns whether it heeds the keyboard. */
    default boolean hasKeyboard() {
        return false;
    }

    /** Returns how long it is worth watching with nothing asked of it. */
    default Duration usualTime() {
        return Duration.ofSeconds(3);
    }

    /** Returns the port that it serves, 0 for none. */
    default int port() {
        return 0;
    }

    /** Returns what a client asks it for if nothing else is said. */
    default String usualPath() {
        return "/";
    }

    /**
     * Refuses a setting of the network where there is none: nobody is left to wonder.
     *
     * @param setting its name, for the message
     */
    default void checkCard(String setting) {
        if (card().isEmpty()) {
            throw doesNothing("has no network card", setting);
        }
    }

    /** Refuses a setting of the disk where there is none; see {@link #checkCard}. */
    default void checkDisk(String setting) {
        if (!needsFiles()) {
            throw doesNothing("has no disk", setting);
        }
    }

    /** Refuses a setting of what is asked for where nothing is served; see {@link #checkCard}. */
    default void checkRequests(String setting) {
        if (port() == 0) {
            throw doesNothing("answers no requests", setting);
        }
    }

    private IllegalArgumentException doesNothing(String why, String setting) {
        return new IllegalArgumentException(name() + " " + why + ": " + setting + " does nothing");
    }
}
