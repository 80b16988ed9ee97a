package io.torosim.guest.driver;

import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import io.torosim.guest.driver.CardRoutines.CardQuirk;

/**
 * The repair of {@link CardQuirk#RECEIVES_WITHOUT_END}: a pass over a receive ring takes {@value CardRoutines#BUDGET} frames at most; where it leaves
 * some it switches the card's receive interrupt off, and the packet thread takes the rest and switches it on again. State of one card's driver.
 */
final class FrameBudget {
    private final int more;
    private final int taken;
    private final int off;
    /** The receive interrupt is off at the card, since the handler has left frames behind. */
    private boolean masked;
    /** Whether the last pass over the ring has left frames behind. */
    private boolean framesLeft;

    /**
     * Creates one that has left nothing.
     *
     * @param more the word of the frame of a pass that says whether there are packets
     * @param taken a word of it for how many it has taken
     * @param off a word of it for whether the interrupt is to be switched off
     */
    FrameBudget(int more, int taken, int off) {
        this.more = more;
        this.taken = taken;
        this.off = off;
    }

    boolean masked() {
        return masked;
    }

    /** A pass begins. */
    void begins(Steps pass) {
        pass.step("none left", (cpu, f) -> {
            framesLeft = false;
            return StepResult.NEXT;
        });
    }

    /** At the end of each frame: enough taken? */
    void counts(Steps each) {
        each.step("budget", (cpu, f) -> {
            if (++f.w[taken] == CardRoutines.BUDGET && f.w[more] > 0) {
                f.w[more] = 0;
                framesLeft = true;
                f.w[off] = masked ? 0 : 1;
            }
            return StepResult.NEXT;
        });
    }

    /** A pass is over: the interrupt goes off if frames are left and it is on. */
    void ends(Steps pass, String what, StepBody mask) {
        pass.ifPositive(
                "frames left",
                off,
                left -> left.step(what, (cpu, f) -> {
                    masked = true;
                    return mask.run(cpu, f);
                }));
    }

    /** After a pass of the packet thread: the interrupt goes on if it has taken all. */
    Steps afterRest(Steps rest, String what, StepBody unmask) {
        return rest.step("all taken?", (cpu, f) -> {
                    f.w[more] = framesLeft ? 0 : 1;
                    return StepResult.NEXT;
                })
                .ifPositive(
                        "all taken",
                        more,
                        all -> all.step(what, (cpu, f) -> {
                            masked = false;
                            return unmask.run(cpu, f);
                        }));
    }
}
