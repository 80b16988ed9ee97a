package io.torosim.guest.run;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A capture that is there whole or not at all: written beside its name and renamed by {@link #keep}; without that {@link #close} removes it, and what
 * was there before stays. A device or a pipe is written to at once.
 */
final class CaptureFile implements Closeable {
    private final Path target;
    private final Path beside;
    private final OutputStream out;

    private CaptureFile(Path target, Path beside, OutputStream out) {
        this.target = target;
        this.beside = beside;
        this.out = out;
    }

    static CaptureFile begin(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        boolean renamed = !Files.exists(file) || Files.isRegularFile(file);
        Path target = Files.exists(file) && renamed ? file.toRealPath() : file; // not over a symbolic link
        Path beside = renamed ? target.resolveSibling(target.getFileName() + ".part") : target;
        try {
            return new CaptureFile(target, beside, new BufferedOutputStream(Files.newOutputStream(beside)));
        } catch (NoSuchFileException e) {
            throw new FileSystemException(file.toString(), null, "its directory does not exist");
        } catch (AccessDeniedException e) {
            throw new AccessDeniedException(file.toString(), null, e.getReason());
        } catch (FileSystemException e) {
            throw new FileSystemException(file.toString(), null, e.getReason());
        }
    }

    OutputStream stream() {
        return out;
    }

    /** Ends the file and gives it its name. */
    void keep() throws IOException {
        out.close();
        if (beside.equals(target)) {
            return;
        }
        try {
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes what was not kept. */
    @Override
    public void close() throws IOException {
        try {
            out.close();
        } catch (IOException e) {
            // of a run that failed, which says why, or said already by keep()
        }
        if (!beside.equals(target)) {
            Files.deleteIfExists(beside);
        }
    }
}
