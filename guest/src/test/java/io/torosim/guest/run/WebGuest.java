package io.torosim.guest.run;

import io.torosim.core.host.QemuProcess;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.RunResult;
import io.torosim.guest.app.GuestSession;
import io.torosim.guest.app.GuestSpec;
import io.torosim.sched.KernelConfig;
import java.time.Duration;

/** ToroHelloWorldMicroservice as {@link GuestKind#toro} starts it, within reach of a test. */
final class WebGuest implements AutoCloseable {
    final Machine machine;
    final GuestSession session;
    final WebClients clients;

    WebGuest(MachineSpec spec, KernelConfig config) {
        this(spec, GuestSpec.of("ToroHelloWorldMicroservice").withKernel(config));
    }

    WebGuest(MachineSpec spec, GuestSpec guest) {
        machine = Machine.create(spec);
        session = GuestSession.on(machine, new QemuProcess(machine), guest, null);
        clients = new WebClients(
                session.machine(),
                session.host(),
                session.link(),
                GuestSpec.application(guest.application()).port(),
                new SessionFigures(session));
    }

    RunResult run(long millis) {
        return machine.runUntil(Duration.ofMillis(millis));
    }

    @Override
    public void close() {
        session.close();
    }
}
