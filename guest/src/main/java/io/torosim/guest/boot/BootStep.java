package io.torosim.guest.boot;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.VcpuState;

/**
 * A piece of a boot: a value that says what is done. Each {@link #next} does one atomic part of it on a vCPU; how far the vCPU
 * has come is kept in {@link BootProcessor#part}.
 */
interface BootStep {
    /** Result of {@link #next} when nothing is left to do. */
    long OVER = Long.MIN_VALUE;

    /**
     * Does the next part at {@link Vcpu#nowPs()}.
     *
     * @return how long it takes, as of {@link Activity#step}, or {@link #OVER}
     */
    long next(BootProcessor at, Vcpu vcpu);

    /** Time that is known only as a whole: the start of the monitor, the firmware, an interrupt on its way. */
    record Elapse(long ps) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            return at.part++ == 0 ? ps : OVER;
        }
    }

    /** Calls of the BIOS, each {@code ps} long. How often one leaves guest mode is unknown: no exits are counted. */
    record BiosCalls(long count, long ps) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            return at.part++ < count ? ps : OVER;
        }
    }

    /** Accesses to ports or to registers of the local APIC, each of them an exit. */
    record Accesses(ExitCause cause, long count) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            return at.part++ < count ? at.access(vcpu, cause) : OVER;
        }
    }

    /** Single stores of a loop, a page of 4-byte stores at a time. */
    record Stores(long count) implements BootStep {
        private static final long AT_ONCE = 1024;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            long left = count - at.part++ * AT_ONCE;
            return left > 0 ? at.kernel().storesPs(Math.min(left, AT_ONCE)) : OVER;
        }
    }

    /** Clears or fills {@code bytes} at the rate of one core, a page at a time; the first {@code touched} pages are new. */
    record Fill(long bytes, long touched) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            long left = bytes - at.part * BootKernel.PAGE;
            if (left <= 0) {
                return OVER;
            }
            long ps = at.kernel().fillPs(Math.min(left, BootKernel.PAGE));
            return at.part++ < touched ? ps + at.kernel().firstTouchPs() : ps;
        }
    }

    /** Touches pages of guest memory for the first time: the host has to find each of them. */
    record FirstTouches(long pages) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            return at.part++ < pages ? at.kernel().firstTouchPs() : OVER;
        }
    }

    /** Reads of low memory in search of the firmware's tables, a few at a time. */
    record RomProbes(long count, long ps) implements BootStep {
        private static final long AT_ONCE = 256;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            long left = count - at.part++ * AT_ONCE;
            return left > 0 ? Math.min(left, AT_ONCE) * ps : OVER;
        }
    }

    /**
     * Moves the text up by a row, byte by byte (Console.pas:FlushUp); a row of the screen at a time.
     *
     * @param trapped whether a VGA device is there: then QEMU answers for every byte read
     */
    record Scroll(boolean trapped) implements BootStep {
        static final int ROWS = 24;
        static final int ROW_BYTES = 160;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            if (at.part++ == ROWS) {
                return OVER;
            }
            for (int i = 0; trapped && i < ROW_BYTES; i++) {
                vcpu.exit(ExitCause.MMIO);
            }
            return ROW_BYTES * at.kernel().vgaBytePs(trapped);
        }
    }

    /** Arch.pas:Delay and DelayMicro: load the core's timer, poll it until it has run down, acknowledge. */
    record LapicDelay(long nominalPs) implements BootStep {
        private static final int LOOP = 1;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            switch ((int) at.part) {
                case 0 -> {
                    at.part = 1;
                    vcpu.enter(VcpuState.POLL);
                    return at.access(vcpu, ExitCause.APIC_ACCESS); // the divider
                }
                case 1 -> {
                    at.part = 2;
                    vcpu.changed();
                    at.waitEndPs = vcpu.nowPs() + at.kernel().delayPs(nominalPs);
                    return at.access(vcpu, ExitCause.APIC_ACCESS); // the initial count
                }
                case 2 -> {
                    if (vcpu.nowPs() < at.waitEndPs) {
                        if (vcpu.roundRepeats(LOOP)) {
                            return Activity.SPIN;
                        }
                        vcpu.comparesWith(at.waitEndPs);
                        vcpu.exit(ExitCause.APIC_ACCESS);
                        return at.kernel().lapicPollPs();
                    }
                    at.part = 3;
                    vcpu.enter(VcpuState.BUSY);
                    return at.access(vcpu, ExitCause.EOI);
                }
                default -> {
                    return OVER;
                }
            }
        }
    }

    /** Waits by the time-stamp counter, as later kernels do. */
    record TscWait(long nominalPs) implements BootStep {
        private static final int LOOP = 2;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            if (at.part == 0) {
                at.part = 1;
                vcpu.changed();
                vcpu.enter(VcpuState.POLL);
                at.waitEndPs = vcpu.nowPs() + at.kernel().tscWaitPs(nominalPs);
            }
            if (vcpu.nowPs() >= at.waitEndPs) {
                vcpu.enter(VcpuState.BUSY);
                return OVER;
            }
            if (vcpu.roundRepeats(LOOP)) {
                return Activity.SPIN;
            }
            vcpu.comparesWith(at.waitEndPs);
            return at.kernel().rdtscPs();
        }
    }

    /**
     * INIT to a core, or to all but oneself: then no destination is to be written.
     *
     * @param asserted whether the line is asserted or let go again, for which Toro writes the command only
     */
    record Init(int target, boolean asserted) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            boolean destination = asserted && target != BootKernel.ALL_OTHERS;
            return at.command(vcpu, destination, () -> at.kernel().initSent(vcpu.nowPs()));
        }
    }

    /** SIPI to a core, or to all but oneself; a core that runs already ignores it. */
    record Startup(int target) implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            boolean destination = target != BootKernel.ALL_OTHERS;
            return at.command(vcpu, destination, () -> at.kernel().startCores(target));
        }
    }

    /** SIPI to all others once their time after INIT is over; nothing before, nor a second time. */
    record StartupIfDue() implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            if (!at.kernel().startupIsDue(vcpu.nowPs())) {
                return OVER;
            }
            at.kernel().startCores(BootKernel.ALL_OTHERS);
            return at.access(vcpu, ExitCause.ICR_WRITE);
        }
    }

    /**
     * Polls memory until a core, or all, have said that they are there.
     *
     * @param startsThem whether SIPI may still have to be sent meanwhile
     */
    record AwaitCores(int target, boolean startsThem) implements BootStep {
        private static final int LOOP = 3;

        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            BootKernel kernel = at.kernel();
            if (at.part == 0) {
                at.part = 1;
                vcpu.changed();
                vcpu.enter(VcpuState.POLL);
            }
            if (kernel.isHere(target)) {
                vcpu.enter(VcpuState.BUSY);
                return OVER;
            }
            if (startsThem && kernel.startupIsDue(vcpu.nowPs())) {
                vcpu.changed();
                kernel.startCores(target);
                return at.access(vcpu, ExitCause.ICR_WRITE);
            }
            if (vcpu.roundRepeats(LOOP)) {
                return Activity.SPIN;
            }
            if (startsThem) {
                vcpu.comparesWith(kernel.startupDuePs());
            }
            return BootKernel.SHARED_POLL_PS;
        }
    }

    /** {@code InitConfirmation := True} of a core that has come up. */
    record Confirm() implements BootStep {
        @Override
        public long next(BootProcessor at, Vcpu vcpu) {
            at.kernel().confirm(vcpu.id());
            return OVER;
        }
    }
}
