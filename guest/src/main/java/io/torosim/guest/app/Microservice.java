package io.torosim.guest.app;

import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.ServiceCall;
import io.torosim.guest.stack.ServiceHandler;
import io.torosim.guest.stack.TcpSocket;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ToroMicroservice.pas and ToroHelloWorldMicroservice.pas: the path of a request goes to a function, and what it returns is
 * the answer. The first looks the path up in a table of one entry, read from {@code /web/key} and {@code /web/value}; the
 * second always says hello.
 */
final class Microservice implements ServiceHandler {
    private static final Duration TIMEOUT = Duration.ofMillis(20_000);
    private static final byte[] HELLO = "Hello World I am Toro!\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int WHOLE_FILE = Integer.MAX_VALUE;

    private final int port;
    private final int longestPath;
    private final boolean printsRequests;
    private @Nullable String key;
    private byte @Nullable [] value;
    private int connectionCount;
    private byte @Nullable [] lastBody;
    private byte @Nullable [] lastAnswer;
    /** Readers that have read a request and are used again. */
    private final ArrayDeque<RequestReader> spare = new ArrayDeque<>();

    private Microservice(int port, int longestPath, boolean printsRequests) {
        this.port = port;
        this.longestPath = longestPath;
        this.printsRequests = printsRequests;
    }

    static RunnableApplication lookUp() {
        return new Example(
                "ToroMicroservice",
                "looks a key up in a table read from a FAT disk, over HTTP",
                2,
                512,
                Optional.of(NicCard.VIRTIO_TORO),
                true,
                80,
                "/hello",
                Microservice::lookUpMain);
    }

    static RunnableApplication helloWorld() {
        return new Example(
                "ToroHelloWorldMicroservice",
                "says hello over HTTP, nothing printed for a request",
                1,
                256,
                Optional.of(NicCard.VIRTIO_TORO),
                false,
                8080,
                "/",
                Microservice::helloWorldMain);
    }

    private static GuestProgram lookUpMain(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::suspend);
        Microservice service = new Microservice(80, 5455, true);
        service.listen(context, program);
        program.then(self -> {
            context.files()
                    .read(
                            program,
                            "/web/value",
                            WHOLE_FILE,
                            bytes -> {
                                service.value = bytes;
                                if (bytes == null) {
                                    program.then(context.print("value not found\\n"));
                                }
                            },
                            problem -> context.failed(program, problem));
            return ScriptProgram.GO_ON;
        });
        program.then(self -> {
            context.files()
                    .read(
                            program,
                            "/web/key",
                            WHOLE_FILE,
                            bytes -> {
                                if (bytes == null) {
                                    program.then(context.print("key not found\\n"));
                                } else {
                                    service.key = new String(bytes, StandardCharsets.ISO_8859_1);
                                }
                            },
                            problem -> context.failed(program, problem));
            return ScriptProgram.GO_ON;
        });
        context.dedicateNetwork(program);
        context.mount(program);
        return program;
    }

    private static GuestProgram helloWorldMain(GuestContext context) {
        ScriptProgram program = new ScriptProgram(GuestThread::suspend);
        Microservice service = new Microservice(8080, 200, false);
        service.value = HELLO;
        service.listen(context, program);
        context.dedicateNetwork(program);
        return program;
    }

    private void listen(GuestContext context, ScriptProgram program) {
        program.then(context.print("\\t /VToroService/n: listening on port " + port + " ...\\n"));
        context.register(program, this);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int backlog() {
        return 50;
    }

    @Override
    public void onAccept(ServiceCall call) {
        call.charge(Routine.ALLOCATE, 2);
        RequestReader reader = spare.isEmpty() ? new RequestReader(longestPath) : spare.pop();
        reader.begin();
        call.socket().userDefined(reader);
        call.select(TIMEOUT);
    }

    @Override
    public void onReceive(ServiceCall call) {
        TcpSocket socket = call.socket();
        if (!(socket.userDefined() instanceof RequestReader reader) || !reader.read(call)) {
            call.select(TIMEOUT);
            return;
        }
        byte[] body = key == null && printsRequests || key != null && !key.equals(reader.path()) ? null : value;
        byte[] answer = answer(body);
        call.charge(Routine.CONCATENATE, 2L * answer.length); // the lengths are found by looking for the ends
        call.charge(Routine.ALLOCATE, 2);
        call.send(answer);
        call.close();
        connectionCount++;
        if (printsRequests) {
            call.print("\\t Connection " + connectionCount + ", received: " + reader.pathBytes() + " bytes\\n");
        }
        call.charge(Routine.ALLOCATE, 2);
        socket.userDefined(null);
        spare.push(reader);
    }

    /** The answer with a body, which is made again only for another body. */
    private byte[] answer(byte @Nullable [] body) {
        if (lastAnswer == null || body != lastBody) {
            lastBody = body;
            lastAnswer = HttpAnswer.of(body);
        }
        return lastAnswer;
    }

    @Override
    public void onTimeOut(ServiceCall call) {
        call.charge(Routine.ALLOCATE, 2);
        call.close();
    }

    @Override
    public void onClose(ServiceCall call) {
        call.close();
    }
}
