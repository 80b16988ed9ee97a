package io.torosim.guest.app;

import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.ServiceCall;
import io.torosim.guest.stack.ServiceHandler;
import io.torosim.guest.wire.Ipv4;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.time.Duration;
import java.util.Optional;

/**
 * TorowithFileSystem.pas: reads {@code /web/index.html} once from an IDE disk and sends it to whoever connects, printing three
 * lines for each. The file goes into a buffer of 501 bytes in Toro; here its size is an input.
 */
final class TorowithFileSystem implements ServiceHandler {
    private static final String PATH = "/web/index.html";
    private static final Duration TIMEOUT = Duration.ofMillis(20_000);
    private static final String PREFIX = "\\t /VToroWebServer/n: ";

    private byte[] content = {};

    private TorowithFileSystem() {}

    static RunnableApplication example() {
        return new Example(
                "TorowithFileSystem",
                "serves one file from a FAT disk over HTTP",
                2,
                512,
                Optional.of(NicCard.VIRTIO_TORO),
                true,
                80,
                "/",
                TorowithFileSystem::main);
    }

    private static GuestProgram main(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::suspend);
        TorowithFileSystem service = new TorowithFileSystem();
        program.then(context.print(PREFIX + "listening ...\\n"));
        context.register(program, service);
        program.then(self -> {
            context.files()
                    .read(
                            program,
                            PATH,
                            context.fileBufferBytes(),
                            bytes -> {
                                if (bytes == null) {
                                    program.then(context.print("index.html not found\\n"));
                                } else {
                                    service.content = bytes;
                                }
                            },
                            problem -> context.failed(program, problem));
            return ScriptProgram.GO_ON;
        });
        context.mount(program);
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

    private static String peer(ServiceCall call) {
        return Ipv4.text(call.socket().remoteIp()) + ":" + call.socket().remotePort();
    }

    @Override
    public void onAccept(ServiceCall call) {
        call.print(PREFIX + "connected " + peer(call) + "\\n");
        call.select(TIMEOUT);
    }

    @Override
    public void onReceive(ServiceCall call) {
        call.print(PREFIX + "reading " + peer(call) + "\\n");
        while (call.read() >= 0) {
            // it reads and forgets
        }
        call.send(content);
        call.print(PREFIX + "closing " + peer(call) + "\\n");
        call.close();
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        call.print(PREFIX + "closing " + peer(call) + " for timeout\\n");
        call.close();
    }

    @Override
    public void onClose(ServiceCall call) {
        call.print(PREFIX + "closing " + peer(call) + "\\n");
        call.close();
    }
}
