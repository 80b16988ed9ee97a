package io.torosim.guest.linux;

/** A task as the completely fair scheduler sees it. */
final class CfsTask {
    private final String name;
    private final int weight;
    /** Time it has run, divided by its weight against that of nice 0, in picoseconds; meaningful on one run queue only. */
    long vruntimePs;
    /** Time it has run in the present turn. */
    long turnPs;
    /** Time it has run. */
    long ranPs;
    /** Whether it waits in a run queue or runs. */
    boolean runnable;

    /**
     * Creates a task that sleeps.
     *
     * @param weight 1024 for nice 0, see {@link CfsParameters#weightOf}
     */
    CfsTask(String name, int weight) {
        if (weight < 1) {
            throw new IllegalArgumentException("weight must be at least 1, weight=" + weight);
        }
        this.name = name;
        this.weight = weight;
    }

    int weight() {
        return weight;
    }

    @Override
    public String toString() {
        return name;
    }
}
