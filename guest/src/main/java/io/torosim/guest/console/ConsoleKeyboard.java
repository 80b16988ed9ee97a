package io.torosim.guest.console;

import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.Mark;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.core.defect.Defects.Defect;
import io.torosim.core.machine.Machine;
import io.torosim.core.time.Picos;
import io.torosim.guest.device.PcDevices.KeyboardController;
import io.torosim.guest.device.PicPair;
import io.torosim.sched.GuestThread;
import io.torosim.sched.GuestThread.ThreadState;
import io.torosim.sched.GuestThread.WaitChannel;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A keyboard at its {@link KeyboardController} on the bus and what Toro's console makes of it (Console.pas: {@code EnabledConsole}, {@code KeyHandler}): the handler on
 * core 0 acknowledges the interrupt, then takes scan codes out of the controller as long as there are some, shows each key on
 * the console and keeps it in a buffer of 127 characters, which a newer one overwrites when it is full. Shift, Control and
 * Caps Lock do nothing but end the handler: capitals come out small. The controller holds 16 bytes: of what is typed while nobody
 * reads, eight keys.
 *
 * <p>Confined to the simulation thread.
 *
 * <p>The handler is a routine of a {@link ToroKernel}; {@link ToroConsole} shows what is typed, {@link ScanCodes} says which character it is. A
 * thread that reads waits on a {@link WaitChannel} of its own.
 */
public final class ConsoleKeyboard {
    private static final int LINE = 1;
    private static final int VECTOR = 33;
    private static final int DATA_PORT = 0x60;
    private static final int STATUS_PORT = 0x64;
    private static final int OUTPUT_FULL = 1;
    private static final int MASK_PORT = 0x21;

    private static final int NOTHING = 0;
    private static final int HANDLER_ENDS = -1;

    /** Characters in the buffer. */
    public static final int BUFFER = 127;

    /** From pressing a key to letting it go: our own figure, no result hangs on it. */
    private static final long HELD_PS = 40 * Picos.PER_MILLI;

    private final ToroKernel kernel;
    private final Machine machine;
    private final ToroConsole console;
    private final boolean releaseIsPress;
    private final KeyboardController controller;
    /** Made when first asked for. */
    private @Nullable GuestCode enabledConsole;

    private final StringBuilder buffer = new StringBuilder();
    private final WaitChannel key = new Key();
    private @Nullable GuestThread reader;

    /** Connects a keyboard; its interrupt is masked until {@link #enabledConsole}. */
    public ConsoleKeyboard(ToroKernel kernel, ToroConsole console, Set<ConsoleQuirk> quirks) {
        this.kernel = kernel;
        this.machine = kernel.machine();
        this.console = console;
        this.releaseIsPress = quirks.contains(ConsoleQuirk.RELEASE_IS_A_PRESS);
        PicPair.provide(machine);
        this.controller = new KeyboardController().plug(machine).initialisedByFirmware();
        CodeRun handler = new CodeRun(new GuestCpu(machine.vcpu(0)), keyHandler());
        kernel.onInterrupt(VECTOR, () -> {
            handler.begin();
            return handler;
        });
    }

    /** Returns whether text can be typed: characters of an American keyboard, capitals included. */
    public static boolean canType(String text) {
        return text.chars().allMatch(c -> ScanCodes.ofKey(Character.toLowerCase((char) c)) >= 0);
    }

    /**
     * Somebody types.
     *
     * @param text what, see {@link #canType}
     * @param startPs when the first key goes down, not in the past
     * @param everyPs from one key to the next
     */
    public void type(String text, long startPs, long everyPs) {
        if (!canType(text)) {
            throw new IllegalArgumentException("only keys of an American keyboard can be typed, text=" + text);
        }
        long timePs = startPs;
        for (char c : text.toCharArray()) {
            char key = Character.toLowerCase(c);
            int code = ScanCodes.ofKey(key);
            if (key != c) {
                at(timePs, ScanCodes.LEFT_SHIFT);
                at(timePs + HELD_PS, ScanCodes.LEFT_SHIFT | ScanCodes.RELEASED);
            }
            at(timePs, code);
            at(timePs + HELD_PS, code | ScanCodes.RELEASED);
            timePs += everyPs;
        }
    }

    private void at(long timePs, int code) {
        kernel.deviceEventScheduled();
        machine.simulation()
                .at(
                        timePs,
                        Machine.DEVICE_PRIORITY,
                        (op, arg) -> {
                            kernel.deviceEventFired();
                            int key = (int) arg & ~ScanCodes.RELEASED;
                            controller.key(key, (arg & ScanCodes.RELEASED) == 0);
                        },
                        0,
                        code);
    }

    /** Returns {@code EnabledConsole}: a read and a write of the controller's mask, which opens the interrupt. */
    public GuestCode enabledConsole() {
        if (enabledConsole == null) {
            enabledConsole = openLine();
        }
        return enabledConsole;
    }

    private static GuestCode openLine() {
        return Steps.of("EnabledConsole", 1)
                .step("read the mask", (cpu, f) -> {
                    f.w[0] = cpu.in(MASK_PORT, 1);
                    return 0;
                })
                .step("open the line", (cpu, f) -> {
                    cpu.out(MASK_PORT, 1, (int) f.w[0] & ~(1 << LINE));
                    return 0;
                })
                .build();
    }

    /** Returns what the buffer holds, in order; Enter is {@code \n}. */
    public String buffered() {
        return buffer.toString();
    }

    /** Takes the first key out of the buffer; -1 if there is none. */
    public int take() {
        if (buffer.isEmpty()) {
            return -1;
        }
        char first = buffer.charAt(0);
        buffer.deleteCharAt(0);
        return first;
    }

    /** Action of {@code self}, a thread of core 0: {@code ReadConsole}: goes on when a key is in the buffer, or with {@link ToroQuirk#CONSOLE_NIL_DEVICE} before. */
    public long readConsole(GuestThread self) {
        return buffer.isEmpty() ? self.pend(key) : self.compute(0);
    }

    /**
     * A thread that waits for a key is tsIOPending without a device: the scan's nil pointer reads the byte at address 0, part of the interrupt vector table, usually not zero
     * ({@link ToroQuirk#CONSOLE_NIL_DEVICE}).
     */
    private final class Key implements WaitChannel {
        @Override
        public boolean ready(GuestThread waiting) {
            if (!kernel.has(ToroQuirk.CONSOLE_NIL_DEVICE)) {
                return false;
            }
            if (machine.hasChoices()) {
                machine.vcpu(0).changed(); // asked again in every round
            }
            return machine.choices().choose("toro.byte0", 2) == 1;
        }

        @Override
        public void waits(GuestThread waiting) {
            reader = waiting;
        }
    }

    private void keep(char typed) {
        if (buffer.length() == BUFFER) {
            buffer.deleteCharAt(0);
        }
        buffer.append(typed);
        if (reader != null && reader.state() == ThreadState.IO_PENDING) {
            kernel.wakeUp(reader);
        }
        reader = null;
    }

    /** Takes one scan code; returns what is to be shown, {@link #NOTHING}, or {@link #HANDLER_ENDS}. */
    private int take(int code) {
        if ((code & ScanCodes.RELEASED) != 0 && !releaseIsPress) {
            return HANDLER_ENDS;
        }
        int key = code & ~ScanCodes.RELEASED;
        switch (key) {
            case ScanCodes.CONTROL, ScanCodes.LEFT_SHIFT, ScanCodes.CAPS_LOCK -> {
                return HANDLER_ENDS;
            }
            case ScanCodes.BACKSPACE -> {
                return '\b';
            }
            case ScanCodes.ENTER -> {
                keep('\n');
                return '\n';
            }
            default -> {
                char shown = ScanCodes.shown(key);
                if (shown != 0) {
                    keep(shown);
                }
                return shown;
            }
        }
    }

    /** KeyHandler: EOI, then a look at the status port before each scan code and after the last. */
    private GuestCode keyHandler() {
        Mark end = new Mark();
        return Steps.of("KeyHandler", 1)
                .step("eoi", end(0x20))
                .step("eoi, slave", end(0xa0))
                .forever(each -> each.step("read the status", (cpu, f) -> {
                            if ((cpu.in(STATUS_PORT, 1) & OUTPUT_FULL) == 0) {
                                f.entry = end.entry();
                            }
                            return 0;
                        })
                        .step("read the scan code", (cpu, f) -> {
                            f.w[0] = take(cpu.in(DATA_PORT, 1));
                            if (f.w[0] == HANDLER_ENDS) {
                                f.entry = end.entry();
                            }
                            return 0;
                        })
                        .step(
                                "show it",
                                (cpu, f) -> f.w[0] == NOTHING ? StepResult.NEXT : console.echo(cpu, (char) f.w[0])))
                .mark(end)
                .end("iret")
                .build();
    }

    private static StepBody end(int port) {
        return (cpu, f) -> {
            cpu.out(port, 1, 0x20);
            return 0;
        };
    }

    /** A known defect of Toro's console as of 2018 (Console.pas). On, the console behaves as Toro's did; off, it is repaired. */
    public enum ConsoleQuirk implements Defect {
        /**
         * KeyHandler masks bit 7 of a scan code away before it tests it, so that a key that is let go is taken for one that is
         * pressed: everything typed is shown and stored twice. Repaired: the test comes first.
         */
        RELEASE_IS_A_PRESS
    }
}
