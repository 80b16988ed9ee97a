package io.torosim.guest.app;

import io.torosim.core.time.Picos;
import io.torosim.guest.nic.GuestNic;
import io.torosim.guest.spec.LinkSpec.NicCard;
import io.torosim.guest.stack.ToroStack;
import io.torosim.guest.wire.Icmp;
import io.torosim.guest.wire.Ipv4;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ToroPing.pas: sends an echo request each second from an e1000 and looks for the reply once, 50 ms later. Its main thread
 * waits with {@code Sleep} and is ready all the time, so that the packet thread gets no turn any more once it has been idle for
 * 200 ms: later replies are not seen ({@code POLLERS_SKIPPED}).
 */
final class ToroPing {
    private static final byte[] CONTENT = "abcdefghijklmtororstuvwabcdefghi".getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST_SEQUENCE = 90;
    private static final long WAIT_PS = Picos.PER_SECOND;

    private final GuestContext context;
    private final int target;
    private final ScriptProgram program = new ScriptProgram(this::round);
    private int sequence = FIRST_SEQUENCE;

    private ToroPing(GuestContext context) {
        this.context = context;
        this.target = pinged();
    }

    /** Returns the address that is pinged: 192.100.200.10. */
    static int pinged() {
        return Ipv4.address(192, 100, 200, 10);
    }

    static RunnableApplication example() {
        return new Example(
                "ToroPing",
                "sends echo requests to 192.100.200.10 each second, from an e1000",
                2,
                256,
                Optional.of(NicCard.E1000),
                false,
                0,
                "/",
                ToroPing::main);
    }

    private static GuestProgram main(GuestContext context) {
        ToroPing ping = new ToroPing(context);
        ping.program.then(context.print("\\t ToroPing: This test sends ICMP packets every 1s\\n"));
        context.dedicateNetwork(ping.program);
        return ping.program;
    }

    private long round(GuestThread self) {
        ToroStack stack = context.stack();
        int number = sequence++;
        program.then(s -> s.sleep(WAIT_PS));
        program.then(s -> {
            program.then(context.print(result(stack.takeEchoReply(), number)));
            return ScriptProgram.GO_ON;
        });
        program.then(s -> s.sleep(ToroStack.WAIT_PS));
        program.then(s -> {
            int source = stack.addresses().ip();
            stack.send(
                    program,
                    target,
                    mac -> Icmp.request(mac, GuestNic.MAC, source, target, number, CONTENT),
                    sent -> {});
            return ScriptProgram.GO_ON;
        });
        program.then(
                context.print("\\t ToroPing: /Vsending/n ping to " + Ipv4.text(target) + ", seq: " + number + "\\n"));
        return ScriptProgram.GO_ON;
    }

    private String result(byte @Nullable [] reply, int number) {
        if (reply == null) {
            return "\\t ToroPing: /rno received/n ping from " + Ipv4.text(target) + "\\n";
        }
        if (Ipv4.source(reply) == target && Icmp.sequence(reply) == number) {
            return "\\t ToroPing: /areceived/n ping from " + Ipv4.text(target) + "\\n";
        }
        return "\\t ToroPing: /rwrong/n received ping, seq=" + Icmp.sequence(reply) + "\\n";
    }
}
