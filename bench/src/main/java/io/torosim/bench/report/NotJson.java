package io.torosim.bench.report;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** What is wrong with a file that is no JSON, without the words of the parser, which name its switches. */
final class NotJson {
    private static final int MOST_SHOWN = 24;

    private NotJson() {}

    /** Returns one line with the file, where in it reading ended, and why. */
    static String text(Path file, String read, JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        if (at == null || at.getLineNr() < 1) {
            return file + ": not JSON";
        }
        String place = file + ":" + at.getLineNr() + ":" + at.getColumnNr() + ": not JSON";
        long offset = at.getCharOffset();
        if (e instanceof UnexpectedEndOfInputException
                || offset >= read.stripTrailing().length()) {
            return place + ": the file ends within the document";
        }
        if (e instanceof StreamConstraintsException) {
            return place + " that can be read: a number or a name is too long, or values are nested too deeply";
        }
        return offset <= 0 ? place : place + ", seen behind: " + before(read, (int) offset);
    }

    /** The end of what was read of the line. */
    private static String before(String read, int offset) {
        String line = read.substring(Math.max(0, offset - MOST_SHOWN), offset);
        return line.substring(line.lastIndexOf('\n') + 1).strip().replaceAll("\\p{Cntrl}", "?");
    }
}
