package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user's idle policy as a core asks it: what it throws names policy, question and core, and in the checking mode an answer that is another than before, although
 * {@link IdlePolicy#woke} was not called in between, is an error that names it. Toro's own rules need none of this and are asked themselves.
 */
final class GuardedPolicy implements IdlePolicy {
    private final IdlePolicy policy;
    private final int core;
    private final boolean checks;
    private final @Nullable Object[] answered = new Object[5];

    private GuardedPolicy(IdlePolicy policy, int core, boolean checks) {
        this.policy = policy;
        this.core = core;
        this.checks = checks;
    }

    static IdlePolicy of(IdlePolicy policy, int core, boolean checks) {
        return policy instanceof ToroIdlePolicy ? policy : new GuardedPolicy(policy, core, checks);
    }

    /** Returns {@code e} itself if it names the policy, else an exception that does. */
    static RuntimeException failed(IdlePolicy policy, int core, String question, Throwable e) {
        if (e instanceof OutOfMemoryError full) {
            throw full; // no fault of the policy
        }
        boolean check = e instanceof IllegalArgumentException || e instanceof IllegalStateException;
        String said = check && e.getMessage() != null ? e.getMessage() : e.toString();
        if (e instanceof IllegalArgumentException && said.startsWith("idle policy ")) {
            return (RuntimeException) e;
        }
        return new IllegalStateException(
                "idle policy " + nameOf(policy) + ", asked for " + question + " on core " + core + ": " + said, e);
    }

    private static String nameOf(IdlePolicy policy) {
        try {
            return Objects.requireNonNullElse(policy.name(), policy.getClass().getName());
        } catch (RuntimeException | Error e) {
            return policy.getClass().getName();
        }
    }

    private <T> T same(int which, String question, @Nullable T answer) {
        if (answer == null) {
            throw new IllegalStateException(
                    "idle policy " + nameOf(policy) + " has returned null from " + question + " on core " + core);
        }
        if (checks) {
            Object before = answered[which];
            if (before != null && !before.equals(answer)) {
                throw new IllegalStateException("checkPolling: idle policy " + nameOf(policy) + " has answered "
                        + question + "=" + before + " and then " + answer + " on core " + core
                        + ", although no woke came in between");
            }
            answered[which] = answer;
        }
        return answer;
    }

    @Override
    public String name() {
        return policy.name();
    }

    @Override
    public Hint hint() {
        Hint answer;
        try {
            answer = policy.hint();
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "hint", e);
        }
        return same(0, "hint", answer);
    }

    @Override
    public long windowPs(CostModel costs) {
        try {
            return policy.windowPs(costs);
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "windowPs", e);
        }
    }

    @Override
    public boolean haltsEmptyCore() {
        boolean answer;
        try {
            answer = policy.haltsEmptyCore();
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "haltsEmptyCore", e);
        }
        return same(1, "haltsEmptyCore", answer);
    }

    @Override
    public NothingReady nothingReady() {
        NothingReady answer;
        try {
            answer = policy.nothingReady();
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "nothingReady", e);
        }
        return same(2, "nothingReady", answer);
    }

    @Override
    public boolean setsIdleFlag() {
        boolean answer;
        try {
            answer = policy.setsIdleFlag();
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "setsIdleFlag", e);
        }
        return same(3, "setsIdleFlag", answer);
    }

    @Override
    public Instruction instruction() {
        Instruction answer;
        try {
            answer = policy.instruction();
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "instruction", e);
        }
        return same(4, "instruction", answer);
    }

    @Override
    public IdlePolicy forCore(int other) {
        return policy.forCore(other);
    }

    @Override
    public void woke(long haltedPs) {
        Arrays.fill(answered, null);
        try {
            policy.woke(haltedPs);
        } catch (RuntimeException | Error e) {
            throw failed(policy, core, "woke", e);
        }
    }
}
