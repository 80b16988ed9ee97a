package io.torosim.sched;

import io.torosim.core.time.Picos;
import io.torosim.sched.IdlePolicy.ToroIdlePolicy;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import java.util.stream.LongStream;

/** Kernels for random programs: idle policies with short windows, and the seeds of a try. */
final class RandomKernels {
    private RandomKernels() {}

    /** Reads a link that another core may have changed: with it a chain of messages may become a circle. */
    static final ToroQuirk ENDLESS = ToroQuirk.MESSAGE_READ_AFTER_WAKE;

    /** {@code -Dtorosim.property.tries=10000}: that many random programs to a property, drawn from the seeds that jqwik draws. */
    private static final long TRIES = Long.getLong("torosim.property.tries", 0);

    /** Returns the seeds of one try: one, or as many as make the tries of a property up to what was asked for. */
    static LongStream seeds(long seed, int tries) {
        return LongStream.range(0, Math.max(1, TRIES / tries)).map(i -> seed + i * 0x9e3779b97f4a7c15L);
    }

    /** Short windows, so that polling halts come often: halt at once, a window, none, and the rule of 2020. */
    private static IdlePolicy policy(int number) {
        return switch (number) {
            case 0 -> IdlePolicy.haltAtOnce();
            case 1 -> shortWindow(IdlePolicy.Hint.WINDOW);
            case 2 -> IdlePolicy.haltWithoutHint();
            case 3 -> IdlePolicy.busyPoll();
            case 4 -> shortWindow(IdlePolicy.Hint.LAST_IRQ);
            default -> IdlePolicy.pollThenHalt();
        };
    }

    private static IdlePolicy shortWindow(IdlePolicy.Hint hint) {
        return new ToroIdlePolicy(
                "short-" + hint,
                true,
                IdlePolicy.NothingReady.HALT,
                hint,
                Picos.PER_MILLI,
                true,
                IdlePolicy.Instruction.HLT);
    }

    static KernelConfig config(ToroQuirks quirks, int policy) {
        return KernelConfig.defaults().withQuirks(quirks).withIdlePolicy(policy(policy));
    }
}
