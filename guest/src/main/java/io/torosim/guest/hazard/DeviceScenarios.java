package io.torosim.guest.hazard;

import static io.torosim.core.time.Picos.PER_MICRO;
import static io.torosim.core.time.Picos.PER_MILLI;

import io.torosim.core.block.BlockDevice.MemoryBlockDevice;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.cost.CostModel;
import io.torosim.core.machine.Machine;
import io.torosim.guest.console.ConsoleKeyboard;
import io.torosim.guest.console.ConsoleKeyboard.ConsoleQuirk;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.driver.IdeController;
import io.torosim.guest.driver.IdeDriver;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.spec.Display;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.Step;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.KernelScenario;
import io.torosim.sched.explore.Scenario;
import io.torosim.sched.explore.Scenario.Invariant;
import io.torosim.sched.explore.ScenarioRun;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Hazards of the scheduler that show with a device: a kernel with Toro's IDE driver, or its keyboard's, on the bus. Looked at after each step, as those of the kernel alone.
 */
final class DeviceScenarios {
    /** A core with nothing to do halts 120 us after it has looked; a sector comes a little later, and with surprises in between. */
    private static final CostModel COSTS = CostModel.standard().with("ide.sector", new BigDecimal(130));

    private static final IdeChannel.Place PLACE = IdeChannel.Place.PRIMARY;
    private static final int KEYBOARD_LINE = 1;
    private static final long BUFFER = 0x10_0000;
    /** Of zeros; nobody writes to it. */
    private static final MemoryBlockDevice SECTORS = new MemoryBlockDevice(16);

    static final List<Scenario> ALL = List.of(
            scenario(
                    "disk-irq-before-halt",
                    ToroQuirk.DISK_IRQ_BEFORE_HALT,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC),
                    Invariant.LOST_WAKE_UP,
                    1,
                    600 * PER_MILLI,
                    DeviceScenarios::read),
            scenario(
                    "disk-read-leaves-suspended",
                    ToroQuirk.DISK_READ_LEAVES_SUSPENDED,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC, ToroQuirk.DISK_IRQ_BEFORE_HALT),
                    Invariant.DEADLOCK,
                    1,
                    600 * PER_MILLI,
                    DeviceScenarios::readThenSwitch),
            scenario(
                    "disk-overwrites-idle",
                    ToroQuirk.DISK_OVERWRITES_IDLE,
                    EnumSet.noneOf(ToroQuirk.class),
                    Invariant.POLLING_COUNTS,
                    1,
                    900 * PER_MILLI,
                    DeviceScenarios::readByIdlePoller),
            scenario(
                    "disk-wake-unchecked",
                    ToroQuirk.DISK_WAKE_UNCHECKED,
                    EnumSet.noneOf(ToroQuirk.class),
                    Invariant.SPURIOUS_WAKE_UP,
                    1,
                    600 * PER_MILLI,
                    DeviceScenarios::resumeReader),
            scenario(
                    "killed-reader-keeps-disk",
                    ToroQuirk.KILLED_READER_KEEPS_DISK,
                    EnumSet.of(ToroQuirk.EXIT_SCANS_FOREVER),
                    Invariant.DEADLOCK,
                    1,
                    600 * PER_MILLI,
                    DeviceScenarios::killReader),
            scenario(
                    "ata-forward-lost",
                    ToroQuirk.ATA_FORWARD_LOST,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC, ToroQuirk.DISK_IRQ_BEFORE_HALT),
                    Invariant.DEADLOCK,
                    2,
                    600 * PER_MILLI,
                    DeviceScenarios::readOnOtherCore),
            scenario(
                    "console-nil-device",
                    ToroQuirk.CONSOLE_NIL_DEVICE,
                    EnumSet.noneOf(ToroQuirk.class),
                    Invariant.SPURIOUS_WAKE_UP,
                    1,
                    1000 * PER_MILLI,
                    DeviceScenarios::readConsole));

    private DeviceScenarios() {}

    private static Scenario scenario(
            String name,
            ToroQuirk hazard,
            Set<ToroQuirk> masks,
            Invariant invariant,
            int cores,
            long limitPs,
            Consumer<ScenarioRun> setup) {
        return new KernelScenario(name, hazard, masks, invariant, cores, limitPs, COSTS, setup);
    }

    private static Step compute(long ps) {
        return self -> self.compute(ps);
    }

    /** A program of these steps. */
    private static Parking parking(Step... steps) {
        Parking program = new Parking();
        program.then(steps);
        return program;
    }

    // ---- the disk

    /** An IDE disk on the first channel, and its driver on one core. */
    private static final class Disk {
        private final IdeController controller;
        private final IdeDriver driver;
        private long moved;

        Disk(ScenarioRun run, int owner) {
            Machine machine = run.machine();
            PicPair.provide(machine);
            PicPair.open(machine.bus(), PLACE.line());
            IdeChannel channel = new IdeChannel(PLACE, SECTORS, null).plug(machine);
            controller = new IdeController(run.kernel(), PLACE, channel, new GuestCpu(machine.vcpu(owner)));
            driver = new IdeDriver(controller, 0, 0);
        }

        /** Lets a program read so many sectors before whatever else it does. */
        <P extends StepProgram> P reads(int sectors, P program) {
            controller.call(
                    program,
                    driver.readBlock(),
                    f -> {
                        f.w[IdeDriver.COUNT] = sectors;
                        f.w[IdeDriver.BUFFER] = BUFFER;
                        f.w[IdeDriver.RESULT] = -1;
                    },
                    f -> moved += IdeDriver.moved(f));
            return program;
        }
    }

    private static void read(ScenarioRun run) {
        Parking reader = new Disk(run, 0).reads(1, new Parking());
        run.spawn(0, "reader", reader);
        run.doneWhen(reader::over);
    }

    private static void readThenSwitch(ScenarioRun run) {
        Parking reader = new Disk(run, 0).reads(2, parking(compute(PER_MICRO), Step.yieldCpu()));
        run.spawn(0, "reader", reader);
        run.doneWhen(reader::over);
    }

    private static void readByIdlePoller(ScenarioRun run) {
        Disk disk = new Disk(run, 0);
        run.spawn(0, "service", new StepProgram() {
            private boolean read;

            @Override
            protected long idle(GuestThread self) {
                if (read || self.state() != ThreadState.IDLE) {
                    return self.switchIdle();
                }
                read = true;
                disk.reads(1, this);
                return GO_ON;
            }
        });
        // it only polls from 100 ms on, so that the other becomes idle first
        run.spawn(0, "late", self -> self.nowPs() < 100 * PER_MILLI ? self.sleep(PER_MILLI) : self.switchIdle());
    }

    private static void resumeReader(ScenarioRun run) {
        Disk disk = new Disk(run, 0);
        Parking reader = disk.reads(1, parking(self -> {
            run.mustHold(
                    Invariant.SPURIOUS_WAKE_UP, disk.moved == 1, self + " came back from the disk without its sector");
            return self.compute(PER_MICRO);
        }));
        GuestThread waiting = run.spawn(0, "reader", reader);
        run.spawn(0, "main", parking(compute(40 * PER_MICRO), self -> {
            self.resume(waiting);
            return self.compute(PER_MICRO);
        }));
        run.doneWhen(reader::over);
    }

    private static void killReader(ScenarioRun run) {
        Disk disk = new Disk(run, 0);
        GuestThread victim = run.spawn(0, "victim", disk.reads(1, new Parking()));
        run.spawn(0, "main", parking(compute(40 * PER_MICRO), self -> {
            self.kill(victim);
            return self.compute(PER_MICRO);
        }));
        Parking next = disk.reads(1, new Parking());
        run.spawn(0, "next", next);
        run.doneWhen(next::over);
    }

    private static void readOnOtherCore(ScenarioRun run) {
        Parking reader = new Disk(run, 1).reads(1, new Parking());
        run.spawn(1, "reader", reader);
        run.doneWhen(reader::over);
    }

    // ---- the keyboard

    private static void readConsole(ScenarioRun run) {
        Machine machine = run.machine();
        ToroConsole console = new ToroConsole(machine, Display.HEADLESS, HazardGuest.code());
        ConsoleKeyboard keyboard = new ConsoleKeyboard(run.kernel(), console, EnumSet.noneOf(ConsoleQuirk.class));
        PicPair.open(machine.bus(), KEYBOARD_LINE);
        Parking main = parking(keyboard::readConsole, self -> {
            run.mustHold(
                    Invariant.SPURIOUS_WAKE_UP,
                    keyboard.take() >= 0,
                    self + " came back from ReadConsole without a key");
            return self.compute(PER_MICRO);
        });
        run.spawn(0, "main", main);
        run.at(
                5 * PER_MILLI,
                "key",
                () -> keyboard.type("a", machine.simulation().nowPs(), PER_MILLI));
        run.doneWhen(main::over);
    }
}
