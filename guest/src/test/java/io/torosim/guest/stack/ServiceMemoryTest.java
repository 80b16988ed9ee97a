package io.torosim.guest.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.defect.Defects;
import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.guest.code.CodeCosts;
import io.torosim.guest.console.ToroConsole;
import io.torosim.guest.heap.KernelHeap;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.spec.Display;
import io.torosim.guest.spec.LinkSpec;
import io.torosim.guest.spec.LinkSpec.NetBackend;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.spec.OptimisationLevel;
import io.torosim.guest.stack.ToroStack.StackAddresses;
import io.torosim.guest.wire.Link;
import io.torosim.guest.wire.Tcp;
import io.torosim.mem.alloc.ToroAllocator.MemQuirk;
import io.torosim.sched.GuestThread;
import io.torosim.sched.KernelConfig;
import io.torosim.sched.ToroKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A dedicated card and a service take what Network.pas takes of the kernel's memory, and do without where there is none. */
class ServiceMemoryTest {
    private static final int NETWORK_STACK_BLOCK = 16_384;
    private static final int THREAD = 256 + NETWORK_STACK_BLOCK + 131_072;
    private static final int PORT_TABLE_BLOCK = 262_144;
    private static final int SERVICE_BLOCK = 16;
    private static final int SOCKET_BLOCK = 256;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(1).ramMib(16).build());
    private final CodeCosts code = CodeCosts.of(OptimisationLevel.O2, machine);
    private final KernelHeap heap = new KernelHeap(machine, MemQuirk.repaired());
    private final ToroKernel kernel = ToroKernel.boot(machine, KernelConfig.defaults(), heap.threads(code));
    private final Link link = new Link(machine, LinkSpec.perfect());
    private final ToroStack stack = new ToroStack(
            kernel,
            new GuestNic(
                    machine,
                    new QemuProcess(machine),
                    NetBackend.VHOST,
                    NicCard.VIRTIO_TORO,
                    link,
                    heap,
                    code,
                    Defects.of(EnumSet.noneOf(MemQuirk.class))),
            StackAddresses.examples(),
            EnumSet.allOf(NetworkQuirk.class),
            code,
            new ToroConsole(machine, Display.HEADLESS, code));
    private final List<byte[]> out = new ArrayList<>();

    /** A main thread that is given steps and then suspends itself. */
    private static final class Main extends StepProgram {
        @Override
        protected long idle(GuestThread self) {
            return self.suspend();
        }
    }

    private static final class Quiet implements ServiceHandler {
        @Override
        public int port() {
            return StackRig.PORT;
        }

        @Override
        public int backlog() {
            return 5;
        }

        @Override
        public void onAccept(ServiceCall call) {}

        @Override
        public void onReceive(ServiceCall call) {}

        @Override
        public void onTimeOut(ServiceCall call) {}

        @Override
        public void onClose(ServiceCall call) {}
    }

    /** Takes all blocks of at least so many bytes. */
    private void drain(int least) {
        for (int bytes = 1 << 22; bytes >= least; bytes /= 2) {
            while (heap.get(0, bytes) != 0) {
                // it is gone for good
            }
        }
    }

    private GuestThread thread(String name) {
        return kernel.threads().stream()
                .filter(t -> t.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void run(Main main, int millis) {
        link.connectFarEnd(out::add);
        kernel.spawnMain("main", main);
        machine.runUntil(Duration.ofMillis(millis));
    }

    private void syn(int millis) {
        link.toGuest(Tcp.segment(
                new Tcp.Ends(
                        StackRig.CLIENT_MAC, GuestNic.MAC, StackRig.CLIENT, StackRig.SERVER, 40_000, StackRig.PORT),
                Tcp.SYN,
                1000,
                0,
                29_200,
                new byte[0]));
        machine.runUntil(Duration.ofMillis(millis));
    }

    @Test
    void aCardAndAService_takeTablesRecordSocketAndTwoThreads() {
        long before = heap.liveBytes();
        Main main = new Main();
        StackPrograms.register(stack, new Quiet(), main);
        StackPrograms.dedicate(stack, main);
        run(main, 10);
        int mainThread = 256 + 32_768 + 131_072;
        assertThat(heap.liveBytes() - before)
                .isEqualTo(mainThread + 2 * PORT_TABLE_BLOCK + 2 * THREAD + SERVICE_BLOCK + SOCKET_BLOCK);
        long service = heap.memory().load64(thread("service").recordAddress() + 144);
        assertThat(service).isPositive();
        assertThat(heap.memory().load64(service)).isPositive(); // its listening socket
        assertThat(heap.memory().load64(thread("packets").recordAddress() + 144))
                .isZero();
        assertThat(heap.memory().load64(thread("packets").recordAddress() + 112))
                .isEqualTo(10_240);
        syn(20);
        assertThat(StackRig.flags(out)).containsExactly("SA");
        assertThat(stack.counters().withoutMemory()).isZero();
    }

    @Test
    void withoutMemoryForItsRecord_thereIsNoServiceAndNoThread() {
        Main main = new Main();
        StackPrograms.register(stack, new Quiet(), main);
        main.thenRun(() -> drain(1));
        run(main, 10);
        assertThat(kernel.threads()).extracting(GuestThread::name).containsExactly("main");
        assertThat(stack.service(StackRig.PORT)).isNull();
        assertThat(stack.counters().withoutMemory()).isEqualTo(1);
        assertThat(machine.result().warnings()).isEmpty();
    }

    @Test
    void withoutMemoryForItsThread_thereIsNoService_andItsRecordIsFreed() {
        Main main = new Main();
        StackPrograms.register(stack, new Quiet(), main);
        long[] live = new long[1];
        main.thenRun(() -> {
            drain(NETWORK_STACK_BLOCK);
            live[0] = heap.liveBytes();
        });
        run(main, 10);
        assertThat(kernel.threads()).extracting(GuestThread::name).containsExactly("main");
        assertThat(stack.service(StackRig.PORT)).isNull();
        assertThat(heap.liveBytes()).isEqualTo(live[0]);
        assertThat(stack.counters().withoutMemory()).isEqualTo(1);
        assertThat(machine.result().warnings())
                .singleElement()
                .asString()
                .endsWith("beginThread of thread service by main has begun nothing");
    }

    @Test
    void withoutMemoryForItsSocket_aServiceListensOnNoPort() {
        Main main = new Main();
        long[] reserve = new long[1];
        main.thenRun(() -> {
            reserve[0] = heap.get(0, 86);
            drain(129);
            heap.free(0, reserve[0]); // for the SYN
        });
        StackPrograms.register(stack, new Quiet(), main);
        StackPrograms.dedicate(stack, main);
        run(main, 10);
        assertThat(stack.counters().withoutMemory()).isEqualTo(1);
        syn(20);
        assertThat(out).isEmpty();
        assertThat(stack.counters().framesIn()).isEqualTo(1);
        assertThat(stack.counters().withoutMemory()).isEqualTo(1);
    }

    /** Toro looks at neither: the tables are written through nil, and a card whose packets nobody takes is deaf. */
    @Test
    void withoutMemoryForTablesAndPacketThread_theGuestGoesOn_deaf() {
        Main main = new Main();
        boolean[] over = new boolean[1];
        main.thenRun(() -> over[0] = true);
        StackPrograms.dedicate(stack, main);
        main.thenRun(() -> drain(NETWORK_STACK_BLOCK));
        run(main, 10);
        assertThat(over[0]).isTrue();
        assertThat(stack.counters().withoutMemory()).isEqualTo(2);
        assertThat(kernel.threads()).extracting(GuestThread::name).containsExactly("main");
        syn(20);
        assertThat(out).isEmpty();
    }
}
