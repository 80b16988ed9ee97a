package io.torosim.guest.stack;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.Frame;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.time.Picos;
import io.torosim.guest.code.CodeCosts.Routine;
import io.torosim.guest.program.StepProgram;
import io.torosim.guest.stack.TcpSocket.Event;
import io.torosim.guest.stack.TcpSocket.Segment;
import io.torosim.guest.stack.TcpSocket.State;
import io.torosim.guest.wire.Tcp;
import io.torosim.sched.GuestProgram.ThreadProgram;
import io.torosim.sched.GuestThread;
import org.jspecify.annotations.Nullable;

/**
 * The thread of a service (Network.pas: {@code DoNetworkService}, {@code NetworkDispatcher}, {@code DispatcherFlushPacket}):
 * passes over its connections, does what their events ask for, sends what may be sent, then calls {@code SysThreadSwitch}, with the
 * idle hint if it has no connection at all.
 *
 * <p>What a callback asks for is in its {@link ServiceCall}, the segments that are to be sent are marked in their connection; what is rare
 * and waits for others (the search for a hardware address) is a list of steps of its own.
 */
final class ServiceLoop extends GuestCode {
    /** How often a repaired stack tries again. */
    static final int MOST_RENEWALS = 5;

    /** Word: what follows the calls of a callback. */
    private static final int AFTER_CALLS = 0;
    /** Word: what follows the segments of a connection. */
    private static final int AFTER_SEGMENTS = 1;
    /** Word: what follows the steps that wait for others. */
    private static final int AFTER_STEPS = 2;

    private static final int SUPPRESSED = 3;
    private static final int WORDS = 4;

    private static final int INIT = 0;
    private static final int PASS = 1;
    private static final int VISIT = 2;
    private static final int CALLS = 3;
    private static final int FLUSH = 4;
    private static final int SEGMENTS = 5;
    private static final int STEPS = 6;
    private static final int INTERRUPTS_ON = 7;
    private static final int FREE = 8;
    private static final String[] NAMES = {
        "begin",
        "begin a pass",
        "visit a connection",
        "call of the service",
        "look what may be sent",
        "send a segment",
        "wait for others",
        "enable interrupts",
        "free the connection"
    };

    private final ToroStack stack;
    private final Service service;
    private final ThreadProgram thread;
    private final SegmentOutput output;
    private final ServiceCall call;
    private final WaitingSteps waiting = new WaitingSteps();
    private final IdleTail tail;
    /** The connection that comes next in the pass. */
    private @Nullable TcpSocket at;
    /** The connection of the pass that is worked on; nobody's before the first. */
    private TcpSocket socket = TcpSocket.incoming();

    ServiceLoop(ToroStack stack, Service service, ThreadProgram thread, SegmentOutput output) {
        this.stack = stack;
        this.service = service;
        this.thread = thread;
        this.output = output;
        this.call = new ServiceCall(stack.code());
        this.tail = service.idleTail();
    }

    /** Steps that a call of the service has left; over when nothing is left. */
    private static final class WaitingSteps extends StepProgram {
        private static final long OVER = StepResult.RETURN;

        @Override
        protected long idle(GuestThread self) {
            return OVER;
        }
    }

    @Override
    public String name() {
        return "DoNetworkService";
    }

    @Override
    public int words() {
        return WORDS;
    }

    @Override
    public String entryName(int entry) {
        return NAMES[entry];
    }

    @Override
    public String within(int entry) {
        return entry == CALLS ? call.routine() : entry == STEPS ? waiting.place() : "";
    }

    @Override
    public long run(GuestCpu cpu, Frame f) {
        return switch (f.entry) {
            case INIT -> init(f);
            case PASS -> pass(cpu, f);
            case VISIT -> next(cpu, f);
            case CALLS -> nextCall(cpu, f);
            case FLUSH -> {
                f.entry = f.w[SUPPRESSED] == 0 && flush() ? SEGMENTS : (int) f.w[AFTER_SEGMENTS];
                yield StepResult.NEXT;
            }
            case SEGMENTS -> nextSegment(cpu, f);
            case STEPS -> nextStep(f);
            case INTERRUPTS_ON -> {
                cpu.vcpu().interruptsEnabled(true);
                f.entry = CALLS;
                yield 0;
            }
            default -> {
                stack.free(service, socket);
                f.entry = VISIT;
                yield StepResult.NEXT;
            }
        };
    }

    private long init(Frame f) {
        call.begin(null);
        service.handler().onInit(call);
        call.end();
        f.w[AFTER_CALLS] = PASS;
        f.entry = CALLS;
        return service.handler().port() == 0 ? StepResult.NEXT : listen();
    }

    /** {@code SysSocketListen}, which every service does as it begins. */
    private long listen() {
        thread.works();
        if (!stack.serviceMemory().listens(service)) {
            service.withoutSocket();
        }
        return stack.serviceMemory().callPs();
    }

    private long pass(GuestCpu cpu, Frame f) {
        f.w[SUPPRESSED] = 0;
        at = service.first();
        service.passBegins();
        f.entry = VISIT;
        long ps = thread.poll(stack.emptyReadPs() + stack.machine().costs().lapicIdReadPs());
        return cpu.goOn(ps) ? next(cpu, f) : ps;
    }

    private long next(GuestCpu cpu, Frame f) {
        TcpSocket here = at;
        if (here == null) {
            f.entry = PASS;
            GuestThread self = thread.self();
            return service.first() == null ? self.switchIdle() : self.switchThread();
        }
        long visitPs = visitPs();
        do {
            if (!stack.has(NetworkQuirk.SUPPRESS_FLAG_STAYS)) {
                f.w[SUPPRESSED] = 0;
            }
            if (tail.remaining(here) > 1) {
                here = passOver(cpu, visitPs, here);
            }
            socket = here;
            here = here.next;
            at = here;
            if (!idle()) {
                tail.touched(socket);
                thread.works();
                return visit(cpu, f);
            }
            tail.visitedIdle(socket);
            thread.poll(visitPs);
        } while (here != null && cpu.goOn(visitPs));
        return visitPs;
    }

    /** As many visits of the idle tail as there is room for, but for one, at once; returns where the pass is then. */
    private TcpSocket passOver(GuestCpu cpu, long visitPs, TcpSocket here) {
        long room = cpu.roomPs() - 1;
        int visits = (int) Math.min(tail.remaining(here) - 1L, room / visitPs);
        if (visits <= 0) {
            return here;
        }
        if (cpu.vcpu().nowPs() + visits * visitPs >= tail.earliestPs()) { // said below, if there is one
            tail.forget();
            return here;
        }
        thread.poll(visitPs);
        if (tail.earliestPs() != Picos.NEVER) {
            thread.self().comparesWith(tail.earliestPs());
        }
        cpu.vcpu().passed(visits * visitPs, visits);
        return tail.behind(here, visits);
    }

    /** Whether a visit of the connection finds nothing: it waits, not in vain yet, with nothing to send. The most frequent visit of all. */
    private boolean idle() {
        if (socket.event != Event.WAITING || !socket.sending.isEmpty()) {
            return false;
        }
        if (socket.deadlinePs != Picos.NEVER) {
            if (thread.self().nowPs() >= socket.deadlinePs) {
                return false;
            }
            thread.self().comparesWith(socket.deadlinePs);
        }
        return true;
    }

    private long visit(GuestCpu cpu, Frame f) {
        switch (socket.event) {
            case WAITING -> {
                if (socket.deadlinePs != Picos.NEVER) {
                    if (thread.self().nowPs() >= socket.deadlinePs) {
                        return late(cpu, f);
                    }
                    thread.self().comparesWith(socket.deadlinePs);
                }
            }
            case ACCEPT, CONNECT, RECEIVE, CLOSE -> {
                return happened(f);
            }
            case CLOSING -> {
                if (socket.sending.isEmpty()) {
                    socket.event = stack.has(NetworkQuirk.ZOMBIES_STAY) ? Event.ZOMBIE : Event.WAITING;
                    socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                    return stack.finish(output, cpu, socket, visitPs());
                }
            }
            default -> {
                // a zombie, or a time-out that the service has been told of
            }
        }
        if (f.w[SUPPRESSED] != 0 || !flush()) {
            return thread.poll(visitPs());
        }
        f.w[AFTER_SEGMENTS] = VISIT;
        f.entry = SEGMENTS;
        return visitPs();
    }

    private long visitPs() {
        return stack.code().ps(Routine.VISIT_SOCKET, 1);
    }

    private long happened(Frame f) {
        ServiceHandler handler = service.handler();
        Event event = socket.event;
        if (event == Event.ACCEPT) {
            service.leaveBacklog(socket);
            socket.event = Event.WAITING;
        } else if (event == Event.CONNECT) {
            socket.event = Event.WAITING;
            socket.deadlinePs = Picos.NEVER;
        }
        call.begin(socket);
        switch (event) {
            case ACCEPT -> handler.onAccept(call);
            case CONNECT -> handler.onConnect(call);
            case RECEIVE -> handler.onReceive(call);
            default -> handler.onClose(call);
        }
        if (event == Event.RECEIVE || event == Event.CLOSE) {
            socket.event = Event.WAITING;
            socket.deadlinePs = Picos.NEVER;
        }
        return called(f, VISIT);
    }

    /** The callback has said what it wants; then the connection is flushed. */
    private long called(Frame f, int afterwards) {
        call.end();
        f.w[AFTER_CALLS] = FLUSH;
        f.w[AFTER_SEGMENTS] = afterwards;
        f.entry = CALLS;
        return visitPs();
    }

    /** WAITING with the deadline passed. */
    private long late(GuestCpu cpu, Frame f) {
        switch (socket.state) {
            case NEGOTIATION -> {
                f.w[SUPPRESSED] = 1;
                socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                socket.renewals++;
                stack.counters().renewals++;
                if (!stack.has(NetworkQuirk.NEGOTIATION_NEVER_ENDS) && socket.renewals > MOST_RENEWALS) {
                    stack.free(service, socket);
                } else if (!stack.has(NetworkQuirk.REPEATED_SYN_DROPPED)) {
                    socket.lastSequence = TcpSocket.FIRST_SEQUENCE;
                    return stack.control(output, cpu, socket, Tcp.SYN | Tcp.ACK, visitPs());
                }
            }
            case CONNECTING -> {
                boolean again = !stack.has(NetworkQuirk.SYN_SENT_ONCE) && ++socket.renewals <= MOST_RENEWALS;
                if (!again) {
                    return connectFailed(f);
                }
                socket.deadlinePs = Picos.NEVER;
                stack.sendSyn(waiting, socket, ToroStack.WAIT_PS << socket.renewals);
                f.w[AFTER_STEPS] = VISIT;
                f.entry = STEPS;
            }
            case LOCALCLOSING -> freeAndFlush(f);
            case PEER_DISCONNECTED -> {
                if (socket.remoteClose) {
                    freeAndFlush(f);
                } else if (stack.has(NetworkQuirk.ZOMBIES_STAY)) {
                    socket.event = Event.ZOMBIE;
                } else if (++socket.renewals > MOST_RENEWALS) {
                    stack.free(service, socket);
                } else {
                    socket.lastSequence--;
                    socket.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
                    return stack.control(output, cpu, socket, Tcp.FIN | Tcp.ACK, visitPs());
                }
            }
            default -> {
                socket.event = Event.TIMEOUT;
                call.begin(socket);
                service.handler().onTimeOut(call);
                return called(f, VISIT);
            }
        }
        return visitPs();
    }

    /** As Toro leaves it, the socket is late again in the next pass, and its service is told of a time-out too. */
    private long connectFailed(Frame f) {
        socket.state = State.BLOCKED;
        call.begin(socket);
        service.handler().onConnectFail(call);
        return called(f, stack.has(NetworkQuirk.FAILED_CONNECT_STAYS) ? VISIT : FREE);
    }

    private void freeAndFlush(Frame f) {
        stack.free(service, socket);
        if (stack.has(NetworkQuirk.FLUSH_AFTER_FREE) && f.w[SUPPRESSED] == 0) {
            stack.counters().usesAfterFree++; // what was to be sent is freed too: the look finds nothing
        }
    }

    // ---- what a callback has asked for

    private long nextCall(GuestCpu cpu, Frame f) {
        if (!call.advance()) {
            f.entry = (int) f.w[AFTER_CALLS];
            return StepResult.NEXT;
        }
        GuestThread self = thread.self();
        switch (call.kind()) {
            case ServiceCall.WORK -> {
                return cpu.work(call.number());
            }
            case ServiceCall.ALLOCATE -> {
                return call.number();
            }
            case ServiceCall.PRINT -> {
                return stack.console().print(cpu, (String) call.object());
            }
            case ServiceCall.SEND -> {
                byte[] data = (byte[]) call.object();
                stack.queue(call.socket(), data);
                return stack.sendPs(cpu, data.length);
            }
            case ServiceCall.SELECT -> {
                stack.select(call.socket(), stack.deadlinePs(call.number()));
                return stack.code().ps(Routine.SOCKET_CALL, 1);
            }
            case ServiceCall.CLOSE -> {
                return close(cpu, f, call.socket());
            }
            case ServiceCall.CONNECT -> {
                f.w[AFTER_STEPS] = CALLS;
                f.entry = STEPS;
                return stack.connect(cpu, waiting, service, call.ip(), call.port(), call.begun());
            }
            default -> {
                ((Runnable) call.object()).run();
                return StepResult.NEXT;
            }
        }
    }

    /** {@code SysSocketClose}, with interrupts disabled throughout in 2018. */
    private long close(GuestCpu cpu, Frame f, TcpSocket closing) {
        if (closing.freed) {
            return StepResult.NEXT;
        }
        if (!closing.sending.isEmpty()) {
            closing.event = Event.CLOSING;
            return StepResult.NEXT;
        }
        if (stack.has(NetworkQuirk.ARP_WITHOUT_INTERRUPTS)) {
            cpu.vcpu().interruptsEnabled(false);
            f.entry = INTERRUPTS_ON;
        }
        closing.event = Event.WAITING;
        closing.deadlinePs = stack.deadlinePs(ToroStack.WAIT_PS);
        return stack.finish(output, cpu, closing, SegmentOutput.AT_ONCE);
    }

    private long nextStep(Frame f) {
        long action = waiting.next(thread.self());
        if (action == WaitingSteps.OVER) {
            f.entry = (int) f.w[AFTER_STEPS];
            return StepResult.NEXT;
        }
        return action;
    }

    // ---- DispatcherFlushPacket

    private long nextSegment(GuestCpu cpu, Frame f) {
        Segment segment = socket.sending.peek();
        if (segment != null && !segment.due) {
            segment = laterSegment();
        }
        if (segment == null) {
            f.entry = (int) f.w[AFTER_SEGMENTS];
            return StepResult.NEXT;
        }
        segment.due = false;
        return output.data(cpu, socket, segment);
    }

    private @Nullable Segment laterSegment() {
        if (!stack.has(NetworkQuirk.STOP_AND_WAIT)) {
            for (Segment segment : socket.sending) {
                if (segment.due) {
                    return segment;
                }
            }
        }
        return null;
    }

    /** Marks what is to be sent; returns whether it changed anything. */
    private boolean flush() {
        if (!stack.has(NetworkQuirk.STOP_AND_WAIT)) {
            return flushWindow();
        }
        Segment first = socket.sending.peek();
        if (!socket.ackFlag) {
            return first != null && first.inFlight && sendAgainIfLate(first);
        }
        if (first == null) {
            return false;
        }
        if (first.inFlight) {
            socket.ackFlag = false;
            socket.ackTimeOutPs = 0;
            socket.lastSequence += first.bytes;
            stack.sent(socket.sending.poll());
            if (socket.sending.isEmpty()) {
                return true;
            }
            first = socket.sending.peek();
        }
        first.sequence = socket.lastSequence;
        mark(first);
        return true;
    }

    private boolean sendAgainIfLate(Segment first) {
        if (stack.has(NetworkQuirk.NEVER_RETRANSMITS)) {
            return false;
        }
        if (thread.self().nowPs() < socket.ackTimeOutPs) {
            thread.self().comparesWith(socket.ackTimeOutPs);
            return false;
        }
        stack.counters().retransmissions++;
        mark(first);
        return true;
    }

    /** The repair of {@link NetworkQuirk#STOP_AND_WAIT}: what the window holds, all of it again when the oldest is late. */
    private boolean flushWindow() {
        boolean late = !stack.has(NetworkQuirk.NEVER_RETRANSMITS)
                && !socket.sending.isEmpty()
                && socket.sending.peek().inFlight
                && thread.self().nowPs() >= socket.ackTimeOutPs;
        int sequence = socket.lastSequence;
        boolean any = false;
        for (Segment segment : socket.sending) {
            int end = sequence + segment.bytes;
            if (end - socket.lastSequence > socket.remoteWindow && segment != socket.sending.peek()) {
                break;
            }
            if (!segment.inFlight || late) {
                stack.counters().retransmissions += segment.inFlight ? 1 : 0;
                segment.sequence = sequence;
                mark(segment);
                any = true;
            }
            sequence = end;
        }
        if (!any && !socket.sending.isEmpty() && !stack.has(NetworkQuirk.NEVER_RETRANSMITS)) {
            thread.self().comparesWith(socket.ackTimeOutPs);
        }
        return any;
    }

    private void mark(Segment segment) {
        thread.self().vcpu().changed();
        socket.ackFlag = false;
        segment.inFlight = true;
        segment.due = true;
        socket.ackTimeOutPs = stack.deadlinePs(ToroStack.WAIT_PS);
        stack.counters().segmentsSent++;
    }
}
