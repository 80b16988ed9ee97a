package io.torosim.guest.fs;

import io.torosim.guest.fs.FatReader.ToroInode;
import java.util.Set;

/** Where {@code NameI} stands: the components of a path, the inode that was reached, the search in its directory. */
final class Path {
    private final String[] names;
    private int reached;
    private ToroInode inode = ToroInode.ROOT;

    @SuppressWarnings("NullAway.Init") // searchNext comes first
    private DirectorySearch search;

    /** The first character is skipped, the rest split at {@code /}. */
    Path(String text) {
        names = text.isEmpty() ? new String[] {""} : text.substring(1).split("/");
    }

    boolean complete() {
        return reached == names.length;
    }

    ToroInode inode() {
        return inode;
    }

    void searchNext(Set<FatQuirk> quirks) {
        search = new DirectorySearch(names[reached], quirks);
    }

    DirectorySearch search() {
        return search;
    }

    void found(ToroInode next) {
        inode = next;
        reached++;
    }
}
