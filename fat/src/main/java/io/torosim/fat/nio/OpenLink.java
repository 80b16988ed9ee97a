package io.torosim.fat.nio;

import java.io.Closeable;

/** A place in a file system's list of what is open. */
final class OpenLink {
    final Closeable owner;
    OpenLink previous;
    OpenLink next;
    boolean listed;

    OpenLink(Closeable owner) {
        this.owner = owner;
    }
}
