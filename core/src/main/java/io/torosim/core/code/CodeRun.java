package io.torosim.core.code;

import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.Frame.FrameStack;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.core.machine.Vcpu.GuestPanic;
import io.torosim.core.time.Picos;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Executes routines: the loop behind every notation. As an {@link Activity} it is a vCPU's own program or an interrupt handler; what stands
 * between it and a kernel's thread (in Toro's {@code GuestProgram.ThreadProgram}) asks it with {@link #next}.
 *
 * <p>An exception out of an entry gets routine, entry and vCPU as its context, but for {@link UncheckedIOException}: a trace that cannot be
 * written is no fault of the routine.
 */
public final class CodeRun implements Activity {
    private static final int MOST_ENTRIES_AT_ONCE = 1_000_000;

    private final GuestCpu cpu;
    private final FrameStack stack;
    private final GuestCode routine;
    /** What the last step executed; its frame may have returned since. */
    private @Nullable Frame executed;
    /** The entry of it, for when another run is executed since on the same {@link GuestCpu}, that of an interrupt's handler. */
    private int executedAt;
    /** As an activity, from {@link #begins} to its end. */
    private boolean executing;
    /** A thread has it. */
    private boolean threads;

    /**
     * Creates a run that is over before it began: {@link #begin} starts it.
     *
     * @param routine what it executes
     */
    public CodeRun(GuestCpu cpu, GuestCode routine) {
        this.cpu = Objects.requireNonNull(cpu, "cpu");
        this.routine = Objects.requireNonNull(routine, "routine");
        this.stack = new FrameStack(cpu.checksWords());
    }

    /**
     * A vCPU takes it up as its program or for an interrupt.
     *
     * @throws IllegalArgumentException if its {@link GuestCpu} is that of another vCPU, if it is executed already, or if a thread has it
     */
    @Override
    public void begins(Vcpu vcpu) {
        cpu.checkExecutedBy(vcpu, routine.name());
        if (executing || threads) {
            throw new IllegalArgumentException(
                    "a CodeRun is executed once at a time, as a program, a handler or by a thread: " + routine.name()
                            + (executing ? " is executed already on vCPU " : " is a thread's, on vCPU ") + vcpu.id());
        }
        executing = true;
    }

    /**
     * A kernel says that a thread of that vCPU asks it for its actions, with {@link #next}: said once, when the thread is made.
     *
     * @throws IllegalArgumentException if its {@link GuestCpu} is that of another vCPU, or if it is a program's or a handler's
     */
    public void givenToThread(Vcpu vcpu) {
        cpu.checkExecutedBy(vcpu, routine.name());
        if (executing) {
            begins(vcpu);
        }
        threads = true;
    }

    /** Starts the routine from its first entry; returns its frame, for the arguments. */
    public Frame begin() {
        return begin(routine);
    }

    /** Starts another routine in its place, from its first entry; returns its frame. */
    public Frame begin(GuestCode other) {
        stack.clear();
        executed = null;
        return stack.push(other);
    }

    /** Returns the calls that it is in. */
    public FrameStack stack() {
        return stack;
    }

    /** As an activity: steps until something else can come between; the end of the routine is {@link Activity#DONE}. */
    @Override
    public long step(Vcpu vcpu) {
        long result;
        do {
            result = next();
        } while (result >= 0 && vcpu.goOn(result));
        if (result == DONE || result == OFF) {
            executing = false;
        }
        return result;
    }

    /**
     * Executes entries up to one that takes time or says something to who called.
     *
     * @return the time of the step with all its accesses, at least 0; {@link StepResult#DONE} when the routine is over; else what the entry
     *     returned
     */
    public long next() {
        cpu.enter(stack);
        if (stack.depth() == 0) {
            return StepResult.DONE;
        }
        Frame frame = stack.top();
        for (int i = 0; i < MOST_ENTRIES_AT_ONCE; i++) {
            int entry = frame.entry;
            cpu.begins(entry);
            long result;
            try {
                result = frame.code().run(cpu, frame);
            } catch (GuestPanic
                    | UncheckedIOException
                    | OutOfMemoryError e) { // the second: of a sink that cannot write
                cpu.abandoned();
                throw e;
            } catch (RuntimeException | Error e) {
                cpu.abandoned();
                throw failed(frame, entry, e);
            }
            long accessPs = cpu.takeAccessPs(frame, entry);
            if (result >= 0) {
                executed = frame;
                executedAt = cpu.at;
                if (cpu.takeLeaves()) {
                    stack.pop();
                }
                return Picos.saturatingAdd(result, accessPs);
            }
            if (cpu.hasLeft()) {
                throw leaving(frame, entry, result);
            }
            if (result == StepResult.RETURN) {
                stack.pop();
            } else if (result != StepResult.NEXT && result != StepResult.CALL) {
                executed = frame;
                executedAt = cpu.at;
                return left(frame, entry, result, accessPs);
            } else if (result == StepResult.CALL && stack.top() == frame) {
                throw new IllegalStateException("CALL without GuestCpu.call in the same entry: "
                        + frame.code().name() + ": " + frame.code().entryName(entry) + " on vCPU " + cpu.id());
            }
            if (accessPs > 0 || cpu.stops()) {
                executed = frame;
                executedAt = cpu.at;
                return accessPs;
            }
            if (stack.depth() == 0) {
                return StepResult.DONE;
            }
            frame = stack.top();
        }
        throw new IllegalStateException(
                "a million entries that take no time, the last of them \"" + frame + "\", on vCPU " + cpu.id());
    }

    /** The entries and words of all calls. */
    @Override
    public long fingerprint() {
        return stack.fingerprint();
    }

    /** The routines that are called, then the entry of the innermost one, as in {@code "service;recv: copy"}. */
    @Override
    public String place() {
        if (executed == null) {
            return stack.depth() == 0 ? routine.name() : stack.top().code().name();
        }
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < stack.depth() && stack.frame(i) != executed; i++) {
            calls.append(stack.frame(i).code().name()).append(';');
        }
        GuestCode code = executed.code();
        int at = cpu.executes(stack) ? cpu.at : executedAt;
        String within = code.within(at);
        calls.append(code.name());
        return within.isEmpty()
                ? calls.append(": ").append(code.entryName(at)).toString()
                : calls.append(';').append(within).toString();
    }

    private IllegalStateException failed(Frame frame, int entry, Throwable e) {
        GuestCode code = frame.code();
        String what = code.entries() > 0 && (entry < 0 || entry >= code.entries())
                ? "there is no such entry, the routine has 0 to " + (code.entries() - 1)
                : said(e);
        return new IllegalStateException(
                code.name() + ": " + code.entryName(entry) + ", on vCPU " + cpu.id() + ": " + what, e);
    }

    /** A routine announces no stretch of quiet steps. */
    @Override
    public void quietOver(Vcpu vcpu) {
        throw new IllegalStateException(
                "QUIET, but no stretch of quiet steps was announced, in " + place() + " on vCPU " + vcpu.id());
    }

    /** What a check of an argument or a state has found says all; of other exceptions the type is the better half. */
    private static String said(Throwable e) {
        boolean check = e instanceof IllegalArgumentException || e instanceof IllegalStateException;
        return check && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    /** Else the next entry that takes time would end a routine that has not said so. */
    private IllegalStateException leaving(Frame frame, int entry, long result) {
        cpu.takeLeaves();
        String said = result == StepResult.NEXT
                ? "NEXT"
                : result == StepResult.CALL ? "CALL" : result == StepResult.RETURN ? "RETURN" : "result " + result;
        return new IllegalStateException("leaves() and " + said + " in one entry, which must return a time: "
                + frame.code().name() + ": " + frame.code().entryName(entry) + " on vCPU " + cpu.id());
    }

    private static boolean legal(long result) {
        return result <= StepResult.HALT && result >= StepResult.QUIET
                || result <= StepResult.KERNEL_FIRST && result >= StepResult.KERNEL_LAST;
    }

    private long left(Frame frame, int entry, long result, long accessPs) {
        if (!legal(result)) {
            throw new IllegalStateException("no such result of an entry: " + result + ", of "
                    + frame.code().name() + ": " + frame.code().entryName(entry) + " on vCPU " + cpu.id() + ": "
                    + StepResult.LEGAL);
        }
        if (accessPs > 0) {
            throw new IllegalStateException("an access to a device and " + result + " in one entry: "
                    + frame.code().name() + ": " + frame.code().entryName(entry) + " on vCPU " + cpu.id());
        }
        return result;
    }
}
