package io.torosim.experiment.spec;

import io.torosim.sched.IdlePolicy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Idle policies as users name them: one of ours by its name, or a class of the user's, {@code CLASS} where it is on the class path and
 * {@code CLASS@PATH} where it is in a directory of classes or a jar.
 */
final class Policies {
    private Policies() {}

    /**
     * Returns the policy of that name.
     *
     * @param beside the file beside which a relative PATH is found
     * @throws IllegalArgumentException if there is none; the message says which there are
     */
    static IdlePolicy of(String text, Path beside) {
        int at = text.indexOf('@');
        if (at < 0 && !text.contains(".")) {
            try {
                return IdlePolicy.named(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("must be one of " + names() + ", a CLASS or a CLASS@PATH", e);
            }
        }
        if (at < 0) {
            return named(text, Policies.class.getClassLoader());
        }
        return named(text.substring(0, at), loader(text.substring(at + 1), beside));
    }

    /** A policy without a name would fail only where a report is written. */
    private static IdlePolicy named(String type, ClassLoader loader) {
        IdlePolicy policy = IdlePolicy.ofClass(type, loader);
        String name;
        try {
            name = policy.name();
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new IllegalArgumentException("name() of class " + type + " failed: " + e, e);
        }
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("name() of class " + type + " must return a text, name=" + name);
        }
        return policy;
    }

    /** Returns the names of ours, separated by commas. */
    static String names() {
        return IdlePolicy.all().stream().map(IdlePolicy::name).collect(Collectors.joining(", "));
    }

    private static ClassLoader loader(String path, Path beside) {
        try {
            Path place = beside.resolveSibling(path);
            if (path.isEmpty() || !Files.exists(place)) {
                throw new IllegalArgumentException("no such directory or jar: " + path);
            }
            URL[] urls = {place.toUri().toURL()};
            return new URLClassLoader(urls, Policies.class.getClassLoader()); // open as long as the policy is used
        } catch (InvalidPathException | MalformedURLException e) {
            throw new IllegalArgumentException("no such directory or jar: " + path, e);
        }
    }
}
