package io.torosim.virtio.testkit.broken;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.RingError;
import io.torosim.virtio.Rule;
import io.torosim.virtio.VirtioFeatures;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.util.TreeMap;

/** A second packed device half: plain, slow, and wrong in one way at a time. Interrupts and is notified always. */
final class NaivePackedDevice implements DeviceQueue {
    private record Flying(int id, int slots) {}

    private final GuestMemory m;
    private final QueueLayout l;
    private final int q;
    private final boolean tables;
    private final Bug bug;
    private final TreeMap<Integer, Flying> flying = new TreeMap<>();
    private int avail;
    private boolean availWrap = true;
    private int used;
    private boolean usedWrap = true;
    private boolean news;
    private RingError error;

    NaivePackedDevice(GuestMemory memory, QueueLayout layout, long features, Bug bug) {
        this.m = memory;
        this.l = layout;
        this.q = layout.size();
        this.tables = VirtioFeatures.has(features, VirtioFeatures.INDIRECT_DESC);
        this.bug = bug;
    }

    private boolean stop(Rule rule, long value) {
        error = bug == Bug.ERROR_REPARSED ? null : new RingError(rule, "desc", value, "naive");
        return false;
    }

    private boolean open(int slot, boolean wrap) {
        int flags = m.loadAcquire16(l.descAddr() + 16L * slot + 14);
        return (flags >> 7 & 1) == (wrap ? 1 : 0) && (flags >> 15 & 1) == (wrap ? 0 : 1);
    }

    @Override
    public boolean pop(BufferChain chain) {
        if (error != null || !open(avail, availWrap)) {
            return false;
        }
        chain.clear();
        int slot = avail;
        boolean wrap = availWrap;
        int slots = 0;
        int id;
        while (true) {
            long at = l.descAddr() + 16L * slot;
            int flags = m.load16(at + 14);
            long address = m.load64(at);
            int len = m.load32(at + 8);
            id = m.load16(at + 12);
            slots++;
            if ((flags & 4) != 0) {
                if (!tables) {
                    return stop(Rule.P22, flags);
                }
                for (int i = 0; i < len / 16; i++) {
                    long entry = address + 16L * i;
                    if (!element(chain, m.load64(entry), m.load32(entry + 8) & 0xffff_ffffL, m.load16(entry + 14))) {
                        return false;
                    }
                }
                break;
            }
            if (!element(chain, address, len & 0xffff_ffffL, flags)) {
                return false;
            }
            if ((flags & 1) == 0) {
                break;
            }
            if (slots == q) {
                return stop(Rule.P10, flags);
            }
            slot++;
            if (slot == q) {
                if (bug == Bug.LIST_DOES_NOT_WRAP) {
                    break;
                }
                slot = 0;
                wrap = !wrap;
            }
        }
        int token = 0;
        while (flying.containsKey(token)) {
            token++;
        }
        chain.token(token);
        flying.put(token, new Flying(id, slots));
        avail += slots;
        if (avail >= q) {
            avail -= q;
            if (!(bug == Bug.SPAN_STALE_WRAP && slots == q)) {
                availWrap = !availWrap;
            }
        }
        return true;
    }

    private boolean element(BufferChain chain, long address, long length, int flags) {
        if (address < 0 || address + length > m.sizeBytes()) {
            return stop(Rule.S15, address);
        }
        if ((flags & 2) != 0) {
            chain.addWritable(address, length);
        } else if (chain.count() > chain.readableCount()) {
            return stop(Rule.P11, flags);
        } else {
            chain.addReadable(address, length);
        }
        return true;
    }

    @Override
    public void complete(int which, long written) {
        Flying done = flying.remove(which);
        long at = l.descAddr() + 16L * used;
        int flags = (usedWrap ? 0x8080 : 0) | (written > 0 ? 2 : 0);
        if (bug == Bug.USED_FLAGS_FIRST) {
            m.store16(at + 14, flags);
        }
        m.store32(at + 8, (int) written);
        m.store16(at + 12, done.id);
        if (bug != Bug.USED_FLAGS_FIRST) {
            m.storeRelease16(at + 14, flags);
        }
        used += done.slots;
        if (used >= q) {
            used -= q;
            usedWrap = !usedWrap;
        }
        news = true;
    }

    @Override
    public void publish() {}

    @Override
    public boolean interruptNeeded() {
        m.fullFence();
        boolean send = news && m.load16(l.driverAddr() + 2) != 1;
        news = false;
        return send;
    }

    @Override
    public boolean enableNotifications() {
        if (error != null) {
            return false;
        }
        m.store16(l.deviceAddr() + 2, 0);
        m.fullFence();
        return open(avail, availWrap);
    }

    @Override
    public void disableNotifications() {
        if (error != null) {
            return;
        }
        m.store16(l.deviceAddr() + 2, 1);
    }

    @Override
    public RingError error() {
        return error;
    }
}
