package io.torosim.system.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.replay.TimeTravel;
import io.torosim.core.replay.TimeTravel.Subject;
import io.torosim.core.state.SavedState;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Collections of users' programs when a run is put back: what cannot come back as it was is told of or refused by name. */
final class SavedCollectionsTest {
    private static final class Holder {
        private final Object held;

        Holder(Object held) {
            this.held = held;
        }
    }

    private record Deep(List<Map<String, Object>> held) {}

    private static List<String> told(Object held) {
        return SavedState.of(new Holder(held)).unordered();
    }

    @Test
    void collectionsByHashCode_areToldOf_byKindAndPlace() {
        List<Supplier<Object>> hashed = List.of(
                HashMap::new,
                HashSet::new,
                ConcurrentHashMap::new,
                ConcurrentHashMap::newKeySet,
                Hashtable::new,
                WeakHashMap::new,
                IdentityHashMap::new,
                () -> Collections.newSetFromMap(new IdentityHashMap<>()),
                () -> Collections.synchronizedMap(new HashMap<>()),
                () -> Collections.synchronizedSet(new HashSet<>()),
                () -> Collections.checkedMap(new HashMap<>(), String.class, String.class),
                () -> Collections.checkedSet(new HashSet<>(), String.class));
        for (Supplier<Object> made : hashed) {
            Object object = made.get();
            String kind = object.getClass().getSimpleName();
            String instead = object instanceof Map ? "LinkedHashMap or TreeMap" : "LinkedHashSet or TreeSet";
            String told = "the " + kind + " in field held of " + Holder.class.getName() + " (" + instead
                    + " keep their order)";
            assertThat(told(object)).containsExactly(told);
        }
        for (Object ordered : List.of(
                new LinkedHashMap<>(),
                new LinkedHashSet<>(),
                new TreeMap<>(),
                new TreeSet<>(),
                new EnumMap<>(TimeUnit.class),
                Collections.synchronizedSortedMap(new TreeMap<>()),
                Collections.synchronizedList(new ArrayList<>()),
                new ArrayDeque<>(),
                Map.of(1, 2),
                new int[1])) {
            assertThat(told(ordered)).isEmpty();
        }
    }

    @Test
    void theyAreToldOf_onceAClass_whereverTheyAre() {
        Map<String, Object> inside = new TreeMap<>();
        inside.put("a", new Object[] {new HashSet<>()});
        Set<Integer> captured = new HashSet<>();
        Runnable lambda = captured::clear;
        Runnable other = () -> captured.add(1);
        Object mine = new HashMap<String, Object>() {
            private static final long serialVersionUID = 1L;
            private transient Object first = "x";

            @Override
            public String toString() {
                return first + super.toString();
            }
        };
        assertThat(SavedState.of(
                                new Deep(List.of(inside)),
                                new Holder(new HashSet<>()),
                                new Holder(new HashMap<>()),
                                new Holder(mine),
                                other)
                        .unordered())
                .satisfiesExactlyInAnyOrder(
                        words -> assertThat(words).startsWith("the HashSet in field held of " + Deep.class.getName()),
                        words -> assertThat(words).startsWith("the HashSet in field held of " + Holder.class.getName()),
                        words -> assertThat(words)
                                .startsWith("the HashSet in a lambda of " + SavedCollectionsTest.class.getName()));
        assertThat(SavedState.of(new Object[] {lambda}).unordered()).hasSize(1);
        assertThat(SavedState.of(new HashSet<>()).unordered())
                .singleElement()
                .asString()
                .startsWith("the HashSet in what was given to be saved");
        assertThat(told(new Object[] {mine}))
                .singleElement()
                .asString()
                .contains("field held of " + Holder.class.getName());
    }

    /** What is gone over by hash code may come back in another order; a debugger builds such a run anew. */
    @Test
    void aRunThatGoesOverOne_warns_andIsBuiltAnewByTimeTravel() {
        Supplier<Machine> fresh = () -> {
            Machine machine = Machine.create(MachineSpec.builder().build());
            Set<Integer> open = new HashSet<>();
            int[] n = {0};
            ToroKernel.boot(machine, KernelConfig.defaults()).spawn(0, "p", self -> {
                open.add(n[0]++ * 7919 % 1000);
                return self.compute(1_000_000L * (1 + open.iterator().next() % 7));
            });
            return machine;
        };
        Machine machine = fresh.get();
        machine.runUntil(Duration.ofNanos(40_000));
        SavedState saved = machine.save();
        assertThat(saved.unordered()).hasSize(1);
        assertThat(machine.result().warnings())
                .contains("put back, " + saved.unordered().get(0)
                        + " has what it had, but maybe in another order, since it keeps the room that it has grown to:"
                        + " a run that goes over it may then go on in another way");
        List<Long> times = new ArrayList<>();
        Machine straight = fresh.get();
        while (straight.simulation().runEvents(1) == 1 && times.size() < 400) {
            times.add(straight.simulation().nowPs());
        }
        try (TimeTravel travel = new TimeTravel(() -> {
            Machine its = fresh.get();
            return Subject.of(its.simulation(), its.trace(), () -> "");
        })) {
            for (int number : new int[] {400, 20, 390, 1, 300}) {
                assertThat(travel.toEvent(number)).isTrue();
                assertThat(travel.nowPs()).isEqualTo(times.get(number - 1));
            }
        }
    }

    @Test
    void views_areRefusedByName() {
        List<Integer> list = new ArrayList<>(List.of(1, 2, 3));
        Map<Integer, Integer> map = new HashMap<>(Map.of(1, 2));
        ConcurrentHashMap<Integer, Integer> shared = new ConcurrentHashMap<>(map);
        List<Collection<?>> views = List.of(
                list.subList(0, 2),
                new LinkedList<>(list).subList(1, 2),
                list.subList(0, 2).subList(0, 1),
                map.keySet(),
                map.values(),
                map.entrySet(),
                new TreeMap<>(map).keySet(),
                new LinkedHashMap<>(map).values(),
                shared.keySet(),
                shared.values(),
                shared.entrySet());
        for (Collection<?> view : views) {
            assertThatThrownBy(() -> SavedState.of(new Holder(list), new Holder(view)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("cannot save the state of a " + view.getClass().getName()
                            + ": it is a view of another collection or map, which goes on without it when that is put back: keep a copy"
                            + " (new ArrayList<>(view)), or ask for the view anew where it is wanted; it is in field held of "
                            + Holder.class.getName());
        }
        assertThat(SavedState.of(new Holder(List.of(1, 2, 3).subList(0, 2))).objectCount())
                .isZero();
    }

    @Test
    void listOverAnArray_comesBack() {
        List<Integer> list = Arrays.asList(1, 2, 3);
        Set<Integer> keys = ConcurrentHashMap.newKeySet();
        keys.add(5);
        SavedState saved = SavedState.of(new Holder(list), new Holder(keys));
        list.set(1, 9);
        keys.add(6);
        saved.restore();
        assertThat(list).containsExactly(1, 2, 3);
        assertThat(keys).containsExactly(5);
    }
}
