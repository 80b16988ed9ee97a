package io.torosim.guest.idle;

import io.torosim.core.code.GuestCode;
import io.torosim.core.cost.CostModel;
import io.torosim.core.event.EventHandler;
import io.torosim.core.explore.Exploration.ScenarioMachine;
import io.torosim.core.explore.Scenario;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import io.torosim.core.machine.MachineSpec.MwaitMode;
import io.torosim.core.machine.RunResult.ExitCause;
import io.torosim.core.power.HostCpus.HostSleep;
import io.torosim.core.power.PowerMeter;
import io.torosim.core.power.PowerMeter.PowerTable;
import io.torosim.core.time.Picos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * One idle loop: a core that takes messages out of slots and waits when there are none, and other cores that put messages there and wake it.
 *
 * <p>{@link Routines} has the steps that loops share; {@link IdleLoops} lists all of them. The same routines are searched as a {@link Scenario} and, for
 * what they cost, run on a {@link Machine} with a {@link PowerMeter}.
 *
 * @param name on the command line
 * @param origin where it was seen
 * @param words what it does, in words
 * @param hazard what goes wrong in the faithful form
 * @param repair what the repaired form does instead
 * @param storeBuffers stores that a core may hold back in the faithful form, 0 where the order of visible stores is not the point of its
 *     hazard; the repaired form is searched with two at least
 * @param tickPs a tick of the search's clock; 0 for none
 * @param horizonPs beyond which times are not told apart
 * @param mwait whether it waits with {@code mwait}
 * @param mustHalt whether it must be able to come to a halt from every state
 * @param form how it is written
 */
public record IdleLoop(
        String name,
        String origin,
        String words,
        String hazard,
        String repair,
        int storeBuffers,
        long tickPs,
        long horizonPs,
        boolean mwait,
        boolean mustHalt,
        Form form) {

    /** Vector of the wake-up interrupt. */
    public static final int WAKE = 80;
    /** Vector of the idle core's timer. */
    public static final int TIMER = 64;
    /** Vector of the event from outside that makes a sender send, where a machine runs it under load. */
    public static final int REQUEST = 48;

    /** Stores that a core may hold back in the search of a repaired form, at least: it must hold under x86's order, fences included. */
    private static final int STORES_HELD_BACK = 2;

    /** How a loop is written. */
    @FunctionalInterface
    public interface Form {
        /** Adds its words to a scenario and returns its routines. */
        Parts on(Scenario.Builder scenario, Places places, boolean repaired);
    }

    /**
     * Its routines.
     *
     * @param idler the program of the idle core, which never ends
     * @param sender what sender {@code i} calls to put a message into its slot and wake the idle core
     */
    public record Parts(GuestCode idler, IntFunction<GuestCode> sender) {}

    /**
     * Where messages for one idle core lie: slot {@code i}, a word that is 1 while a message is in it.
     *
     * @param idler the idle core
     * @param mail address of slot 0
     * @param slots how many, one to a sender
     * @param prefix of the names of its words
     * @param notes address of the numbers of the last message sent to slot 0, the last one taken from it, and so on; 0 where a message is a
     *     mark without a number
     */
    public record Places(int idler, long mail, int slots, String prefix, long notes) {
        /** Returns whether messages have numbers. */
        public boolean numbered() {
            return notes != 0;
        }

        /** Returns the address of the number of the last message sent to a slot. */
        public long sent(long i) {
            return notes + Scenario.STRIDE * 2 * i;
        }

        /** Returns the address of the number of the last message taken from a slot. */
        public long got(long i) {
            return sent(i) + Scenario.STRIDE;
        }

        /** Returns the address of a slot. */
        public long slot(long i) {
            return mail + Scenario.STRIDE * i;
        }

        /** Returns the name of a word of this idle core's own. */
        public String own(String name) {
            return prefix + name;
        }
    }

    /**
     * Returns the loop with its senders as a scenario for the search.
     *
     * @param cores in [2, 33]: the idle core and senders
     * @param messages that each sender sends, at least 1
     */
    public Scenario scenario(boolean repaired, int cores, int messages) {
        check(cores, messages);
        Scenario.Builder builder = builder(repaired);
        Places places = places(builder, 0, cores - 1, "");
        Parts parts = form.on(builder, places, repaired);
        builder.vcpu(parts.idler());
        for (int i = 0; i < cores - 1; i++) {
            builder.vcpu(Routines.sends(List.of(parts.sender().apply(i))), messages);
        }
        return keepsTo(builder, List.of(places)).build();
    }

    /**
     * Returns the loop with messages that have numbers: a mark stands for all the work there is, a message for itself, so that one that is taken
     * together with another is lost. A sender does not wait until its slot is empty: the last message counts, as with a mailbox of one place.
     *
     * @param cores in [2, 33]: the idle core and senders
     * @param messages that each sender sends, at least 1
     */
    public Scenario numbered(boolean repaired, int cores, int messages) {
        check(cores, messages);
        Scenario.Builder builder = builder(repaired);
        Places marks = places(builder, 0, cores - 1, "");
        long notes = builder.word("sent0");
        builder.word("got0");
        for (int i = 1; i < cores - 1; i++) {
            builder.word("sent" + i);
            builder.word("got" + i);
        }
        Places places = new Places(0, marks.mail(), marks.slots(), "", notes);
        Parts parts = form.on(builder, places, repaired);
        builder.vcpu(parts.idler());
        for (int i = 0; i < cores - 1; i++) {
            builder.vcpu(Routines.sends(List.of(parts.sender().apply(i))), messages);
        }
        builder.atRest("no message is lost", "the last message was never taken", look -> {
            for (int i = 0; i < places.slots(); i++) {
                if (look.word(places.slot(i)) == 0 && look.word(places.got(i)) != look.word(places.sent(i))) {
                    return false;
                }
            }
            return true;
        });
        return keepsTo(builder, List.of(places)).build();
    }

    /**
     * Returns several idle cores with one sender, which sends each of them a message in turn.
     *
     * @param cores in [2, 33]: the sender and idle cores
     * @param messages to each idle core, at least 1
     */
    public Scenario fanOut(boolean repaired, int cores, int messages) {
        check(cores, messages);
        Scenario.Builder builder = builder(repaired);
        List<Places> all = new ArrayList<>();
        List<GuestCode> sends = new ArrayList<>();
        for (int i = 0; i < cores - 1; i++) {
            Places places = places(builder, i, 1, "core" + i + " ");
            Parts parts = form.on(builder, places, repaired);
            builder.vcpu(parts.idler());
            all.add(places);
            sends.add(parts.sender().apply(0));
        }
        builder.vcpu(Routines.sends(sends), messages);
        return keepsTo(builder, all).build();
    }

    private static void check(int cores, int messages) {
        if (cores < 2 || cores > 33 || messages < 1) {
            throw new IllegalArgumentException(
                    "cores must be in [2, 33] and messages at least 1, cores=" + cores + ", messages=" + messages);
        }
    }

    /** Returns the loop with one sender that sends whenever the stimulus {@code request} comes, for a machine under load. */
    public Scenario underLoad(boolean repaired) {
        Scenario.Builder builder = builder(repaired);
        Places places = places(builder, 0, 1, "");
        Parts parts = form.on(builder, places, repaired);
        builder.vcpu(parts.idler());
        long requests = builder.word("requests");
        builder.vcpu(Routines.sendsOnRequest(requests, parts.sender().apply(0)));
        builder.interrupt(REQUEST, Routines.nothing("request"));
        builder.mayCome("request", 100, look -> true, hand -> {
            hand.store(requests, hand.word(requests) + 1);
            hand.raise(1, REQUEST);
        });
        return keepsTo(builder, List.of(places)).build();
    }

    private Scenario.Builder builder(boolean repaired) {
        Scenario.Builder builder = Scenario.named(name + (repaired ? " repaired" : ""))
                .storeBuffers(repaired ? Math.max(storeBuffers, STORES_HELD_BACK) : storeBuffers)
                .interrupt(WAKE, Routines.nothing("wake-up interrupt"));
        return tickPs == 0 ? builder : builder.clock(tickPs, horizonPs);
    }

    private static Places places(Scenario.Builder builder, int idler, int slots, String prefix) {
        long mail = builder.word(prefix + "mail0");
        for (int i = 1; i < slots; i++) {
            builder.word(prefix + "mail" + i);
        }
        return new Places(idler, mail, slots, prefix, 0);
    }

    private Scenario.Builder keepsTo(Scenario.Builder builder, List<Places> all) {
        builder.atRest("no wake-up is lost", "an idle core waits for good with a message in a slot", look -> {
            for (Places places : all) {
                for (int i = 0; i < places.slots(); i++) {
                    if (look.word(places.slot(i)) != 0) {
                        return false;
                    }
                }
            }
            return true;
        });
        if (mustHalt) {
            builder.alwaysPossible("it can halt", "an idle core can never come to a halt again", look -> {
                for (Places places : all) {
                    if (!look.halted(places.idler())) {
                        return false;
                    }
                }
                return true;
            });
        }
        return builder;
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * What an idle loop costs on a machine of two vCPUs, each on a core of its own, under KVM without halt polling, the host choosing sleep
     * states as Linux's menu governor does.
     *
     * @param perSecond messages a second, evenly spaced
     * @param watts mean draw of the idle core
     * @param meanMicros mean time from the store of a message to its taking
     * @param longestMicros the longest
     * @param exitsPerSecond VM exits of the idle core
     * @param messages messages taken; those of a lost wake-up are missing
     */
    public record Cost(
            int perSecond,
            double watts,
            double meanMicros,
            double longestMicros,
            double exitsPerSecond,
            long messages) {

        private static final int IDLER = 0;

        /**
         * Runs it.
         *
         * @param perSecond in [1, 100000]
         * @param time how long, at least 1 ms
         */
        public static Cost of(IdleLoop loop, boolean repaired, int perSecond, Duration time) {
            Objects.requireNonNull(loop, "loop");
            Objects.requireNonNull(time, "time");
            if (perSecond < 1 || perSecond > 100_000 || time.toMillis() < 1) {
                throw new IllegalArgumentException("perSecond must be in [1, 100000] and time at least 1 ms, perSecond="
                        + perSecond + ", time=" + time);
            }
            Scenario scenario = loop.underLoad(repaired);
            MachineSpec spec = MachineSpec.builder()
                    .vcpus(2)
                    .costs(CostModel.standard())
                    .mwait(loop.mwait() ? MwaitMode.HONOURED : MwaitMode.NOP)
                    .build();
            try (Machine machine = Machine.create(spec)) {
                PowerMeter meter = new PowerMeter(2, PowerTable.of(spec.costs()));
                machine.trace().addSink(meter);
                HostSleep.install(machine, HostSleep.Choice.MENU);
                ScenarioMachine running = ScenarioMachine.start(machine, scenario);
                Taking taking = new Taking(machine);
                machine.observeSteps(vcpu -> taking.look(vcpu.nowPs()));
                long gapPs = Picos.PER_SECOND / perSecond;
                EventHandler request = (op, arg) -> running.happen("request");
                for (long atPs = gapPs / 2; atPs < Picos.of(time); atPs += gapPs) {
                    machine.simulation().at(atPs, Machine.DEVICE_PRIORITY, request, 0, 0);
                }
                machine.runUntil(time);
                double seconds = time.toNanos() / 1e9;
                long exits = 0;
                for (ExitCause cause : ExitCause.values()) {
                    exits += machine.vcpu(IDLER).exits(cause);
                }
                long microjoules = meter.upTo(Picos.of(time)).get(IDLER).microjoules();
                return new Cost(
                        perSecond,
                        microjoules / 1e6 / seconds,
                        taking.count == 0 ? 0 : taking.sumPs / 1e6 / taking.count,
                        taking.longestPs / 1e6,
                        exits / seconds,
                        taking.count);
            }
        }

        /** From the store of a message to its taking. */
        private static final class Taking {
            private final Machine machine;
            private long sincePs = -1;
            private long sumPs;
            private long longestPs;
            private long count;

            Taking(Machine machine) {
                this.machine = machine;
            }

            void look(long nowPs) {
                boolean there = machine.memory().load64(Scenario.FIRST_WORD) != 0;
                if (there && sincePs < 0) {
                    sincePs = nowPs;
                } else if (!there && sincePs >= 0) {
                    sumPs += nowPs - sincePs;
                    longestPs = Math.max(longestPs, nowPs - sincePs);
                    count++;
                    sincePs = -1;
                }
            }
        }
    }
}
