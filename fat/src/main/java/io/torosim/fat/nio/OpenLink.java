package io.torosim.fat.nio;

import java.io.Closeable;
import org.jspecify.annotations.Nullable;

/** A place in a file system's list of what is open. */
final class OpenLink {
    final Closeable owner;

    @Nullable
    OpenLink previous;

    @Nullable
    OpenLink next;

    boolean listed;

    OpenLink(Closeable owner) {
        this.owner = owner;
    }
}
