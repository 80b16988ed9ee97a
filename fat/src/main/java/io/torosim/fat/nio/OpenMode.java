package io.torosim.fat.nio;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Open options, checked.
 *
 * @param read whether reading is allowed
 * @param write whether writing is allowed
 * @param append whether every write goes to the end
 * @param truncate whether an existing file is emptied
 * @param create whether a missing file is made
 * @param createNew whether the file must be missing
 * @param deleteOnClose whether closing deletes it
 * @param sync whether every write is forced to the device
 */
record OpenMode(
        boolean read,
        boolean write,
        boolean append,
        boolean truncate,
        boolean create,
        boolean createNew,
        boolean deleteOnClose,
        boolean sync) {

    static final OpenMode READING = new OpenMode(true, false, false, false, false, false, false, false);

    private static final OpenMode WRITING_ANEW = new OpenMode(false, true, false, true, true, false, false, false);

    /** Returns the mode of an output stream, which writes a new or emptied file if nothing else is said. */
    static OpenMode ofOutput(OpenOption... options) {
        if (options.length == 0) {
            return WRITING_ANEW;
        }
        var all = new HashSet<>(Arrays.asList(options));
        if (all.contains(StandardOpenOption.READ)) {
            throw new IllegalArgumentException("READ does not go with an output stream: " + all);
        }
        all.add(StandardOpenOption.WRITE);
        return of(all);
    }

    static OpenMode of(Set<? extends OpenOption> options) {
        if (options.isEmpty() || options.size() == 1 && options.contains(StandardOpenOption.READ)) {
            return READING;
        }
        for (OpenOption option : options) {
            if (option == null) {
                throw new NullPointerException("open option");
            }
            if (!(option instanceof StandardOpenOption) && !(option instanceof java.nio.file.LinkOption)) {
                throw new UnsupportedOperationException("unknown open option, option=" + option);
            }
        }
        boolean append = options.contains(StandardOpenOption.APPEND);
        boolean write = append || options.contains(StandardOpenOption.WRITE);
        boolean read = options.contains(StandardOpenOption.READ) || !write;
        boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
        if (append && (truncate || read)) {
            throw new IllegalArgumentException("APPEND goes neither with READ nor with TRUNCATE_EXISTING: " + options);
        }
        return new OpenMode(
                read,
                write,
                append,
                write && truncate,
                write && options.contains(StandardOpenOption.CREATE),
                write && options.contains(StandardOpenOption.CREATE_NEW),
                options.contains(StandardOpenOption.DELETE_ON_CLOSE),
                options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC));
    }
}
