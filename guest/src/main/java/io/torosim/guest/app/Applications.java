package io.torosim.guest.app;

import java.util.List;
import java.util.stream.Collectors;

/** Toro's example applications by name. */
final class Applications {
    private static final List<RunnableApplication> ALL = List.of(
            ToroHello.example(),
            ToroThread.example(),
            ToroException.example(),
            ToroKeyb.example(),
            ToroPing.example(),
            ToroHttp.example(false),
            ToroHttp.example(true),
            TorowithFileSystem.example(),
            TorowithFileSystemwithAffinity.example(),
            Microservice.lookUp(),
            Microservice.helloWorld());

    private Applications() {}

    /** Returns all of them. */
    static List<GuestApplication> all() {
        return List.copyOf(ALL);
    }

    /**
     * Returns the application of a name, in whatever case.
     *
     * @throws IllegalArgumentException if there is none, naming those that there are
     */
    static GuestApplication named(String name) {
        return runnable(name);
    }

    static RunnableApplication runnable(String name) {
        for (RunnableApplication application : ALL) {
            if (application.name().equalsIgnoreCase(name)) {
                return application;
            }
        }
        throw new IllegalArgumentException("no application " + name + "; there are "
                + ALL.stream().map(GuestApplication::name).collect(Collectors.joining(", ")));
    }
}
