package io.torosim.sched;

import org.jspecify.annotations.Nullable;

/**
 * The circular list of all live threads of a core, whatever their state (Process.pas: AddThreadReady, RemoveThreadReady;
 * the name of those is misleading). New threads go before the head, which is the tail.
 */
final class ThreadRing {
    private @Nullable ThreadRecord head;
    private int size;

    @Nullable
    ThreadRecord head() {
        return head;
    }

    boolean isEmpty() {
        return head == null;
    }

    int size() {
        return size;
    }

    void add(ThreadRecord thread) {
        ThreadRecord first = head;
        if (first == null) {
            head = thread;
            thread.next = thread;
            thread.previous = thread;
        } else {
            ThreadRecord tail = first.previous;
            thread.next = first;
            thread.previous = tail;
            tail.next = thread;
            first.previous = thread;
        }
        size++;
    }

    void remove(ThreadRecord thread) {
        size--;
        if (thread.next == thread) {
            head = null;
            return;
        }
        thread.previous.next = thread.next;
        thread.next.previous = thread.previous;
        if (head == thread) {
            head = thread.next;
        }
    }
}
