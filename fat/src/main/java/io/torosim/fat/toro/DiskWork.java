package io.torosim.fat.toro;

/** What a file access did, counted. Confined to the simulation thread. */
public final class DiskWork {
    private long pio;
    private long stringTransfers;
    private long interrupts;
    private long threadSwitches;
    private long notifications;
    private long compareSteps;
    private long copiedSectors;
    private long totalPs;

    /** Makes a count of nothing. */
    public DiskWork() {}

    void pio(int count) {
        pio += count;
    }

    void stringTransfer() {
        stringTransfers++;
    }

    void interrupt() {
        interrupts++;
    }

    void threadSwitch() {
        threadSwitches++;
    }

    void notification() {
        notifications++;
    }

    void compare(long steps, DiskCosts costs) {
        compareSteps += steps;
        totalPs += steps * costs.compareStepPs();
    }

    void copySector(DiskCosts costs) {
        copiedSectors++;
        totalPs += costs.copySectorPs();
    }

    void spend(long ps) {
        totalPs += ps;
    }

    /**
     * Returns the port accesses.
     *
     * @return a count
     */
    public long pioCount() {
        return pio;
    }

    /**
     * Returns the string transfers of 256 words.
     *
     * @return a count
     */
    public long stringTransferCount() {
        return stringTransfers;
    }

    /**
     * Returns the interrupts taken.
     *
     * @return a count
     */
    public long interruptCount() {
        return interrupts;
    }

    /**
     * Returns the passes of the scheduler.
     *
     * @return a count
     */
    public long threadSwitchCount() {
        return threadSwitches;
    }

    /**
     * Returns the notifications of a virtio device.
     *
     * @return a count
     */
    public long notificationCount() {
        return notifications;
    }

    /**
     * Returns the elements passed in linear searches.
     *
     * @return a count
     */
    public long compareStepCount() {
        return compareSteps;
    }

    /**
     * Returns the sectors copied out of the buffer cache.
     *
     * @return a count
     */
    public long copiedSectorCount() {
        return copiedSectors;
    }

    /**
     * Returns the time spent.
     *
     * @return picoseconds
     */
    public long totalPs() {
        return totalPs;
    }
}
