package io.torosim.guest.console;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.time.Picos;
import io.torosim.sched.Keyboard;
import io.torosim.sched.ToroKernel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A PS/2 keyboard and what Toro's console makes of it (Console.pas: {@code EnabledConsole}, {@code KeyHandler}): the handler on
 * core 0 acknowledges the interrupt, then takes scan codes out of the controller as long as there are some, shows each key on
 * the console and keeps it in a buffer of 127 characters, which a newer one overwrites when it is full. Shift, Control and
 * Caps Lock do nothing but end the handler: capitals come out small.
 *
 * <p>Confined to the simulation thread.
 */
public final class ConsoleKeyboard {
    /** Characters in the buffer. */
    public static final int BUFFER = 127;

    /** From pressing a key to letting it go: our own figure, no result hangs on it. */
    private static final long HELD_PS = 40 * Picos.PER_MILLI;

    private final ToroKernel kernel;
    private final Machine machine;
    private final ToroConsole console;
    private final boolean releaseIsPress;
    private final Deque<Integer> controller = new ArrayDeque<>();
    private final StringBuilder buffer = new StringBuilder();
    private boolean enabled;

    /** Connects a keyboard; its interrupt is masked until {@link #enable}. */
    public ConsoleKeyboard(ToroKernel kernel, ToroConsole console, Set<ConsoleQuirk> quirks) {
        this.kernel = kernel;
        this.machine = kernel.machine();
        this.console = console;
        this.releaseIsPress = quirks.contains(ConsoleQuirk.RELEASE_IS_A_PRESS);
        kernel.onInterrupt(Keyboard.VECTOR, Handler::new);
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
                            controller.add((int) arg);
                            interrupt();
                        },
                        0,
                        code);
    }

    private void interrupt() {
        if (enabled && !controller.isEmpty()) {
            machine.raiseIrq(Keyboard.VECTOR);
        }
    }

    /**
     * {@code EnabledConsole}: unmasks the interrupt.
     *
     * @return how long it takes, in picoseconds
     */
    public long enable(Vcpu vcpu) {
        enabled = true;
        interrupt();
        vcpu.exit(ExitCause.PIC);
        vcpu.exit(ExitCause.PIC);
        return 2 * machine.costs().picPs();
    }

    /** Returns what the buffer holds, in order; Enter is {@code \n}. */
    public String buffered() {
        return buffer.toString();
    }

    private void keep(char typed) {
        if (buffer.length() == BUFFER) {
            buffer.deleteCharAt(0);
        }
        buffer.append(typed);
    }

    /** Takes one scan code; false if the handler ends with it. */
    private boolean take(int code, Vcpu vcpu, long[] costPs) {
        if ((code & ScanCodes.RELEASED) != 0 && !releaseIsPress) {
            return false;
        }
        int key = code & ~ScanCodes.RELEASED;
        switch (key) {
            case ScanCodes.CONTROL, ScanCodes.LEFT_SHIFT, ScanCodes.CAPS_LOCK -> {
                return false;
            }
            case ScanCodes.BACKSPACE -> costPs[0] += console.echo(vcpu, '\b');
            case ScanCodes.ENTER -> {
                keep('\n');
                costPs[0] += console.echo(vcpu, '\n');
            }
            default -> {
                char shown = ScanCodes.shown(key);
                if (shown != 0) {
                    keep(shown);
                    costPs[0] += console.echo(vcpu, shown);
                }
            }
        }
        return true;
    }

    /** KeyHandler: EOI, then a look at the status port before each scan code and after the last. */
    private final class Handler implements Activity {
        private boolean acknowledged;
        private boolean over;

        @Override
        public long step(Vcpu vcpu) {
            if (over) {
                return DONE;
            }
            long portPs = machine.costs().pioPs();
            if (!acknowledged) {
                acknowledged = true;
                vcpu.exit(ExitCause.PIC);
                vcpu.exit(ExitCause.PIC);
                return 2 * machine.costs().picPs();
            }
            vcpu.exit(ExitCause.PIO);
            if (controller.isEmpty()) {
                over = true;
                return portPs;
            }
            vcpu.exit(ExitCause.PIO);
            int code = controller.remove();
            interrupt(); // the controller announces the next one as soon as this one is read
            long[] costPs = {2 * portPs};
            over = !take(code, vcpu, costPs);
            return costPs[0];
        }
    }
}
