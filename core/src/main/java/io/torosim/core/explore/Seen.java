package io.torosim.core.explore;

/** Thrown where a step that was only tried comes to something that others can see: it is undone and done later. */
final class Seen extends Error {
    private static final long serialVersionUID = 1L;
    static final Seen IT = new Seen();

    private Seen() {
        super(null, null, false, false);
    }
}
