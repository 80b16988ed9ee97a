package io.torosim.bench.cli;

import io.torosim.bench.cli.error.FileErrors;
import io.torosim.experiment.spec.Specification.SpecException;
import java.io.IOException;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the user sees of an exception: one line and status 2 if it is an input's fault, else the whole of it. */
final class Failures {
    private static final int DEEPEST = 20;

    private Failures() {}

    static int onException(Exception e, CommandLine line, ParseResult result) throws Exception {
        String message;
        if (e instanceof SpecException) {
            message = String.valueOf(e.getMessage());
        } else if (!thrower(e).isEmpty()) {
            message = failed(thrower(e), e);
        } else if (e instanceof IOException io) {
            message = FileErrors.text(io);
        } else if (e instanceof UncheckedIOException io && io.getCause() != null) {
            message = FileErrors.text(io.getCause());
        } else if (e instanceof IllegalArgumentException && e.getMessage() != null) {
            message = e.getMessage().replaceAll("\\s*\\R\\s*", " "); // a value that only the run could judge
        } else {
            String theirs = usersClass(e);
            if (theirs.isEmpty()) {
                throw e;
            }
            message = failed(theirs, root(e));
        }
        return said(message, line);
    }

    /** The same of what is no exception, such as a class that is not there, if a class of the user's threw it or the memory is not enough. */
    static int onError(Error e, CommandLine line) {
        Throwable root = root(e);
        String theirs = usersClass(e);
        if (!theirs.isEmpty()) {
            return said(failed(theirs, root), line);
        }
        if (root instanceof OutOfMemoryError) {
            return said(root + "; give more memory (TOROSIM_JAVA_OPTS=-Xmx...)", line);
        }
        throw e;
    }

    private static String failed(String theirs, Throwable thrown) {
        return ("class " + theirs + " failed: " + thrown).replaceAll("\\s*\\R\\s*", " ");
    }

    private static int said(String message, CommandLine line) {
        line.getErr().println("torosim: " + message);
        line.getErr().flush();
        return Torosim.EXIT_USAGE;
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        for (int i = 0; i < DEEPEST && root.getCause() != null && !(root instanceof NoClassDefFoundError); i++) {
            root = root.getCause();
        }
        return root;
    }

    /** The class of the user's in which it happened, an idle policy such as our class path does not have; or an empty text. */
    private static String usersClass(Throwable e) {
        return thrower(root(e));
    }

    private static String thrower(Throwable e) {
        boolean anywhere = e instanceof VirtualMachineError; // comes up in whatever the user's class has called
        for (StackTraceElement frame : e.getStackTrace()) {
            String name = frame.getClassName();
            if (name.startsWith("java.") || name.startsWith("jdk.")) {
                continue;
            }
            if (!isOurs(name)) {
                return name;
            }
            if (!anywhere) {
                return "";
            }
        }
        return "";
    }

    private static boolean isOurs(String name) {
        try {
            Class.forName(name, false, Failures.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
