package io.torosim.sched;

import io.torosim.core.cost.CostModel;
import io.torosim.core.fields.DeclaredFields;

/** Whether an idle policy can hold state, by its fields: the rule of {@link GuestProgram#mayBeShared}. */
final class PolicyState {
    private PolicyState() {}

    static boolean none(IdlePolicy policy) {
        return DeclaredFields.only(
                policy, value -> value instanceof IdlePolicy held ? none(held) : value instanceof CostModel);
    }
}
