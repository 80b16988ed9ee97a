package io.torosim.sched;

import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;

/**
 * IdeDisk.pas:ATAReadBlock of a disk whose data are not modelled: {@code GetDevice}, the thread is suspended before the command is written, six port writes; for
 * each sector a wait for its interrupt, two status reads and one string transfer; {@code FreeDevice}.
 */
final class DiskRead implements BlockingCall {
    private static final int GET = 0;
    private static final int COMMAND = 1;
    private static final int EXPECT = 2;
    private static final int AWAIT = 3;
    private static final int TRANSFER = 4;
    private static final int FREED = 5;
    private static final int COMMAND_WRITES = 6;
    private static final int SECTOR_ACCESSES = 3;

    private final ThreadRecord thread;
    private final KernelCosts costs;
    private final AtaDisk disk;
    private final GetDeviceCall get;
    private final AwaitCall await;
    private int sectorsLeft;
    private int stage;

    DiskRead(ThreadRecord thread, KernelCosts costs, AtaDisk disk) {
        this.thread = thread;
        this.costs = costs;
        this.disk = disk;
        this.get = new GetDeviceCall(thread, costs, disk.device());
        this.await = new AwaitCall(thread, costs, disk.sectors());
    }

    boolean isOf(AtaDisk other) {
        return disk == other;
    }

    DiskRead begin(int sectors) {
        sectorsLeft = sectors;
        get.begin(disk.device());
        stage = GET;
        return this;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case GET:
                return within(get.step(vcpu), COMMAND);
            case COMMAND:
                disk.suspends(thread);
                stage = EXPECT;
                return accesses(vcpu, COMMAND_WRITES);
            case EXPECT:
                disk.sectors().waits(thread);
                vcpu.changed();
                await.beginSuspended(disk.sectors());
                stage = AWAIT;
                return 0;
            case AWAIT:
                return within(await.step(vcpu), TRANSFER);
            case TRANSFER:
                return transfer(vcpu);
            default:
                return OVER;
        }
    }

    private long within(long result, int then) {
        if (result != OVER) {
            return result;
        }
        stage = then;
        return NEXT;
    }

    private long transfer(Vcpu vcpu) {
        boolean more = --sectorsLeft > 0;
        long takesPs = accesses(vcpu, SECTOR_ACCESSES);
        disk.sectorMoved(thread, more);
        if (!more) {
            thread.freeDevice(disk.device());
        }
        stage = more ? EXPECT : FREED;
        return takesPs;
    }

    private long accesses(Vcpu vcpu, int count) {
        for (int i = 0; i < count; i++) {
            vcpu.exit(ExitCause.PIO);
        }
        return count * costs.pioPs;
    }

    @Override
    public boolean heedsKill() {
        return stage == GET || await.heedsKill();
    }

    @Override
    public String routine() {
        return stage == GET ? get.routine() : "ATAReadBlock";
    }

    @Override
    public String toString() {
        return "read of a disk";
    }
}
