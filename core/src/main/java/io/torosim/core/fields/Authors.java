package io.torosim.core.fields;

import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose a class is: ToroSim's, the JDK's and what they stand on, or a user's; and of users, which classes came in one jar or directory. */
final class Authors {
    private static final List<String> OTHERS = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "com.sun.",
            "com.google.common.",
            "it.unimi.dsi.",
            "org.HdrHistogram.",
            "kotlin.",
            "scala.");

    private static final List<String> PARTS =
            List.of("core.", "mem.", "sched.", "virtio.", "fat.", "guest.", "experiment.", "sweep.", "bench.");

    private Authors() {}

    /** Returns whether a class of this name is not a user's. */
    static boolean isForeign(String name) {
        return isOfToroSim(name) || OTHERS.stream().anyMatch(name::startsWith);
    }

    static boolean isForeign(Class<?> type) {
        return isForeign(type.getName());
    }

    static boolean isOfToroSim(String name) {
        return name.startsWith("io.torosim.")
                && PARTS.stream().anyMatch(part -> name.startsWith(part, "io.torosim.".length()));
    }

    /** Returns whether two classes came by one loader from one jar or directory. */
    static boolean areOne(Class<?> a, Class<?> b) {
        return a.getClassLoader() == b.getClassLoader() && source(a).equals(source(b));
    }

    private static String source(Class<?> type) {
        ProtectionDomain domain = type.getProtectionDomain();
        CodeSource source = domain == null ? null : domain.getCodeSource();
        return source == null || source.getLocation() == null
                ? ""
                : source.getLocation().toExternalForm();
    }

    /** Returns the class that a lambda was written in; null if it is none. */
    static @Nullable Class<?> hostOf(Class<?> lambda) {
        int at = lambda.isHidden() ? lambda.getName().indexOf("$$Lambda") : -1;
        return at < 0 ? null : named(lambda.getName().substring(0, at), lambda.getClassLoader());
    }

    /** Returns a class without initialising it; null if it is not there. */
    static @Nullable Class<?> named(String name, @Nullable ClassLoader loader) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
