package io.torosim.guest.linux;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The completely fair scheduler's queue of one CPU (kernel/sched/fair.c, Linux 4.x).
 *
 * <p>Every task has a virtual run time: its run time, passing slower the greater its weight. The one with the least runs. It is
 * replaced when its turn is over (its share of the period, looked at by the tick), or when it is further ahead of a task that
 * wakes up than the wake-up granularity. A task that has slept does not get the time back: it is placed half a period behind the
 * queue at most.
 *
 * <p>Invariants: the queue is ordered by virtual run time, equal ones by arrival; {@code minVruntime} never falls; the running
 * task is not in the queue.
 *
 * <p>Not modelled: groups of tasks, buddies (last, next, skip), load balancing between CPUs. An operation costs O(tasks): a
 * kernel has thousands, this guest a handful.
 */
final class CfsRunQueue {
    private final CfsParameters parameters;
    private CfsTask[] queue = new CfsTask[4];
    private int queued;
    private @Nullable CfsTask current;
    private long minVruntimePs;
    private long totalWeight;

    CfsRunQueue(CfsParameters parameters) {
        this.parameters = parameters;
    }

    /** Returns the task that runs, or null: the CPU is idle. */
    @Nullable
    CfsTask current() {
        return current;
    }

    /** Returns the number of tasks that run or could. */
    int runnable() {
        return queued + (current == null ? 0 : 1);
    }

    long minVruntimePs() {
        return minVruntimePs;
    }

    /**
     * A task wakes up.
     *
     * @return whether it should take the place of the running one now, or the CPU is idle; false if it was awake
     */
    boolean wakeUp(CfsTask task) {
        if (task.runnable) {
            return false;
        }
        task.runnable = true;
        task.vruntimePs = Math.max(task.vruntimePs, minVruntimePs - parameters.latencyPs() / 2);
        totalWeight += task.weight();
        insert(task);
        if (current == null) {
            return true;
        }
        long behindPs = current.vruntimePs - task.vruntimePs;
        return behindPs > weighted(parameters.wakeupGranularityPs(), task);
    }

    /** The running task has run for {@code ps}. */
    void ran(long ps) {
        CfsTask task = running();
        task.ranPs += ps;
        task.turnPs += ps;
        task.vruntimePs += weighted(ps, task);
        updateMin();
    }

    /** The tick looks: returns whether the running task's turn is over. */
    boolean turnIsOver() {
        if (current == null || queued == 0) {
            return false;
        }
        long sharePs = sharePs(current);
        if (current.turnPs > sharePs) {
            return true;
        }
        return current.turnPs >= parameters.minGranularityPs() && current.vruntimePs - queue[0].vruntimePs > sharePs;
    }

    /** Returns the turn of a task: its share of the period. */
    long sharePs(CfsTask task) {
        return parameters.periodPs(runnable()) * task.weight() / totalWeight;
    }

    /** The running task blocks. */
    void blocks() {
        CfsTask task = running();
        task.runnable = false;
        totalWeight -= task.weight();
        current = null;
        updateMin();
    }

    /** Chooses the task with the least virtual run time, the running one among them; returns it, or null if there is none. */
    @Nullable
    CfsTask choose() {
        if (current != null) {
            insert(current);
        }
        current = queued == 0 ? null : queue[0];
        if (current != null) {
            System.arraycopy(queue, 1, queue, 0, --queued);
            queue[queued] = null;
            current.turnPs = 0;
        }
        return current;
    }

    private CfsTask running() {
        return Objects.requireNonNull(current, "no task runs");
    }

    private void insert(CfsTask task) {
        if (queued == queue.length) {
            queue = Arrays.copyOf(queue, 2 * queued);
        }
        int at = queued++;
        while (at > 0 && queue[at - 1].vruntimePs > task.vruntimePs) {
            queue[at] = queue[--at];
        }
        queue[at] = task;
    }

    private void updateMin() {
        long least = current != null ? current.vruntimePs : Long.MAX_VALUE;
        if (queued > 0) {
            least = Math.min(least, queue[0].vruntimePs);
        }
        if (least != Long.MAX_VALUE) {
            minVruntimePs = Math.max(minVruntimePs, least);
        }
    }

    private static long weighted(long ps, CfsTask task) {
        return task.weight() == CfsParameters.NICE_0
                ? ps
                : Math.multiplyExact(ps, (long) CfsParameters.NICE_0) / task.weight();
    }
}
