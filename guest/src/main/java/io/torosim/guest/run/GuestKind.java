package io.torosim.guest.run;

import io.torosim.core.block.BlockDevice;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.guest.boot.BootSequence;
import io.torosim.guest.boot.BootSequence.BootPath;
import io.torosim.guest.boot.BootSequence.BringUpOrder;
import io.torosim.guest.linux.LinuxHttpGuest;
import io.torosim.guest.load.RequestPort;
import io.torosim.guest.load.RequestPort.WorkQueue;
import io.torosim.guest.remote.RemoteHost;
import io.torosim.guest.run.GuestRun.GuestTimer;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.LinuxConfig;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.IdlePolicy;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A guest that {@link GuestRun} can run: one of ours, or the user's. */
@FunctionalInterface
public interface GuestKind {
    /**
     * Starts it.
     *
     * @return where requests go in; {@code place.queue()} for a guest that takes them from its queue
     */
    RequestPort start(GuestPlace place);

    /** Toro as of 2018 that serves HTTP requests (ToroHelloWorldMicroservice), with the defects that it had. */
    static GuestKind toro(IdlePolicy policy) {
        return toro(KernelConfig.defaults().withIdlePolicy(Objects.requireNonNull(policy, "policy")));
    }

    /** The same with another kernel. */
    static GuestKind toro(KernelConfig config) {
        Objects.requireNonNull(config, "config");
        return place -> {
            GuestSpec spec = GuestSpec.of("ToroHelloWorldMicroservice")
                    .withKernel(config)
                    .withCard(NicCard.VIRTIO_TORO, place.backend());
            return example(spec, null).start(place);
        };
    }

    /** Linux with a web server, asked by clients at the far end of its wire; its timers and services are its own. */
    static GuestKind linux(LinuxConfig config) {
        return linux(config, LinkSpec.perfect());
    }

    /** The same over a wire that delays, loses, doubles or reorders frames. */
    static GuestKind linux(LinuxConfig config, LinkSpec wire) {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(wire, "wire");
        return place -> {
            refuseTimer(place, "Linux, which has its own,");
            StackAddresses addresses = StackAddresses.examples();
            Link link = new Link(place.machine(), wire);
            RemoteHost host = new RemoteHost(place.machine(), link, addresses.gateway(), addresses.gateway());
            place.process().firmwareTimerStops();
            LinuxHttpGuest guest = LinuxHttpGuest.start(
                    place.machine(), place.process(), place.backend(), link, addresses.ip(), config);
            return new WebClients(place.machine(), host, link, LinuxHttpGuest.PORT, new LinuxFigures(guest));
        };
    }

    /** A Toro kernel with one thread on core 0 that takes requests from its queue and else only polls. */
    static GuestKind poller(KernelConfig config) {
        return threads(config, (kernel, queue) -> kernel.spawn(0, "poller", new QueueProgram(queue)));
    }

    /**
     * A Toro kernel with the user's threads.
     *
     * @param setUp spawns them; requests are in the queue, and a program that takes one calls {@link WorkQueue#take}, computes
     *     that long and calls {@link WorkQueue#answer}
     */
    static GuestKind threads(KernelConfig config, BiConsumer<ToroKernel, WorkQueue> setUp) {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(setUp, "setUp");
        return place -> {
            ToroKernel kernel = ToroKernel.boot(place.machine(), config);
            Activity queueHandler = vcpu -> Activity.DONE;
            kernel.onInterrupt(GuestRun.QUEUE_VECTOR, () -> queueHandler);
            TimerInterrupts.plug(place, kernel);
            setUp.accept(kernel, place.queue());
            return place.queue();
        };
    }

    /** The same with the program of one thread on core 0. */
    static GuestKind thread(KernelConfig config, Function<WorkQueue, GuestProgram> program) {
        Objects.requireNonNull(program, "program");
        return threads(
                config,
                (kernel, queue) -> kernel.spawn(
                        0, "program", Objects.requireNonNull(program.apply(queue), "what program returned")));
    }

    /**
     * An example of Toro; the run's machine takes the place of the specification's. Requests come from the clients that the specification
     * names, and then the run's own load must be none; or, where it names none and the example serves pages, from the run's load.
     *
     * @param volume the disk, null for an example that needs none
     */
    static GuestKind example(GuestSpec spec, @Nullable BlockDevice volume) {
        Objects.requireNonNull(spec, "spec");
        return place -> {
            refuseTimer(place, "an example of Toro");
            GuestSession session = GuestSession.on(place.machine(), place.process(), spec, volume);
            int port = GuestSpec.application(spec.application()).port();
            return spec.load().isPresent() || port == 0
                    ? new SessionPort(session)
                    : new WebClients(
                            session.machine(), session.host(), session.link(), port, new SessionFigures(session));
        };
    }

    /**
     * An example of Toro with a network, whose stack answers echo requests; the run's machine takes the place of the specification's, and the run's
     * load says when a request is sent.
     *
     * @param frameBytes of each request, headers included, in [42, 1514]
     */
    static GuestKind pinged(GuestSpec spec, int frameBytes) {
        Objects.requireNonNull(spec, "spec");
        return place -> {
            refuseTimer(place, "an example of Toro");
            return new EchoStation(GuestSession.on(place.machine(), place.process(), spec, null), frameBytes);
        };
    }

    /** Toro of 2018 that boots a program such as ToroHello; see {@link GuestRun#boot}. */
    static GuestKind boot(BootPath path, BringUpOrder order, boolean pit) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(order, "order");
        return place -> {
            refuseTimer(place, "a guest that boots");
            return new BootPort(BootSequence.start(place.machine(), path, order, pit));
        };
    }

    private static void refuseTimer(GuestPlace place, String who) {
        if (place.timer().runs()) {
            throw new IllegalArgumentException(who + " takes no interrupts of another timer, timer=" + place.timer());
        }
    }

    /**
     * Where a guest is to start: a machine whose vCPUs are off, the process around it, and what a run wants of it.
     *
     * @param machine the machine
     * @param process the QEMU process
     * @param backend who moves packets
     * @param timer the timer that interrupts, by the PICs with {@link GuestRun#PIT_VECTOR} or by a local APIC with {@link GuestRun#TIMER_VECTOR}
     * @param queue requests without a network, in the queue of vCPU 0; their interrupt is {@link GuestRun#QUEUE_VECTOR}, or the
     *     timer's where they come with its ticks
     * @param onTick called by the timer's handler on vCPU 0: brings a request where requests come with ticks; returns whether it did
     */
    public record GuestPlace(
            Machine machine,
            QemuProcess process,
            NetBackend backend,
            GuestTimer timer,
            WorkQueue queue,
            BooleanSupplier onTick) {
        /** Checks that everything is there. */
        public GuestPlace {
            Objects.requireNonNull(machine, "machine");
            Objects.requireNonNull(process, "process");
            Objects.requireNonNull(backend, "backend");
            Objects.requireNonNull(timer, "timer");
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(onTick, "onTick");
        }

        /**
         * Plugs timers in for a kernel of one's own, in place of {@link #timer}: devices on the machine's bus, which the kernel's cores program before their first thread
         * and acknowledge by accesses of their own, as with {@link GuestKind#threads}. To be called before the machine's first step.
         *
         * @param timers that of each core that the kernel has started; the PIT is core 0's alone
         * @param onTick called by the handler with the number of the core; returns whether it has brought anything that a thread may look for
         * @throws IllegalArgumentException if another core than 0 is to have the PIT
         */
        public void plugTimers(ToroKernel kernel, IntFunction<GuestTimer> timers, IntPredicate onTick) {
            Objects.requireNonNull(kernel, "kernel");
            Objects.requireNonNull(timers, "timers");
            Objects.requireNonNull(onTick, "onTick");
            TimerInterrupts.plug(this, kernel, timers, onTick);
        }

        /** Returns a place on {@code machine} without a timer, whose queue stays empty, with vhost and a process of its own. */
        public static GuestPlace on(Machine machine) {
            Objects.requireNonNull(machine, "machine");
            return new GuestPlace(
                    machine,
                    new QemuProcess(machine),
                    NetBackend.VHOST,
                    GuestTimer.none(),
                    new WorkQueue(machine, 0, -1, 0),
                    () -> false);
        }
    }
}
