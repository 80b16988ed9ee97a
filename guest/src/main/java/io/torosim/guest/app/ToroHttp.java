package io.torosim.guest.app;

import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.ServiceCall;
import io.torosim.guest.stack.ServiceHandler;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * ToroHttp.pas: a web server on a ne2000 that says hello and closes. Its main thread loops on {@code SysThreadSwitch}: it is
 * always ready, and so the packet thread gets no turn any more once it has been idle for 200 ms ({@code POLLERS_SKIPPED}).
 */
final class ToroHttp implements ServiceHandler {
    private static final byte[] WELCOME = "<b>Hello from Toro!</b>\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration TIMEOUT = Duration.ofMillis(500_000);

    private ToroHttp() {}

    static RunnableApplication example(boolean mainSuspends) {
        return new Example(
                mainSuspends ? "ToroHttpSuspended" : "ToroHttp",
                mainSuspends
                        ? "ToroHttp with its main thread suspended, as the later examples have it"
                        : "says hello to HTTP clients, on a ne2000",
                2,
                256,
                Optional.of(NicCard.NE2000),
                false,
                80,
                "/",
                context -> main(context, mainSuspends));
    }

    private static GuestProgram main(GuestContext context, boolean mainSuspends) {
        ScriptProgram program = new ScriptProgram(mainSuspends ? GuestThread::suspend : GuestThread::switchThread);
        context.register(program, new ToroHttp());
        program.then(context.print("Listening at port 80\\n"));
        context.dedicateNetwork(program);
        return program;
    }

    @Override
    public int port() {
        return 80;
    }

    @Override
    public int backlog() {
        return 50;
    }

    @Override
    public void onAccept(ServiceCall call) {
        call.print("New connection on port 80\\n");
        call.select(TIMEOUT);
    }

    @Override
    public void onReceive(ServiceCall call) {
        while (call.read() >= 0) {
            // it reads and forgets
        }
        call.send(WELCOME);
        call.print("Closing conection\\n");
        call.close();
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        call.print("Closing connection for timeout\\n");
        call.close();
    }

    @Override
    public void onClose(ServiceCall call) {
        call.print("Remote Host Closed the conection\\n");
        call.close();
    }
}
