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

    /**
     * What the steps of a file access cost, in picoseconds. The caller fills it from its cost model; nothing here is tuned.
     *
     * @param pioPs one port access, with the exit to the hypervisor
     * @param stringTransferPs {@code rep insw} of 256 words
     * @param interruptPs delivery of an interrupt to its handler
     * @param threadSwitchPs one pass of the scheduler
     * @param delayPs Toro's {@code Delay(10)}, which a forwarded interrupt passes twice
     * @param memoryAccessPs one access to shared memory: a descriptor, a ring index
     * @param notifyPs notification of a virtio device, with the exit
     * @param idleLatencyPs from command to interrupt, the host's part
     * @param compareStepPs one element of a linear search in a cache
     * @param copySectorPs copy of 512 bytes
     */
    public record DiskCosts(
            long pioPs,
            long stringTransferPs,
            long interruptPs,
            long threadSwitchPs,
            long delayPs,
            long memoryAccessPs,
            long notifyPs,
            long idleLatencyPs,
            long compareStepPs,
            long copySectorPs) {

        /** Checks that no cost is negative. */
        public DiskCosts {
            long[] all = {
                pioPs,
                stringTransferPs,
                interruptPs,
                threadSwitchPs,
                delayPs,
                memoryAccessPs,
                notifyPs,
                idleLatencyPs,
                compareStepPs,
                copySectorPs
            };
            for (long cost : all) {
                if (cost < 0) {
                    throw new IllegalArgumentException("costs must not be negative, cost=" + cost);
                }
            }
        }
    }
}
