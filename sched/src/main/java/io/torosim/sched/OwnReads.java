package io.torosim.sched;

import io.torosim.core.fields.DeclaredFields;
import io.torosim.core.machine.Machine;
import java.util.function.Predicate;

/** Whether what a program looks at announces its changes to the machine that executes it: cells and kernel objects of another one tell that one alone. */
final class OwnReads {
    private OwnReads() {}

    /**
     * Returns whether loops in which {@code program} polls may be passed over. What its author says is believed, of its fields it is seen.
     *
     * @param foreign whether a cell or an object of a kernel is another machine's
     */
    static boolean declared(GuestProgram program, Predicate<Object> foreign) {
        return program.readsDeclared() && !anyForeign(program, foreign);
    }

    /** Returns whether a program has a cell or an object of a kernel of another machine in its fields. */
    static boolean anyForeign(GuestProgram program, Predicate<Object> foreign) {
        if (!ThreadRecord.isJudgedByItsFields(program)) {
            return false;
        }
        boolean[] found = {false};
        Predicate<Object> own = value -> {
            boolean other = foreign.test(value) || value instanceof GuestProgram held && anyForeign(held, foreign);
            found[0] |= other;
            return !other && (value instanceof GuestProgram || value instanceof Machine.Announcing);
        };
        if (program instanceof ScriptedProgram script) {
            script.steps().forEach(step -> DeclaredFields.only(step, own));
        } else {
            DeclaredFields.only(program, own);
        }
        return found[0];
    }
}
