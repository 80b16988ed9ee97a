package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torosim.core.choice.Choices;
import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceKind;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.CodePage;
import io.torosim.fat.rule.FatType;
import io.torosim.mem.alloc.GuestAllocator;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.sweep.CellModel;
import io.torosim.sweep.Design;
import io.torosim.sweep.Study;
import io.torosim.sweep.StudyRun;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.io.BufferedReader;
import java.io.StringReader;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The first calls of each module below the guests look at what is handed in where it is handed in: null for anything but what is {@code @Nullable}
 * is an exception that names the parameter, at once. The guests' module has the same test of its own.
 */
class NullArgumentsTest {
    private static final MachineSpec SPEC = MachineSpec.builder().ramMib(64).build();
    private static final Study STUDY =
            Study.of("m", CellModel.class.cast(proxy(CellModel.class)), "y").build();

    private static final List<Class<?>> TYPES = List.of(
            Machine.class,
            MachineSpec.Builder.class,
            CostModel.class,
            RandomStreams.class,
            TraceBus.class,
            HostProfile.class,
            ToroKernel.class,
            KernelConfig.class,
            GuestProgram.class,
            Step.class,
            GuestAllocator.AllocatorCosts.class,
            GuestAllocator.MemoryAreas.class,
            DriverQueue.class,
            DeviceQueue.class,
            FatFormatter.class,
            FatFormatter.FormatOptions.class,
            MountOptions.class,
            Experiments.class,
            Specification.class,
            Study.class,
            Study.Builder.class,
            StudyRun.class);

    /** Calls whose parameters the hottest loops hand in: looked at where they are used. */
    private static final Set<String> HOT = Set.of(
            "TraceBus.emit",
            "CostModel.ps",
            "CostModel.cyclesPs",
            "CostModel.count",
            "CostModel.permille",
            "CostModel.has",
            "CostModel.parameter",
            "RandomStreams.stream",
            "Machine.sendIpi",
            "Machine.deliveryDelayPs",
            "Specification.get");

    private static List<Object> values() {
        Machine machine = Machine.create(SPEC);
        return List.of(
                machine,
                SPEC,
                MachineSpec.builder(),
                CostModel.standard(),
                new RandomStreams(1),
                machine.trace(),
                HostProfile.kvm2018(),
                ToroKernel.boot(machine, KernelConfig.defaults()),
                KernelConfig.defaults(),
                ToroQuirks.faithful(),
                IdlePolicy.pollThenHalt(),
                (GuestProgram) GuestThread::exit,
                Choices.fixed(),
                GuestAllocator.AllocatorCosts.of(CostModel.standard(), 1_000_000_000),
                FatFormatter.FormatOptions.defaults(),
                MountOptions.of("name"),
                FatType.FAT16,
                Specification.defaults(),
                Keys.DURATION,
                STUDY,
                Study.of("m", CellModel.class.cast(proxy(CellModel.class)), "y"),
                new StudyRun(STUDY, CellExecutorProxy.make()),
                Duration.ofSeconds(1),
                Path.of("never-written"),
                new BigDecimal("1"),
                InstantSource.fixed(Instant.EPOCH),
                ZoneOffset.UTC,
                TraceKind.values(),
                machine.save(),
                Study.Stopping.after(2),
                QueueLayout.split(0, 8),
                new Design.Grid(2),
                new BufferedReader(new StringReader("")),
                List.of(),
                "boot");
    }

    /** An executor that does nothing. */
    private static final class CellExecutorProxy {
        static io.torosim.sweep.CellExecutor make() {
            return (io.torosim.sweep.CellExecutor) proxy(io.torosim.sweep.CellExecutor.class);
        }
    }

    static List<Executable> calls() {
        List<Executable> calls = new ArrayList<>();
        for (Class<?> type : TYPES) {
            if (!type.isInterface()) {
                calls.addAll(List.of(type.getConstructors()));
            }
            for (Method method : type.getDeclaredMethods()) {
                boolean asked = Modifier.isPublic(method.getModifiers()) && !method.isSynthetic();
                boolean itsOwn = Modifier.isAbstract(method.getModifiers())
                        || method.getName().equals("equals");
                if (asked && !itsOwn && !HOT.contains(type.getSimpleName() + "." + method.getName())) {
                    calls.add(method);
                }
            }
        }
        calls.removeIf(call ->
                indices(call).isEmpty() || List.of(call.getParameterTypes()).contains(CodePage.class));
        return calls;
    }

    private static List<Integer> indices(Executable call) {
        List<Integer> indices = new ArrayList<>();
        Parameter[] parameters = call.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            boolean mayBeNull = parameters[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (!parameters[i].getType().isPrimitive() && !mayBeNull) {
                indices.add(i);
            }
        }
        return indices;
    }

    @ParameterizedTest
    @MethodSource("calls")
    void nullArgument_isRefusedByName(Executable call) {
        List<Object> values = values();
        for (int i : indices(call)) {
            Object[] arguments = new Object[call.getParameterCount()];
            for (int k = 0; k < arguments.length; k++) {
                arguments[k] = k == i ? null : value(values, call.getParameterTypes()[k]);
            }
            assertThat(catchThrowable(() -> invoke(values, call, arguments)))
                    .as("argument %s of %s", i, call)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageMatching("[a-zA-Z ]+");
        }
    }

    private static void invoke(List<Object> values, Executable call, Object[] arguments) throws Throwable {
        try {
            if (call instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                boolean needsNone = Modifier.isStatic(call.getModifiers());
                ((Method) call).invoke(needsNone ? null : value(values, call.getDeclaringClass()), arguments);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object value(List<Object> values, Class<?> type) {
        if (type.isPrimitive()) {
            return type == boolean.class ? (Object) true : Array.get(Array.newInstance(type, 1), 0);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        for (Object value : values) {
            if (type.isInstance(value)) {
                return value;
            }
        }
        assertThat(type).as("a type without a value here").isInterface();
        return proxy(type);
    }

    private static Object proxy(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null);
    }
}
