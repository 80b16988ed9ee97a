package io.torosim.virtio.testkit.broken;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.util.TreeMap;

/** A second device half, written without a look at the first: plain, slow, and wrong in one way at a time. */
final class NaiveSplitDevice implements DeviceQueue {
    private final GuestMemory m;
    private final QueueLayout l;
    private final int q;
    private final boolean event;
    private final boolean tables;
    private final Bug bug;
    private final TreeMap<Integer, BufferChain> flying = new TreeMap<>();
    private int seen;
    private int used;
    private int staged;
    private int told;
    private boolean muted;
    private boolean wantKicks = true;
    private RingError error;

    NaiveSplitDevice(GuestMemory memory, QueueLayout layout, long features, Bug bug) {
        this.m = memory;
        this.l = layout;
        this.q = layout.size();
        this.event = VirtioFeatures.has(features, VirtioFeatures.EVENT_IDX);
        this.tables = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.bug = bug;
    }

    private boolean stop(Rule rule, String place, long value) {
        if (bug == Bug.HEAD_LEAKED) {
            seen = seen + 1 & 0xffff; // the chain is dropped, its head never comes back
            return false;
        }
        if (bug != Bug.ERROR_REPARSED) {
            error = new RingError(rule, place, value, "naive");
        }
        return false;
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null) {
            return false;
        }
        int idx = m.loadAcquire16(l.driverAddr() + 2);
        if (idx == seen) {
            return false;
        }
        boolean bounded = bug != Bug.AVAIL_JUMP && bug != Bug.UNBOUNDED_POPS;
        if (bounded && (idx - used & 0xffff) > q) {
            return stop(Rule.A2, "avail.idx", idx);
        }
        int head = m.load16(l.driverAddr() + 4 + 2L * (seen % q));
        if (head >= q) {
            return stop(Rule.S4, "head", head);
        }
        if (bounded && flying.containsKey(head)) {
            return stop(Rule.A6, "head", head);
        }
        chain.clear();
        int i = head;
        int n = 0;
        while (true) {
            long at = l.descAddr() + 16L * i;
            long address = m.load64(at);
            long rest = m.load64(at + 8);
            int flags = (int) (rest >>> 32) & 0xffff;
            if ((flags & 4) != 0) {
                if (!tables) {
                    return stop(Rule.S17, "flags", flags);
                }
                if (!table(chain, address, rest & 0xffff_ffffL, flags)) {
                    return false;
                }
                break;
            }
            if (!element(chain, address, rest & 0xffff_ffffL, flags)) {
                return false;
            }
            if ((flags & 1) == 0 || bug == Bug.FIRST_DESCRIPTOR_ONLY) {
                break;
            }
            i = (int) (rest >>> 48);
            if (i >= q) {
                return stop(Rule.S5, "next", i);
            }
            if (++n >= q) {
                return stop(Rule.S6, "next", i);
            }
        }
        chain.token(head);
        flying.put(head, chain);
        seen = seen + 1 & 0xffff;
        if (event && wantKicks && bug != Bug.NEVER_UNMUTED) {
            m.store16(l.deviceAddr() + 4 + 8L * q, seen);
        }
        return true;
    }

    private boolean table(BufferChain chain, long table, long length, int outer) {
        if ((outer & 1) != 0) {
            return stop(Rule.I2, "flags", outer);
        }
        if (length == 0 || length % 16 != 0) {
            return stop(Rule.I3, "len", length);
        }
        if (table < 0 || table + length > m.sizeBytes()) {
            return stop(Rule.S15, "addr", table);
        }
        if (bug == Bug.TABLE_ALIGNED && table % 16 != 0) {
            return stop(Rule.I7, "addr", table);
        }
        int i = 0;
        while (true) {
            if (chain.count() >= q) {
                return stop(length / 16 > q ? Rule.I4 : Rule.S6, "table", length);
            }
            long address = m.load64(table + 16L * i);
            long rest = m.load64(table + 16L * i + 8);
            int flags = (int) (rest >>> 32) & 0xffff;
            if ((flags & 4) != 0) {
                return stop(Rule.I1, "flags", flags);
            }
            if (!element(chain, address, rest & 0xffff_ffffL, flags)) {
                return false;
            }
            if ((flags & 1) == 0) {
                return true;
            }
            i = (int) (rest >>> 48);
            if (i >= length / 16) {
                return stop(Rule.S5, "next", i);
            }
        }
    }

    private boolean element(BufferChain chain, long address, long length, int flags) {
        if ((flags & 2) == 0 && chain.count() > chain.readableCount()) {
            return stop(Rule.S8, "flags", flags);
        }
        boolean outside =
                switch (bug) {
                    case ADDRESS_OVERFLOW -> (address + length & 0xffff_ffffL) > m.sizeBytes();
                    case HUGE_LENGTH -> address < 0 || address >= m.sizeBytes();
                    case TOP_OF_RAM -> address < 0 || address + length >= m.sizeBytes();
                    default -> address < 0 || address > m.sizeBytes() || address + length > m.sizeBytes();
                };
        if (outside) {
            return stop(Rule.S15, "addr", address);
        }
        if (bug == Bug.HUGE_LENGTH && length > Integer.MAX_VALUE) {
            throw new NullPointerException("mapping of " + length + " bytes failed");
        }
        long at = bug == Bug.ADDRESS_OVERFLOW && address < 0 ? address + 16 & 0xffff : address;
        if ((flags & 2) != 0) {
            chain.addWritable(at, length);
        } else {
            chain.addReadable(at, length);
        }
        return true;
    }

    @Override
    public void complete(int token, long written) {
        BufferChain chain = flying.remove(token);
        long length = bug == Bug.USED_LEN_WRONG ? written + chain.readableBytes() : written;
        long at = l.deviceAddr() + 4 + 8L * ((used + staged) % q);
        m.store32(at, token);
        m.store32(at + 4, (int) length);
        staged++;
        if (bug == Bug.WRITE_AFTER_USED) {
            publish();
            if (chain.count() > chain.readableCount()) {
                m.store8(chain.address(chain.readableCount()), m.load8(chain.address(chain.readableCount())));
            }
        }
    }

    @Override
    public void publish() {
        if (error != null) {
            return;
        }
        used = used + staged & 0xffff;
        staged = 0;
        m.storeRelease16(l.deviceAddr() + 2, used);
    }

    @Override
    public boolean interruptNeeded() {
        if (bug == Bug.SUPERFLUOUS_INTERRUPTS) {
            return true;
        }
        if (told == used) {
            return false;
        }
        if (bug != Bug.NO_BARRIER_USED) {
            m.fullFence();
        }
        int old = told;
        told = used;
        if (!event || bug == Bug.EVENT_IGNORED) {
            return (m.load16(l.driverAddr()) & 1) == 0;
        }
        int ev = m.load16(l.driverAddr() + 4 + 2L * q);
        return bug == Bug.WINDOW_TOO_NARROW
                ? (used - 1 & 0xffff) == ev
                : (used - ev - 1 & 0xffff) < (used - old & 0xffff);
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        wantKicks = true;
        if (bug == Bug.NEVER_UNMUTED && muted) {
            return false;
        }
        if (event) {
            m.store16(l.deviceAddr() + 4 + 8L * q, seen);
        } else {
            m.store16(l.deviceAddr(), 0);
        }
        if (bug != Bug.NO_BARRIER_AVAIL_EVENT) {
            m.fullFence();
        }
        return m.loadAcquire16(l.driverAddr() + 2) != seen;
    }

    @Override
    public void disableNotifications() {
        if (error != null) {
            return;
        }
        muted = true;
        wantKicks = false;
        if (!event) {
            m.store16(l.deviceAddr(), 1);
        }
    }

    @Override
    public RingError error() {
        return error;
    }
}
