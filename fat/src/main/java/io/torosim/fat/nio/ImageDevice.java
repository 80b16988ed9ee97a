package io.torosim.fat.nio;

import io.torosim.core.block.BlockDevice;
import io.torosim.fat.rule.FatException;
import io.torosim.fat.rule.FatException.FatRule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The image of a file system: a file, locked while it is open for writing, so that nobody writes beside this volume, in
 * this program or another. The lock is the operating system's and binds those who ask for it (QEMU does).
 *
 * <p>A thread that is interrupted in the middle of an access finishes it and stays interrupted: half a write would harm
 * the volume, and the channel that Java closes then is everybody's.
 *
 * <p>On POSIX systems the lock ends when this process closes any channel of the image, also one of somebody else, as {@code Files.copy} of the
 * image does; ours are kept open for that reason ({@link HeldImages}). A channel that an interruption closed is reopened and the lock taken anew.
 */
final class ImageDevice implements BlockDevice {
    private final Path path;
    private final Object key;
    private final BlockDevice file;
    private final @Nullable FileChannel lockChannel; // null when read-only
    private final @Nullable MappedImage mapped; // null where nothing is mapped
    private @Nullable FileLock lock; // null when the host has no locks
    private volatile boolean closed;

    private ImageDevice(Path path, Object key, BlockDevice file, @Nullable FileChannel lockChannel) {
        this.path = path;
        this.key = key;
        this.file = file;
        this.lockChannel = lockChannel;
        // before the lock, and not beside a writer: what it closes on failure would end the lock
        this.mapped = lockChannel == null && HeldImages.isHeld(key) ? null : MappedImage.of(path, file.sectorCount());
    }

    /**
     * Opens an image, and locks it if it is to be written.
     *
     * @throws FatException if it is open for writing already
     */
    static ImageDevice open(Path path, boolean readOnly) throws IOException {
        Object key = HeldImages.key(path);
        if (readOnly) {
            synchronized (HeldImages.class) { // no writer comes between the look and the mapping
                HeldImages.renew(key);
                return new ImageDevice(path, key, BlockDevice.file(path, true), null);
            }
        }
        if (!HeldImages.hold(key)) {
            HeldImages.renew(key);
            throw inUse(path);
        }
        FileChannel lockChannel = null;
        BlockDevice file = null;
        boolean done = false;
        try {
            lockChannel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file = BlockDevice.file(path, false);
            var device = new ImageDevice(path, key, file, lockChannel);
            device.takeLock();
            HeldImages.writer(key, device);
            done = true;
            return device;
        } finally {
            if (!done) {
                try {
                    if (lockChannel != null) {
                        lockChannel.close();
                    }
                    if (file != null) {
                        file.close();
                    }
                } finally {
                    HeldImages.release(key); // last: what is closed after another writer's lock would end it
                }
            }
        }
    }

    private static FatException inUse(Path path) {
        return new FatException(
                path.toString(),
                null,
                FatRule.IMAGE_IN_USE,
                FatException.NO_CLUSTER,
                "it is open for writing already, here or in another program; accessMode=readOnly opens it beside");
    }

    private synchronized void takeLock() throws IOException {
        FileLock taken;
        try {
            taken = Objects.requireNonNull(lockChannel).tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return; // the host's file system has no locks
        }
        if (taken == null) {
            throw inUse(path);
        }
        lock = taken;
    }

    /** Takes the lock anew, which somebody in this process may have ended. */
    synchronized void renewLock() throws IOException {
        if (lock != null && !closed) {
            lock.release();
            takeLock();
        }
    }

    @Override
    public long sectorCount() {
        return file.sectorCount();
    }

    @Override
    public boolean readOnly() {
        return file.readOnly();
    }

    @Override
    public void read(long sector, ByteBuffer target) throws IOException {
        checkedSectors(sector, target);
        if (closed) {
            throw new ClosedChannelException();
        }
        if (mapped != null && mapped.read(sector * SECTOR_BYTES, target)) {
            return;
        }
        int start = target.position();
        try {
            file.read(sector, target);
        } catch (ClosedChannelException e) {
            again(e, () -> file.read(sector, target.position(start)));
        }
    }

    @Override
    public void readPart(long sector, int offset, ByteBuffer target) throws IOException {
        checkPart(sector, offset, target);
        if (closed) {
            throw new ClosedChannelException();
        }
        if (mapped == null || !mapped.read(sector * SECTOR_BYTES + offset, target)) {
            BlockDevice.super.readPart(sector, offset, target);
        }
    }

    @Override
    public void write(long sector, ByteBuffer source) throws IOException {
        int start = source.position();
        try {
            file.write(sector, source);
        } catch (ClosedChannelException e) {
            again(e, () -> file.write(sector, source.position(start)));
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            file.flush();
        } catch (ClosedChannelException e) {
            again(e, file::flush);
        }
    }

    private interface Access {
        void run() throws IOException;
    }

    /** Repeats an access that an interruption of this or another thread broke off. */
    private void again(ClosedChannelException first, Access access) throws IOException {
        boolean interrupted = false;
        ClosedChannelException failure = first;
        try {
            while (failure != null) {
                if (closed) {
                    throw failure;
                }
                if (failure instanceof ClosedByInterruptException) {
                    interrupted |= Thread.interrupted();
                }
                try {
                    renewLock();
                    access.run();
                    failure = null;
                } catch (ClosedChannelException e) {
                    failure = e;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (lockChannel == null) {
            HeldImages.close(key, this::closeChannels);
            return;
        }
        try {
            closeChannels();
        } finally {
            try {
                lockChannel.close();
            } finally {
                HeldImages.release(key);
            }
        }
    }

    private void closeChannels() throws IOException {
        file.close();
        if (mapped != null) {
            mapped.close();
        }
    }
}
