package io.torosim.core.state;

import io.torosim.core.state.Piece.Turn;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The whole state of a run between two events, to be put back as often as one likes: warm up once, then try one thing after the other from there.
 *
 * <p><b>What is saved.</b> Every object that can be reached from the roots, through fields, arrays, collections and what lambdas have captured:
 * clock, pending events, digest, vCPUs, memory, devices, and the Java objects of kernels, stacks, loads and sinks alike. {@link #restore}
 * puts the old values into <em>the same objects</em>; so references into the run stay good, and there is one run, not two. A run that is
 * put back goes on as it went on before, to the same digest.
 *
 * <p><b>What is not.</b> Static fields: an object of a user's class with one that is not final, or with a thread local or an atomic in it, is refused by
 * name; others that may be state are told of ({@link #unsaved}); tables and other constants are neither. The order of collections by hash code ({@link #unordered}). Cost models, which are shared (what a run has asked of one stays asked). What
 * lives outside the heap cannot be put back and is refused by name: Java threads, so programs in direct
 * style; streams and files, so sinks that write and disks in files; an enum constant that can change, by a field that is not final or an object in
 * one that is, since all runs of a process share it; views of other collections ({@code subList}, {@code keySet}, {@code values}), {@code ThreadLocal}s and references of {@code java.lang.ref} in fields, objects of users' classes that override methods of a collection of the JDK
 * by which it would be put back (of the common ones it is put back past these); objects of a module that is not open to {@code io.torosim.core}
 * (code on the class path is).
 *
 * <p>Confined to the simulation thread, outside of a run. Cost of both directions: O(objects and bytes reached), about a millisecond for a
 * guest of ten thousand objects; pages of memory that were never touched cost nothing.
 */
public final class SavedState {
    private final Object[] roots;
    private final List<Piece> pieces;
    private final List<String> unsaved;
    private final List<String> unordered;
    private final boolean asksUsers;
    private final long bytes;

    private SavedState(
            Object[] roots, List<Piece> pieces, List<String> unsaved, List<String> unordered, boolean asksUsers) {
        this.roots = roots;
        this.asksUsers = asksUsers;
        this.unsaved = unsaved;
        this.unordered = unordered;
        this.pieces = pieces;
        long sum = 0;
        for (Piece piece : pieces) {
            sum += piece.bytes();
        }
        this.bytes = sum;
    }

    /**
     * Saves what can be reached.
     *
     * @param roots where to begin, such as a machine and whatever knows it without being known by it
     * @throws IllegalStateException if something is reached that could not be put back: the message names its class, why, and what to do
     */
    public static SavedState of(Object... roots) {
        Objects.requireNonNull(roots, "roots");
        ObjectWalk walk = new ObjectWalk();
        List<Piece> pieces = walk.from(roots);
        return new SavedState(
                roots.clone(), pieces, List.copyOf(walk.statics()), List.copyOf(walk.unordered()), walk.asksUsers());
    }

    /** The same; empty if something is reached that could not be put back. */
    public static Optional<SavedState> ifPossible(Object... roots) {
        Objects.requireNonNull(roots, "roots");
        try {
            return Optional.of(of(roots));
        } catch (UnsavableException e) {
            return Optional.empty();
        }
    }

    /** Returns whether {@code root} is one of the objects that it was saved from. */
    public boolean isOf(Object root) {
        return Arrays.stream(roots).anyMatch(r -> r == root);
    }

    /** Puts everything back: what asks others where they belong after those, and what its questions have changed once more. */
    public void restore() {
        restore(Turn.PLAIN);
        restore(Turn.LISTS);
        for (int i = pieces.size() - 1; i >= 0; i--) { // what is in a collection was met after it
            if (pieces.get(i).turn() == Turn.ASKING) {
                pieces.get(i).restore();
            }
        }
        if (asksUsers) {
            restore(Turn.PLAIN);
        }
    }

    private void restore(Turn turn) {
        for (Piece piece : pieces) {
            if (piece.turn() == turn) {
                piece.restore();
            }
        }
    }

    /**
     * Returns static fields of users' classes that may be state of the run and are not put back, in words, such as {@code "static field LOG of org.acme.Main"}:
     * collections and the like in classes of which there are objects, and whatever can change in classes that lambdas and inner classes are written in and that the code of
     * any of these comes to.
     */
    public List<String> unsaved() {
        return unsaved;
    }

    /**
     * Returns collections by hash code (a {@code HashMap}, {@code HashSet}, {@code ConcurrentHashMap}, {@code Hashtable}, {@code WeakHashMap}, {@code IdentityHashMap}) that users' objects hold, in
     * words, one for each class that holds some. Put back, such a collection has what it had, but keeps the room that it has grown to since, so that a run that goes over it in its order may go
     * on in another way; one that looks things up goes on the same.
     */
    public List<String> unordered() {
        return unordered;
    }

    /** Returns how many objects with state there are. */
    public int objectCount() {
        return pieces.size();
    }

    /** Returns about how much it keeps, in bytes. */
    public long keptBytes() {
        return bytes;
    }
}
