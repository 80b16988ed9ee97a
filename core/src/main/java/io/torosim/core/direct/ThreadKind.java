package io.torosim.core.direct;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** What carries direct-style code. The order of events is the same with both. */
public enum ThreadKind {
    /** Operating system threads: on every JDK, some microseconds a switch. */
    PLATFORM,
    /** Virtual threads, from JDK 21 on: a fraction of a microsecond a switch if the simulation is one as well. */
    VIRTUAL;

    private static final Method OF_VIRTUAL = find(Thread.class, "ofVirtual");

    /** Returns {@link #VIRTUAL} where the JDK has them, else {@link #PLATFORM}. */
    public static ThreadKind best() {
        return OF_VIRTUAL != null ? VIRTUAL : PLATFORM;
    }

    /** Returns whether this JDK has them. */
    public boolean isAvailable() {
        return this == PLATFORM || OF_VIRTUAL != null;
    }

    /** Creates a daemon thread that has not begun. */
    Thread create(String name, Runnable body) {
        if (this == PLATFORM) {
            Thread thread = new Thread(null, body, name, 0, false);
            thread.setDaemon(true);
            return thread;
        }
        if (OF_VIRTUAL == null) {
            throw new UnsupportedOperationException("virtual threads take JDK 21, this is " + Runtime.version());
        }
        try { // public methods, but release 17 does not know them
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Object named = builder.getMethod("name", String.class).invoke(OF_VIRTUAL.invoke(null), name);
            return (Thread) builder.getMethod("unstarted", Runnable.class).invoke(named, body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no virtual thread on " + Runtime.version(), e);
        }
    }

    private static Method find(Class<?> type, String name) {
        try {
            Method method = type.getMethod(name);
            method.invoke(null); // JDK 19 and 20 have it, but refuse without --enable-preview
            return method;
        } catch (NoSuchMethodException | InvocationTargetException | IllegalAccessException e) {
            return null;
        }
    }
}
