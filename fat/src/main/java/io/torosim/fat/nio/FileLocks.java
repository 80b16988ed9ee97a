package io.torosim.fat.nio;

import io.torosim.fat.volume.FatNode;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;

/** The locked regions of a file system's open files. They hold inside this JVM, where Java forbids any overlap. */
final class FileLocks {
    private final List<Lock> held = new ArrayList<>();
    private volatile boolean any;

    synchronized FileLock lock(FileChannel channel, FatNode file, long position, long size, boolean shared) {
        for (Lock lock : held) {
            if (lock.file == file && lock.overlaps(position, size)) {
                throw new OverlappingFileLockException();
            }
        }
        var lock = new Lock(channel, file, position, size, shared);
        held.add(lock);
        any = true;
        return lock;
    }

    void releaseAll(FileChannel channel) {
        if (any) {
            removeAll(channel);
        }
    }

    private synchronized void removeAll(FileChannel channel) {
        held.removeIf(lock -> lock.channel() == channel);
        any = !held.isEmpty();
    }

    private synchronized void release(Lock lock) {
        held.remove(lock);
    }

    private synchronized boolean isHeld(Lock lock) {
        return held.contains(lock);
    }

    private final class Lock extends FileLock {
        private final FatNode file;

        Lock(FileChannel channel, FatNode file, long position, long size, boolean shared) {
            super(channel, position, size, shared);
            this.file = file;
        }

        @Override
        public boolean isValid() {
            return isHeld(this);
        }

        @Override
        public void release() throws java.io.IOException {
            if (!channel().isOpen()) {
                throw new java.nio.channels.ClosedChannelException();
            }
            FileLocks.this.release(this);
        }
    }
}
