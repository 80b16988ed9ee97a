package io.torosim.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.torosim.core.choice.Choices;
import io.torosim.core.cost.CostModel;
import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.random.RandomStreams;
import io.torosim.core.trace.TraceBus;
import io.torosim.core.trace.TraceBus.TraceKind;
import io.torosim.experiment.catalog.Experiments;
import io.torosim.experiment.spec.Keys;
import io.torosim.experiment.spec.Specification;
import io.torosim.fat.FatFormatter;
import io.torosim.fat.MountOptions;
import io.torosim.fat.layout.CodePage;
import io.torosim.fat.rule.FatType;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PcDevices.EthernetCard;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.idle.IdleLoops;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.load.RequestPort.WorkQueue;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.mem.alloc.GuestAllocator;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.Step;
import io.torosim.sched.ToroKernel;
import io.torosim.sched.ToroQuirks;
import io.torosim.sweep.Design;
import io.torosim.sweep.Study;
import io.torosim.sweep.Study.CellModel;
import io.torosim.sweep.StudyRun;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.queue.DriverQueue;
import io.torosim.virtio.queue.QueueLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user hands in is looked at where it is handed in: null for anything but what is {@code @Nullable} is an exception that names the
 * parameter, at once and not in the middle of a run. Each reference parameter of each public constructor and method of the types that users call first
 * is tried, the others good.
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

    /** Of what users make or call; results of runs are made by the library alone. */
    private static final List<Class<?>> GUESTS = List.of(
            GuestRun.class,
            GuestKind.class,
            GuestPlace.class,
            GuestTimer.class,
            Load.class,
            Load.Bursts.class,
            Load.Recorded.class,
            LinkSpec.class,
            LinuxConfig.class,
            HttpLoadSpec.class,
            WorkQueue.class,
            GuestSpec.class,
            EthernetCard.class,
            PcDevices.class,
            PicPair.class,
            IdeChannel.class);

    private static final Machine MACHINE =
            Machine.create(MachineSpec.builder().ramMib(64).build());

    /** Good values, and objects to call. */
    private static final List<Object> GUEST_VALUES = List.of(
            MACHINE,
            MACHINE.spec(),
            GuestRun.of(GuestKind.toro(IdlePolicy.pollThenHalt()), HostProfile.kvm2018()),
            GuestKind.toro(IdlePolicy.pollThenHalt()),
            GuestPlace.on(MACHINE),
            GuestPlace.on(MACHINE).process(),
            GuestTimer.none(),
            Load.none(),
            LinkSpec.perfect(),
            LinuxConfig.defaults(),
            HttpLoadSpec.closed("/", 1, 1),
            new WorkQueue(MACHINE, 0, -1, 0),
            GuestSpec.of("ToroHello"),
            GuestSpec.of("ToroHello").defects(),
            new PicPair(),
            new IdeChannel(IdeChannel.Place.PRIMARY, null, null),
            IdleLoops.all().get(0),
            IdlePolicy.pollThenHalt(),
            KernelConfig.defaults(),
            ToroKernel.boot(Machine.create(SPEC), KernelConfig.defaults()),
            HostProfile.kvm2018(),
            Duration.ofSeconds(1),
            LocalDateTime.of(2018, 8, 25, 12, 0),
            Path.of("never-written"),
            new byte[6],
            new int[0],
            List.of(Duration.ofSeconds(1)),
            Optional.empty(),
            Set.of(),
            ToroVirtioQuirk.class,
            "ToroHello");

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

    /** Called in the hottest loops, or of an argument that is a message. */
    private static final Set<String> UNASKED = Set.of("Picos.later");

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
        for (Class<?> type : Stream.concat(TYPES.stream(), GUESTS.stream()).toList()) {
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
        List<Object> values = GUESTS.contains(call.getDeclaringClass()) ? GUEST_VALUES : values();
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

    /** What nobody can hand in good values for here: found by their first parameter, all others null, 0 and false. */
    private static List<Executable> constructorsAndFactories() throws IOException, ReflectiveOperationException {
        Set<String> exported = new TreeSet<>();
        for (URL url : Collections.list(NullArgumentsTest.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream bytes = url.openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(bytes);
                module.exports().stream()
                        .filter(e -> !e.isQualified() && module.name().startsWith("io.torosim."))
                        .forEach(e -> exported.add(e.source()));
            }
        }
        List<Executable> calls = new ArrayList<>();
        for (JavaClass found : new ClassFileImporter().importPackages(exported)) {
            if (exported.contains(found.getPackageName())) {
                calls.addAll(constructorsAndFactories(Class.forName(found.getName())));
            }
        }
        return calls;
    }

    /** Not those of values that the library makes alone, and that are records. */
    private static List<Executable> constructorsAndFactories(Class<?> type) {
        boolean made = !type.isRecord() && !Throwable.class.isAssignableFrom(type);
        for (Class<?> outer = type; outer != null; outer = outer.getDeclaringClass()) {
            made &= Modifier.isPublic(outer.getModifiers());
        }
        if (!made) {
            return List.of();
        }
        List<Executable> calls = new ArrayList<>();
        if (!Modifier.isAbstract(type.getModifiers())) {
            calls.addAll(List.of(type.getConstructors()));
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean asked = Modifier.isPublic(method.getModifiers()) && Modifier.isStatic(method.getModifiers());
            boolean language =
                    method.isSynthetic() || type.isEnum() && method.getName().equals("valueOf");
            if (asked && !language && !UNASKED.contains(type.getSimpleName() + "." + method.getName())) {
                calls.add(method);
            }
        }
        calls.removeIf(call -> indices(call).isEmpty());
        return calls;
    }

    @Test
    void constructorsAndFactories_ofAllExportedTypes_nameANullOrSayWhatElseIsWrong() throws Exception {
        List<String> silent = new ArrayList<>();
        List<Executable> calls = constructorsAndFactories();
        for (Executable call : calls) {
            Object[] arguments = new Object[call.getParameterCount()];
            for (int k = 0; k < arguments.length; k++) {
                Class<?> type = call.getParameterTypes()[k];
                arguments[k] = type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
            }
            Throwable thrown = catchThrowable(() -> invoke(List.of(), call, arguments));
            boolean named = thrown instanceof NullPointerException
                    && thrown.getMessage() != null
                    && thrown.getMessage().matches("[a-zA-Z ]+(:.*)?");
            if (!named && !(thrown instanceof IllegalArgumentException)) {
                silent.add(call + ": " + thrown);
            }
        }
        assertThat(calls).hasSizeGreaterThan(150);
        assertThat(silent).isEmpty();
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
        for (Object value : values) {
            if (type.isInstance(value)) {
                return value;
            }
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        assertThat(type).as("a type without a value here").isInterface();
        return proxy(type);
    }

    private static Object proxy(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null);
    }
}
