package io.torosim.experiment.load;

import io.torosim.experiment.spec.Specification.SpecException;
import java.nio.file.Path;

/** Refuses a quotation mark that nothing closes: all lines behind it would be one field. */
final class OpenQuote {
    private OpenQuote() {}

    static void refuse(String content, Path file) {
        boolean quoted = false;
        boolean begins = true; // a field
        int line = 1;
        int opened = 0;
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            char following = i + 1 < content.length() ? content.charAt(i + 1) : 0;
            if (c == '\n' || c == '\r' && following != '\n') {
                line++;
            }
            if (!quoted) {
                quoted = begins && c == '"';
                opened = quoted ? line : opened;
                begins = c == ',' || c == '\n' || c == '\r';
            } else if (c == '"' && following == '"') {
                i++; // a quotation mark in the field
            } else if (c == '"') {
                quoted = false;
            }
        }
        if (quoted) {
            throw new SpecException(file + ":" + opened + ": a quotation mark that nothing closes");
        }
    }
}
