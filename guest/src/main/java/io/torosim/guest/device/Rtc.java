package io.torosim.guest.device;

import io.torosim.core.bus.Bus;
import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.event.EventHandler;
import io.torosim.core.event.Simulation;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * An MC146818 real-time clock with its CMOS memory (ports 70h and 71h), line 8, as QEMU 7.2 has it: BCD and 24 hours after reset, 1024 Hz
 * when the periodic interrupt is enabled, the update flag each second, UIP for the last 244 us of each.
 *
 * <p>Not modelled: setting the time (what is written to the time is kept and read back as long as SET is on, then the clock goes on as before),
 * alarms.
 *
 * <p>{@link PcDevices} plugs it in; the time is that of the {@link Simulation}.
 */
final class Rtc {
    private static final int REGISTER_A = 0x0a;
    private static final int REGISTER_B = 0x0b;
    private static final int REGISTER_C = 0x0c;
    private static final int REGISTER_D = 0x0d;
    private static final int CENTURY = 0x32;
    private static final int UPDATE_IN_PROGRESS = 0x80;
    private static final int SET = 0x80;
    private static final int PERIODIC = 0x40;
    private static final int UPDATE = 0x10;
    private static final int BINARY = 4;
    private static final int HOURS_24 = 2;
    private static final int LINE = 8;
    private static final long UIP_PS = 244 * Picos.PER_MICRO;
    private static final long DAY = 86_400; // seconds
    private static final int BASE_HZ = 32_768;

    private final long startSeconds;
    private final int[] cmos = new int[128];
    private final EventHandler ticks = this::onEvent;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Simulation clock;

    @SuppressWarnings("NullAway.Init") // plug comes first
    private Bus bus;

    /** A day since 1970, and its year, month and day of the month, each from its byte on; 0 if it was not asked for yet. */
    private long dateOfDay;

    private int date;
    private int index;
    private int flags;
    private long updatesSeen;
    private long periodic = Simulation.NO_HANDLE;
    private long updating = Simulation.NO_HANDLE;
    private long periodicFromPs;
    private long periodicTicks;

    /**
     * Creates a clock.
     *
     * @param powerOn what it shows at time 0
     */
    Rtc(LocalDateTime powerOn) {
        Objects.requireNonNull(powerOn, "powerOn");
        startSeconds = powerOn.toEpochSecond(ZoneOffset.UTC);
        cmos[REGISTER_A] = 0x26;
        cmos[REGISTER_B] = HOURS_24;
        cmos[REGISTER_D] = 0x80;
    }

    /**
     * Claims its ports.
     *
     * @return this
     */
    Rtc plug(Machine machine) {
        Objects.requireNonNull(machine, "machine");
        clock = machine.simulation();
        bus = machine.bus();
        bus.claim("rtc", 0x70, 2, new Ports());
        return this;
    }

    private long seconds() {
        return clock.nowPs() / Picos.PER_SECOND;
    }

    private long periodPs(long number) {
        int rate = cmos[REGISTER_A] & 0xf;
        int shift = rate <= 2 ? rate + 6 : rate - 1; // rates 1 and 2 are those of 8 and 9
        return Picos.ofCycles(number << shift, BASE_HZ);
    }

    private void restart() {
        clock.cancel(periodic);
        clock.cancel(updating);
        periodic = Simulation.NO_HANDLE;
        updating = Simulation.NO_HANDLE;
        if ((cmos[REGISTER_B] & PERIODIC) != 0 && (cmos[REGISTER_A] & 0xf) != 0) {
            periodicFromPs = clock.nowPs();
            periodicTicks = 0;
            schedulePeriodic();
        }
        if ((cmos[REGISTER_B] & (UPDATE | SET)) == UPDATE) {
            scheduleUpdate();
        }
    }

    private void schedulePeriodic() {
        long atPs = periodicFromPs + periodPs(++periodicTicks);
        periodic = clock.at(atPs, Machine.DEVICE_PRIORITY, ticks, PERIODIC, 0);
    }

    private void scheduleUpdate() {
        long atPs = (seconds() + 1) * Picos.PER_SECOND;
        updating = clock.at(atPs, Machine.DEVICE_PRIORITY, ticks, UPDATE, 0);
    }

    private void onEvent(int op, long arg) {
        flags |= op;
        if (op == PERIODIC) {
            schedulePeriodic();
        } else {
            updatesSeen = seconds();
            scheduleUpdate();
        }
        updateLine();
    }

    private boolean wanting() {
        return (flags & cmos[REGISTER_B] & (PERIODIC | UPDATE)) != 0;
    }

    private void updateLine() {
        bus.setLine(LINE, wanting());
    }

    private int shown(int value) {
        return (cmos[REGISTER_B] & BINARY) != 0 ? value : value / 10 << 4 | value % 10;
    }

    private int time(int register) {
        long now = startSeconds + seconds();
        int ofDay = (int) Math.floorMod(now, DAY);
        return switch (register) {
            case 0 -> shown(ofDay % 60);
            case 2 -> shown(ofDay / 60 % 60);
            case 4 -> hour(ofDay / 3600);
            default -> date(register, Math.floorDiv(now, DAY));
        };
    }

    private int date(int register, long day) {
        if (day != dateOfDay || date == 0) {
            LocalDate today = LocalDate.ofEpochDay(day);
            dateOfDay = day;
            date = today.getYear() << 16 | today.getMonthValue() << 8 | today.getDayOfMonth();
        }
        int year = date >> 16;
        return switch (register) {
            case 6 -> shown((int) Math.floorMod(day + 4, 7L) + 1); // day 0 was a Thursday
            case 7 -> shown(date & 0xff);
            case 8 -> shown(date >> 8 & 0xff);
            case 9 -> shown(year % 100);
            default -> shown(year / 100);
        };
    }

    private int hour(int hour) {
        if ((cmos[REGISTER_B] & HOURS_24) != 0) {
            return shown(hour);
        }
        return shown(hour % 12 == 0 ? 12 : hour % 12) | (hour >= 12 ? 0x80 : 0);
    }

    private static boolean isTime(int register) {
        return register == CENTURY || register < REGISTER_A && register != 1 && register != 3 && register != 5;
    }

    private final class Ports implements PortDevice {
        @Override
        public int read(int offset, int widthBytes) {
            if (offset == 0) {
                return 0xff;
            }
            boolean set = (cmos[REGISTER_B] & SET) != 0;
            if (isTime(index) && !set) {
                return time(index);
            }
            return switch (index) {
                case REGISTER_A -> {
                    boolean updates = !set && clock.nowPs() % Picos.PER_SECOND >= Picos.PER_SECOND - UIP_PS;
                    yield cmos[REGISTER_A] | (updates ? UPDATE_IN_PROGRESS : 0);
                }
                case REGISTER_C -> causes();
                default -> cmos[index];
            };
        }

        /** Reading clears. */
        private int causes() {
            if (seconds() > updatesSeen && (cmos[REGISTER_B] & SET) == 0) {
                flags |= UPDATE;
                updatesSeen = seconds();
            }
            int value = flags | (wanting() ? 0x80 : 0);
            flags = 0;
            updateLine();
            return value;
        }

        @Override
        public void write(int offset, int widthBytes, int value) {
            if (offset == 0) {
                index = value & 0x7f;
                return;
            }
            switch (index) {
                case REGISTER_A -> {
                    cmos[REGISTER_A] = value & 0x7f;
                    restart();
                }
                case REGISTER_B -> {
                    cmos[REGISTER_B] = value & 0xff;
                    restart();
                    updateLine();
                }
                case REGISTER_C, REGISTER_D -> {} // read only
                default -> cmos[index] = value & 0xff;
            }
        }
    }
}
