package io.torosim.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.torosim.core.host.HostProfile;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.device.EthernetCard;
import io.torosim.guest.device.IdeChannel;
import io.torosim.guest.device.PcDevices;
import io.torosim.guest.device.PicPair;
import io.torosim.guest.idle.IdleLoops;
import io.torosim.guest.load.HttpLoadSpec;
import io.torosim.guest.load.WorkQueue;
import io.torosim.guest.run.GuestKind;
import io.torosim.guest.run.GuestKind.GuestPlace;
import io.torosim.guest.run.GuestRun;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.run.Load;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.virtio.nic.ToroVirtioQuirk;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user hands in is looked at where it is handed in: null for anything but what is {@code @Nullable} is an exception that names the
 * parameter, at once and not in the middle of a run. Each reference parameter of each public constructor and method is tried, the others good.
 */
class NullArgumentsTest {
    private static final Machine MACHINE =
            Machine.create(MachineSpec.builder().ramMib(64).build());

    /** Of what users make or call; results of runs are made by the library alone. */
    private static final List<Class<?>> TYPES = List.of(
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

    /** Good values, and objects to call. */
    private static final List<Object> VALUES = List.of(
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
                if (asked && !itsOwn) {
                    calls.add(method);
                }
            }
        }
        calls.removeIf(call -> indices(call).isEmpty());
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
        for (int i : indices(call)) {
            Object[] arguments = new Object[call.getParameterCount()];
            for (int k = 0; k < arguments.length; k++) {
                arguments[k] = k == i ? null : value(call.getParameterTypes()[k]);
            }
            assertThat(catchThrowable(() -> invoke(call, arguments)))
                    .as("argument %s of %s", i, call)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageMatching("[a-zA-Z ]+");
        }
    }

    private static void invoke(Executable call, Object[] arguments) throws Throwable {
        try {
            if (call instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else {
                boolean needsNone = Modifier.isStatic(call.getModifiers());
                ((Method) call).invoke(needsNone ? null : value(call.getDeclaringClass()), arguments);
            }
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object value(Class<?> type) {
        if (type.isPrimitive()) {
            return type == boolean.class ? (Object) true : Array.get(Array.newInstance(type, 1), 0);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        for (Object value : VALUES) {
            if (type.isInstance(value)) {
                return value;
            }
        }
        assertThat(type).as("a type without a value here").isInterface();
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (p, m, a) -> null);
    }

    /** What a lambda of the user's returns is handed in too. */
    @Test
    void guestThatReturnsNothing_isNamed() {
        HostProfile host = HostProfile.kvm2018();
        assertThatThrownBy(() -> GuestRun.of(place -> null, host).run())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the port that GuestKind.start returned");
        GuestKind none = GuestKind.thread(KernelConfig.defaults(), queue -> null);
        assertThatThrownBy(() -> GuestRun.of(none, host).run())
                .isInstanceOf(NullPointerException.class)
                .hasMessage("what program returned");
    }
}
