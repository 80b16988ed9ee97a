package io.torosim.guest.stack;

import io.torosim.core.memory.GuestMemory;
import io.torosim.guest.driver.PacketBlock;

/** A queue of packets linked through their records in memory (Network.pas: {@code EnqueuePacket}): head and tail are the queue's own. */
final class PacketList {
    private final GuestMemory memory;
    private long head;
    private long tail;
    private int size;

    PacketList(GuestMemory memory) {
        this.memory = memory;
    }

    boolean isEmpty() {
        return head == 0;
    }

    int size() {
        return size;
    }

    void add(long packet) {
        PacketBlock.next(memory, packet, 0);
        if (head == 0) {
            head = packet;
        } else {
            PacketBlock.next(memory, tail, packet);
        }
        tail = packet;
        size++;
    }

    /** Takes the first packet. */
    long take() {
        long packet = head;
        head = PacketBlock.next(memory, packet);
        size--;
        return packet;
    }
}
