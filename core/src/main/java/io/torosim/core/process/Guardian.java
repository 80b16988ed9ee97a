package io.torosim.core.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shell that waits for this JVM's end by any means, {@code kill -9} too: its input is a pipe that then ends, whoever was to close it. It ends the process that it was told of, with
 * what that has started, and deletes a directory. The process is known by its number and the time of its start, so that a number that another has taken by then is
 * left alone. On a host without {@code /proc} or {@code sh} there is none.
 */
final class Guardian implements AutoCloseable {
    /** Reads {@code PID START} once and {@code end} in an orderly end; {@code $1} is the directory. Signals to the whole group, as of Ctrl-C, are the JVM's affair. */
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            pid=
            while read -r first second; do
              if [ "$first" = end ]; then exit 0; fi
              pid=$first start=$second
            done
            started() {
              { read -r line < "/proc/$1/stat"; } 2>/dev/null || return
              set -- ${line##*) }
              echo "${20}"
            }
            end() {
              for stat in /proc/[0-9]*/stat; do
                { read -r line < "$stat"; } 2>/dev/null || continue
                child=${stat#/proc/}
                set -- "$1" "${child%/stat}" ${line##*) }
                if [ "$4" = "$1" ]; then (end "$2"); fi
              done
              kill -9 "$1"
            }
            if [ -n "$pid" ] && [ "$(started "$pid")" = "$start" ]; then end "$pid"; fi
            tries=0
            while [ -e "$1" ] && [ $tries -lt 50 ]; do
              rm -rf "$1" 2>/dev/null
              if [ -e "$1" ]; then sleep 0.1; fi
              tries=$((tries + 1))
            done
            """;

    private static final Path OWN_SESSION = Path.of("/usr/bin/setsid");

    private static final int START_FIELD = 19; // of those behind the name: field 22 of proc(5), which counts from 1

    private final @Nullable Process shell;

    private Guardian(@Nullable Process shell) {
        this.shell = shell;
    }

    /** Starts one for a directory. */
    static Guardian over(Path directory) {
        if (!Files.isReadable(Path.of("/proc/self/stat"))) {
            return new Guardian(null);
        }
        try {
            List<String> command =
                    new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "torosim-guardian", directory.toString()));
            if (Files.isExecutable(OWN_SESSION)) { // then a kill -9 of this JVM's whole group leaves it alone
                command.add(0, OWN_SESSION.toString());
            }
            return new Guardian(new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            return new Guardian(null);
        }
    }

    /** Has it end {@code process} too. */
    void watch(ProcessHandle process) {
        String start = started(process.pid());
        if (!start.isEmpty()) {
            tell(process.pid(), start);
        }
    }

    void tell(long pid, String start) {
        say(pid + " " + start);
    }

    /** Returns when a process started, in ticks since the host's start; empty if it is gone. */
    static String started(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return line.substring(line.lastIndexOf(')') + 2).split(" ")[START_FIELD];
        } catch (IOException e) {
            return "";
        }
    }

    private void say(String line) {
        if (shell == null) {
            return;
        }
        try {
            shell.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            shell.getOutputStream().flush();
        } catch (IOException e) {
            // somebody has ended it; then there is none
        }
    }

    /** Sends it away: there is nothing to look after any more. */
    @Override
    public void close() {
        say("end");
        abandon();
    }

    /** Ends its input, as the end of this JVM does. */
    void abandon() {
        if (shell == null) {
            return;
        }
        try {
            shell.getOutputStream().close();
        } catch (IOException e) {
            // somebody has ended it
        }
    }

    /** Waits until it is gone. */
    void awaitEnd() throws InterruptedException {
        if (shell != null) {
            shell.waitFor();
        }
    }
}
