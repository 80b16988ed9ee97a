package io.torosim.fat.nio;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Turns the glob syntax of {@link java.nio.file.FileSystem#getPathMatcher} into a pattern that ignores case. */
final class Glob {
    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;

    private Glob(String glob) {
        this.glob = glob;
    }

    static Pattern compile(String glob) {
        return new Glob(glob).translate();
    }

    private Pattern translate() {
        boolean inGroup = false;
        while (at < glob.length()) {
            char c = glob.charAt(at++);
            switch (c) {
                case '*' -> {
                    if (at < glob.length() && glob.charAt(at) == '*') {
                        at++;
                        regex.append(".*");
                    } else {
                        regex.append("[^/]*");
                    }
                }
                case '?' -> regex.append("[^/]");
                case '[' -> bracket();
                case '\\' -> {
                    if (at == glob.length()) {
                        throw error("nothing to escape");
                    }
                    literal(glob.charAt(at++));
                }
                case '{' -> {
                    if (inGroup) {
                        throw error("groups cannot be nested");
                    }
                    inGroup = true;
                    regex.append("(?:(?:");
                }
                case '}' -> {
                    regex.append(inGroup ? "))" : "\\}");
                    inGroup = false;
                }
                case ',' -> regex.append(inGroup ? ")|(?:" : ",");
                default -> literal(c);
            }
        }
        if (inGroup) {
            throw error("missing }");
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    private void bracket() {
        regex.append("[[^/]&&[");
        if (at < glob.length() && (glob.charAt(at) == '!' || glob.charAt(at) == '^')) {
            if (glob.charAt(at) == '!') {
                regex.append('^');
            } else {
                regex.append("\\^");
            }
            at++;
        }
        int start = at;
        char previous = 0;
        for (; at < glob.length() && (glob.charAt(at) != ']' || at == start); at++) {
            char c = glob.charAt(at);
            if (c == '/') {
                throw error("/ cannot stand in brackets");
            }
            if (c == '-' && at > start && at + 1 < glob.length() && glob.charAt(at + 1) != ']') {
                if (glob.charAt(at + 1) < previous) {
                    throw error("range runs backwards");
                }
                regex.append('-');
            } else {
                literal(c);
                previous = c;
            }
        }
        if (at == glob.length()) {
            throw error("missing ]");
        }
        at++;
        regex.append("]]");
    }

    private void literal(char c) {
        if (!Character.isLetterOrDigit(c) && c < 0x80) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private PatternSyntaxException error(String what) {
        return new PatternSyntaxException(what, glob, Math.max(0, at - 1));
    }
}
