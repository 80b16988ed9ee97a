package io.torosim.fat.toro;

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
