package io.torosim.bench.cli.lab;

/** Words of a command that is printed to be typed again. */
final class Shell {
    private Shell() {}

    /** Returns a word as a POSIX shell reads it back: as it is where nothing in it is special, else between single quotes. */
    static String quoted(String word) {
        boolean plain = !word.isEmpty();
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            plain &= c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || "_./:=,@%+-".indexOf(c) >= 0;
        }
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
