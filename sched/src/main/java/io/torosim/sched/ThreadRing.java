package io.torosim.sched;

/**
 * The circular list of all live threads of a core, whatever their state (Process.pas: AddThreadReady, RemoveThreadReady;
 * the name of those is misleading). New threads go before the head, which is the tail.
 */
final class ThreadRing {
    private ThreadRecord head;
    private int size;

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
        if (head == null) {
            head = thread;
            thread.next = thread;
            thread.previous = thread;
        } else {
            ThreadRecord tail = head.previous;
            thread.next = head;
            thread.previous = tail;
            tail.next = thread;
            head.previous = thread;
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
