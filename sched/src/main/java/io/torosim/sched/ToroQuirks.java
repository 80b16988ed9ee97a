package io.torosim.sched;

import io.torosim.core.defect.Defects.Defect;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which defects of 2018 a kernel has: an immutable set of {@link ToroQuirk}.
 *
 * <p>{@link KernelConfig} carries them; a {@link ToroKernel} asks through {@link QuirkSwitches}, which notes which would have acted.
 *
 * @param mask bit {@code ordinal} set for each quirk that is on
 */
public record ToroQuirks(long mask) {
    private static final long ALL = (1L << ToroQuirk.values().length) - 1;

    /** Checks that only known quirks are set. */
    public ToroQuirks {
        if ((mask & ~ALL) != 0) {
            throw new IllegalArgumentException("mask must name known quirks only, mask=" + Long.toHexString(mask));
        }
    }

    /** Returns Toro as it was in 2018: every defect on. */
    public static ToroQuirks faithful() {
        return new ToroQuirks(ALL);
    }

    /** Returns the repaired kernel: every defect off. */
    public static ToroQuirks repaired() {
        return new ToroQuirks(0);
    }

    /** Returns whether {@code quirk} is on. */
    public boolean has(ToroQuirk quirk) {
        return (mask & bit(quirk)) != 0;
    }

    /** Returns these with {@code quirk} on. */
    public ToroQuirks with(ToroQuirk quirk) {
        return new ToroQuirks(mask | bit(quirk));
    }

    /** Returns these with {@code quirk} off. */
    public ToroQuirks without(ToroQuirk quirk) {
        return new ToroQuirks(mask & ~bit(quirk));
    }

    /** Returns the quirks that are on, in the order of their declaration. */
    public Set<ToroQuirk> asSet() {
        EnumSet<ToroQuirk> on = EnumSet.noneOf(ToroQuirk.class);
        for (ToroQuirk quirk : ToroQuirk.values()) {
            if (has(quirk)) {
                on.add(quirk);
            }
        }
        return on;
    }

    private static long bit(ToroQuirk quirk) {
        return 1L << quirk.ordinal();
    }

    /**
     * A known defect of Toro's scheduler and idle logic as of 2018 (commit 72b7e90). On, the kernel behaves as Toro did; off,
     * that defect is repaired in the way that its constant describes. See {@link ToroQuirks}.
     *
     * <p>The repairs compose: a wake-up is safe only with all of {@link #IDLE_FLAG_RACE}, {@link #HALT_NOT_ATOMIC},
     * {@link #PACKET_BEFORE_POLL_HALT} and {@link #DISK_IRQ_BEFORE_HALT} off.
     */
    public enum ToroQuirk implements Defect {
        /**
         * Process.pas:AddThreadMsg sends the wake-up interrupt to an idle target before Emigrating has made the message visible:
         * the target wakes, finds nothing and halts again. Repaired: the interrupt follows the data.
         */
        IPI_BEFORE_DATA("W1"),
        /**
         * Process.pas: Emigrating fills the slot and reads the target's Idle flag after the target has passed that slot and
         * before it sets the flag: no interrupt is sent, and the target halts with work in its slot. Repaired: a core looks at
         * its slots once more after setting the flag.
         */
        IDLE_FLAG_RACE("W2"),
        /**
         * Process.pas:Scheduling executes {@code hlt} with interrupts enabled: an interrupt between the last look and the
         * {@code hlt} is handled first, and then nothing ends the halt. Open in Toro only if the host takes the CPU away for
         * longer than the sender's {@code Delay(10)}. Repaired: {@code cli}, look, {@code sti; hlt}.
         */
        HALT_NOT_ATOMIC("W3"),
        /**
         * Network.pas, Process.pas:Scheduling: a packet that arrives between a polling thread's last look and the polling
         * halt changes no thread's state, and waits for the next interrupt. Repaired: a core does not halt if a device
         * interrupt has come since one of its polling threads last had a turn.
         */
        PACKET_BEFORE_POLL_HALT("W4"),
        /**
         * IdeDisk.pas, Process.pas:Scheduling: the disk interrupt makes its thread ready after the scan and before the
         * {@code hlt}: the thread waits for the next interrupt. Repaired: a core looks for ready threads once more after
         * setting its Idle flag.
         */
        DISK_IRQ_BEFORE_HALT("W5"),
        /**
         * Arch.pas:Delay: there is one LAPIC timer, so a {@code Delay} in an interrupt handler ends the one that it interrupts.
         * It can shorten the {@code Delay(100)} of Process.pas:Inmigrating that protects the wake-up of a requester. Repaired:
         * a handler's delay leaves the interrupted one its full length.
         */
        NESTED_DELAY("W6"),
        /**
         * Process.pas:SysResumeThread sets a thread of another core ready and tells nobody: a core that is halted stays so.
         * Repaired: it sends the wake-up interrupt to a core whose Idle flag is set.
         */
        RESUME_SENDS_NO_IPI("W7"),
        /**
         * Process.pas: SysResumeThread on a thread that is about to suspend itself is overwritten by SysSuspendThread: the
         * resume is lost. Repaired: it is remembered, and the next suspend returns at once.
         */
        RESUME_BEFORE_SUSPEND("W8"),
        /**
         * Process.pas:Scheduling halts without a timer, so a polling thread that waits for a moment with
         * {@code SysThreadSwitch(True)} can oversleep it without bound. Repaired: the halt ends at the earliest such moment.
         */
        HALT_WITHOUT_TIMER("W9"),
        /**
         * Console.pas:ReadConsole waits in tsIOPending with no device: the scheduler reads the byte at address 0, and a zero
         * there wakes the thread without a key. Repaired: no device means not free.
         */
        CONSOLE_NIL_DEVICE("W10"),
        /**
         * Process.pas:Scheduling: once all polling threads of a core are idle they are skipped for as long as any other thread
         * is ready, packets or not. Repaired: a device interrupt gives every polling thread another turn.
         */
        POLLERS_SKIPPED("S-1"),
        /**
         * Process.pas: Emigrating leaves messages in the sender's own list while the slot is taken, and the receiver empties a
         * slot without telling anybody: a sender that halts meanwhile keeps them for good, and so do their requesters. Found
         * by the explorer. Repaired: a core does not halt while it can send, and a receiver that empties a slot wakes a sender that is idle and
         * has more.
         */
        HALT_WITH_MAIL("mailbox"),
        /**
         * Process.pas:ThreadExit leaves a polling thread in the list of polling threads and in its count: the core uses its
         * record after it was freed, and never halts again. Repaired as in commit 3562396 (2019-02-22).
         */
        EXITED_POLLER_STAYS("S-2"),
        /**
         * IdeDisk.pas:ATAReadBlock leaves its thread in tsSuspended after the last sector, so that its next SysThreadSwitch
         * never returns. Repaired as in commit 46a066b (2018-11).
         */
        DISK_READ_LEAVES_SUSPENDED("S-3"),
        /**
         * IdeDisk.pas: a disk access by a thread that is tsIdle overwrites that state without counting it off: the count of
         * idle polling threads is wrong for ever and the core never halts again. Repaired: the thread is made active first.
         */
        DISK_OVERWRITES_IDLE("S-4"),
        /**
         * Process.pas: SysResumeThread, SysSuspendThread and every wait of a thread that is tsIdle overwrite that state: the
         * same. Repaired: it is counted off.
         */
        RESUME_OVERWRITES_IDLE("S-5"),
        /**
         * Process.pas:ThreadExit with no other thread ready: the scan goes round the ring looking for the exited thread, which
         * is no longer in it: no halt and no Inmigrating until an interrupt makes a thread ready. Repaired as in commit 80a507f
         * (2019-02-11).
         */
        EXIT_SCANS_FOREVER("S-6"),
        /**
         * Process.pas:Inmigrating reads the link of a message after it has woken its owner, on whose stack it lies: if the owner
         * has asked for another thread meanwhile, the rest of the chain is lost or another one is followed. Repaired: the link
         * is read first.
         */
        MESSAGE_READ_AFTER_WAKE("S-8"),
        /**
         * Arch.pas:Apic_IRQ_Ignore saves no registers: a wake-up interrupt that does not end a {@code hlt} corrupts those of
         * the thread it interrupts. Values are not modelled: the thread is marked, see {@link GuestThread#registersLost}.
         * Repaired: the handler saves them.
         */
        IPI_SAVES_NO_REGISTERS("S-9"),
        /**
         * Process.pas: Sleep calls Scheduling without saving registers: a thread that slept while another ran comes back with
         * that one's. Values are not modelled: the thread is marked, see {@link GuestThread#registersLost}. Repaired: saved.
         */
        SLEEP_SAVES_NO_REGISTERS("S-10"),
        /**
         * Process.pas:SysKillThread only sets a flag that is looked at on return from SysThreadSwitch: a suspended thread never
         * dies, one that has not run yet runs. Repaired: the victim becomes ready and is looked at before it runs.
         */
        KILL_NEEDS_SWITCH("S-11"),
        /**
         * IdeDisk.pas:ATAReadBlock takes any return from SysThreadSwitch for its interrupt: a reader that somebody else has made
         * ready goes on without its sector, and the interrupt, when it comes, makes it ready wherever it waits by then: in
         * SysBeginThread for one, whose message on its stack it then overwrites. Found by random programs. Repaired: the
         * interrupt is noted, the reader waits on until it has come, and a resume meanwhile is remembered.
         */
        DISK_WAKE_UNCHECKED("disk wake"),
        /**
         * Process.pas:SysThreadSwitch ends a killed thread in the middle of IdeDisk.pas:ATAReadBlock: FreeDevice is never
         * called, and every later reader waits for good. Found beside the last one. Repaired: it dies after the read.
         */
        KILLED_READER_KEEPS_DISK("disk kill"),
        /**
         * IdeDisk.pas: the routine that forwards the disk's interrupt to another core loads its arguments into the registers of
         * Win64; in the Linux-target build of August 2018 the callee looks elsewhere, and the interrupt goes to a core that
         * does not exist or does not wait for it. Which one is not known: here, to none. Repaired: it arrives, as it did in
         * the Win64 build.
         */
        ATA_FORWARD_LOST("disk forward"),
        /**
         * Arch.pas:Apic_IRQ_Ignore: the handler of the wake-up interrupt waits for {@code Delay(10)}, 24 ms where the kernel takes the clock for
         * 2.4 GHz, with interrupts disabled, and the core's Idle flag is still set meanwhile. Wake-ups that come faster than that follow each
         * other without a step of a thread in between: a thread that is resumed every 23 ms never runs. Seen with {@link #RESUME_SENDS_NO_IPI}
         * repaired, since only then does a resume send an interrupt. Repaired: the handler acknowledges and returns.
         */
        WAKE_HANDLER_DELAYS("wake delay");

        private final String label;

        ToroQuirk(String label) {
            this.label = label;
        }

        /** Returns its short name in ToroSim's documents: {@code W1} to {@code W10} are wake-up windows, {@code S-n} other defects. */
        public String label() {
            return label;
        }
    }
}
