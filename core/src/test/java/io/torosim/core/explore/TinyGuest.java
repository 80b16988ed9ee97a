package io.torosim.core.explore;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import java.util.List;

/** A program of a few plain operations, as a routine for the search; {@link NaiveEnumeration} executes the same operations in its own way. */
final class TinyGuest extends GuestCode {
    enum Kind {
        LOAD,
        STORE,
        STORE_REGISTER,
        ADD,
        EXCHANGE,
        FENCE,
        CLI,
        STI,
        HLT,
        STI_HLT,
        IPI,
        IPI_X2,
        SKIP_IF_ZERO,
        COUNT,
        MONITOR,
        MWAIT
    }

    /** One operation: on word or vCPU {@code target}, with a value or, for a skip, how many operations are left out. */
    record Op(Kind kind, int target, int value) {}

    static final int VECTOR = 40;

    private final String name;
    private final List<Op> ops;
    private final long[] words;

    TinyGuest(String name, List<Op> ops, long... words) {
        this.name = name;
        this.ops = ops;
        this.words = words;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int words() {
        return 1;
    }

    @Override
    public int entries() {
        return ops.size();
    }

    @Override
    public String entryName(int entry) {
        return entry < ops.size() ? ops.get(entry).toString() : "end";
    }

    @Override
    public boolean isStep(int entry) {
        return entry < ops.size();
    }

    @Override
    public long run(GuestCpu cpu, Frame frame) {
        if (frame.entry >= ops.size()) {
            return StepResult.RETURN;
        }
        Op op = ops.get(frame.entry++);
        switch (op.kind()) {
            case LOAD -> frame.w[0] = cpu.load64(words[op.target()]);
            case STORE -> cpu.store64(words[op.target()], op.value());
            case STORE_REGISTER -> cpu.store64(words[op.target()], frame.w[0] + op.value());
            case ADD -> frame.w[0] = cpu.add64(words[op.target()], op.value());
            case EXCHANGE -> frame.w[0] = cpu.exchange64(words[op.target()], op.value());
            case FENCE -> cpu.fence();
            case CLI -> cpu.interrupts(false);
            case STI -> cpu.interrupts(true);
            case HLT -> {
                return StepResult.HALT;
            }
            case STI_HLT -> {
                cpu.interrupts(true);
                return StepResult.HALT;
            }
            case IPI -> cpu.sendIpi(op.target(), VECTOR + op.value());
            case IPI_X2 -> cpu.sendIpiX2(op.target(), VECTOR + op.value());
            case SKIP_IF_ZERO -> frame.entry += frame.w[0] == 0 ? op.value() : 0;
            case COUNT -> frame.w[0] += op.value();
            case MONITOR -> cpu.monitor(words[op.target()]);
            case MWAIT -> {
                return StepResult.MWAIT;
            }
            default -> throw new AssertionError(op);
        }
        return 1;
    }

    @Override
    public String toString() {
        return name + ops;
    }
}
