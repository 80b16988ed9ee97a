package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.AccessKind;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import java.util.Objects;
import java.util.function.IntToLongFunction;

/**
 * An 8254 programmable interval timer (ports 40h to 43h) with the gate and the output of channel 2 at port 61h. Channel 0 drives interrupt
 * line 0, at any rate from 18.2 Hz to 1.193182 MHz. Served by the host kernel under KVM.
 */
final class Pit {
    private static final int CONTROL = 3;
    private static final int READ_BACK = 3;

    private final PitChannel[] channels = {new PitChannel(true), new PitChannel(true), new PitChannel(false)};
    private static final int OP_CHANGES = 0;
    private static final int OP_PASSED_LOW = 1;
    private static final int OP_PASSED_HIGH = 2;

    private final IntToLongFunction host;
    private final EventHandler changes = this::onEvent;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Simulation clock;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    private long pending = Simulation.NO_HANDLE;
    /** OUT of channel 0 as it was last looked at. */
    private boolean out;
    /** How late the host passes the present pulse on. */
    private long latePs;

    private long lastPassedPs;
    /** Writes that set line 0; what was under way before one of them does not arrive. */
    private long writes;

    private boolean speaker;
    private boolean refresh;

    /**
     * Creates the timer as it is after power-on: all channels count from 65536 in mode 3.
     *
     * @param host see {@link PcDevices#pit(Machine, IntToLongFunction)}
     */
    Pit(IntToLongFunction host) {
        this.host = host;
    }

    /** Creates one whose line changes when its output does. */
    Pit() {
        this(vcpu -> 0);
    }

    /**
     * Claims its ports and begins to count.
     *
     * @return this
     */
    Pit plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        clock = machine.simulation();
        bus = machine.bus();
        bus.allOrNothing(() -> {
            bus.claim("pit", 0x40, 4, new Counters());
            bus.claim("port 61h", 0x61, 1, new SystemControl());
        });
        update();
        return this;
    }

    /** Sets line 0 to OUT of channel 0, and looks again when that changes. */
    private void update() {
        writes++;
        out = channels[0].out(clock.nowPs());
        bus.setLine(0, out);
        lookAgain();
    }

    private void lookAgain() {
        if (pending != Simulation.NO_HANDLE) {
            clock.cancel(pending);
            pending = Simulation.NO_HANDLE;
        }
        long nextPs = channels[0].nextChangePs(clock.nowPs());
        if (nextPs != Picos.NEVER) {
            pending = clock.at(nextPs, Machine.DEVICE_PRIORITY, changes, OP_CHANGES, 0);
        }
    }

    private void onEvent(int op, long arg) {
        if (op == OP_CHANGES) {
            pending = Simulation.NO_HANDLE;
            changes();
            lookAgain();
        } else if (arg == writes) {
            bus.setLine(0, op == OP_PASSED_HIGH);
        }
    }

    /** OUT changes by itself: the host sees its rise, and passes it and the fall after it on. */
    private void changes() {
        boolean high = channels[0].out(clock.nowPs());
        if (high && !out) {
            latePs = host.applyAsLong(0);
        }
        out = high;
        if (latePs == 0) {
            bus.setLine(0, high);
            return;
        }
        lastPassedPs = Math.max(lastPassedPs, Picos.saturatingAdd(clock.nowPs(), latePs));
        if (lastPassedPs != Picos.NEVER) {
            clock.at(lastPassedPs, Machine.DEVICE_PRIORITY, changes, high ? OP_PASSED_HIGH : OP_PASSED_LOW, writes);
        }
    }

    private final class Counters implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            return offset == CONTROL ? 0 : channels[offset].read(clock.nowPs());
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            long nowPs = clock.nowPs();
            int bits = value & 0xff;
            if (offset != CONTROL) {
                if (channels[offset].write(bits, nowPs) && offset == 0) {
                    update();
                }
            } else if (bits >>> 6 == READ_BACK) {
                readBack(bits, nowPs);
            } else {
                channels[bits >>> 6].control(bits, nowPs);
                if (bits >>> 6 == 0) {
                    update();
                }
            }
        }

        private void readBack(int bits, long nowPs) {
            for (int i = 0; i < channels.length; i++) {
                if ((bits & 2 << i) != 0) {
                    if ((bits & 0x20) == 0) {
                        channels[i].latchCount(nowPs);
                    }
                    if ((bits & 0x10) == 0) {
                        channels[i].latchStatus(nowPs);
                    }
                }
            }
        }

        @Override
        public AccessKind kind(int offset, boolean write) {
            return AccessKind.KERNEL_PORT;
        }
    }

    private final class SystemControl implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            refresh = !refresh;
            return (channels[2].gate() ? 1 : 0)
                    | (speaker ? 2 : 0)
                    | (refresh ? 0x10 : 0)
                    | (channels[2].out(clock.nowPs()) ? 0x20 : 0);
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            speaker = (value & 2) != 0;
            channels[2].gate((value & 1) != 0, clock.nowPs());
        }

        @Override
        public AccessKind kind(int offset, boolean write) {
            return AccessKind.KERNEL_PORT;
        }
    }
}
