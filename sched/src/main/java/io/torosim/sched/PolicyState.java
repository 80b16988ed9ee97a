package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import io.torosim.core.fields.DeclaredFields;
import io.torosim.core.fields.StaticState;
import java.util.Optional;

/** Whether an idle policy can hold state: by its fields, by the rule of {@link GuestProgram#mayBeShared}, and in static fields that its code comes to. */
final class PolicyState {
    private PolicyState() {}

    static boolean none(IdlePolicy policy) {
        return DeclaredFields.only(
                policy, value -> value instanceof IdlePolicy held ? none(held) : value instanceof CostModel);
    }

    /**
     * Returns the policy that {@code policy} gives a core.
     *
     * @throws IllegalArgumentException if its code comes to a static field that can change, which all runs of the process share; unless it says by {@link IdlePolicy#forCore}
     *     that it is one for all
     */
    static IdlePolicy checked(IdlePolicy policy, IdlePolicy its) {
        boolean meant = its == policy && saysForCore(policy);
        Optional<String> field = meant ? Optional.empty() : statics(its);
        if (field.isPresent()) {
            throw new IllegalArgumentException("idle policy looks at " + field.get()
                    + ", which can change and which all runs of the process would share: keep it in a field of the policy and override"
                    + " forCore, which returns a new one for each core (or this one, if all are to share it), policy="
                    + its.name() + ", class=" + its.getClass().getName());
        }
        return its;
    }

    private static boolean saysForCore(IdlePolicy policy) {
        try {
            return policy.getClass().getMethod("forCore", int.class).getDeclaringClass() != IdlePolicy.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e); // an interface's method is public
        }
    }

    private static Optional<String> statics(IdlePolicy policy) {
        Optional<String> own = StaticState.reached(policy.getClass());
        if (own.isPresent()) {
            return own;
        }
        String[] found = {""};
        DeclaredFields.only(policy, value -> {
            if (value instanceof IdlePolicy held && found[0].isEmpty()) {
                found[0] = statics(held).orElse("");
            }
            return value instanceof IdlePolicy || value instanceof CostModel;
        });
        return Optional.of(found[0]).filter(words -> !words.isEmpty());
    }
}
