package io.torosim.sched.explore;

import static io.torosim.core.time.Picos.PER_MICRO;
import static io.torosim.core.time.Picos.PER_MILLI;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Vcpu;
import io.torosim.sched.GuestProgram;
import io.torosim.sched.GuestThread;
import io.torosim.sched.Step;
import io.torosim.sched.ToroQuirks.ToroQuirk;
import io.torosim.sched.explore.Scenario.Invariant;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The named scenarios of a kernel without devices: one for each {@link ToroQuirk} that can show there.
 *
 * <p>Each is a {@link KernelScenario}, whose threads {@link ScenarioRun} expects something of; {@link Explorer} searches them.
 */
public final class Scenarios {
    private static final int NIC_VECTOR = 43;

    private static final Set<ToroQuirk> NONE = EnumSet.noneOf(ToroQuirk.class);

    private static final List<Scenario> ALL = List.of(
            new KernelScenario(
                    "ipi-before-data",
                    ToroQuirk.IPI_BEFORE_DATA,
                    NONE,
                    Invariant.WOKEN_BEFORE_DATA,
                    2,
                    1500 * PER_MILLI,
                    Scenarios::remoteCreate),
            new KernelScenario(
                    "idle-flag-race",
                    ToroQuirk.IDLE_FLAG_RACE,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC, ToroQuirk.DISK_IRQ_BEFORE_HALT),
                    Invariant.LOST_WAKE_UP,
                    2,
                    1500 * PER_MILLI,
                    Scenarios::remoteCreateAsTargetGoesIdle),
            new KernelScenario(
                    "mailbox-deadlock",
                    ToroQuirk.HALT_WITH_MAIL,
                    EnumSet.of(
                            ToroQuirk.IDLE_FLAG_RACE,
                            ToroQuirk.HALT_NOT_ATOMIC,
                            ToroQuirk.DISK_IRQ_BEFORE_HALT,
                            ToroQuirk.NESTED_DELAY,
                            ToroQuirk.MESSAGE_READ_AFTER_WAKE),
                    Invariant.DEADLOCK,
                    2,
                    3000 * PER_MILLI,
                    Scenarios::chainOfRequests),
            new KernelScenario(
                    "halt-not-atomic",
                    ToroQuirk.HALT_NOT_ATOMIC,
                    EnumSet.of(ToroQuirk.IDLE_FLAG_RACE, ToroQuirk.DISK_IRQ_BEFORE_HALT),
                    Invariant.LOST_WAKE_UP,
                    2,
                    1500 * PER_MILLI,
                    Scenarios::remoteCreateAfterIdleFlag),
            new KernelScenario(
                    "packet-before-poll-halt",
                    ToroQuirk.PACKET_BEFORE_POLL_HALT,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC),
                    Invariant.LOST_WAKE_UP,
                    1,
                    600 * PER_MILLI,
                    Scenarios::packetAtPollHalt),
            new KernelScenario(
                    "nested-delay",
                    ToroQuirk.NESTED_DELAY,
                    EnumSet.of(ToroQuirk.IDLE_FLAG_RACE, ToroQuirk.HALT_NOT_ATOMIC),
                    Invariant.LOST_WAKE_UP,
                    3,
                    2500 * PER_MILLI,
                    Scenarios::twoRequesters),
            new KernelScenario(
                    "resume-sends-no-ipi",
                    ToroQuirk.RESUME_SENDS_NO_IPI,
                    EnumSet.of(ToroQuirk.HALT_NOT_ATOMIC, ToroQuirk.DISK_IRQ_BEFORE_HALT),
                    Invariant.LOST_WAKE_UP,
                    2,
                    600 * PER_MILLI,
                    Scenarios::resumeAcrossCores),
            new KernelScenario(
                    "resume-before-suspend",
                    ToroQuirk.RESUME_BEFORE_SUSPEND,
                    EnumSet.of(
                            ToroQuirk.HALT_NOT_ATOMIC, ToroQuirk.DISK_IRQ_BEFORE_HALT, ToroQuirk.RESUME_SENDS_NO_IPI),
                    Invariant.LOST_WAKE_UP,
                    2,
                    600 * PER_MILLI,
                    Scenarios::resumeWhileSuspending),
            new KernelScenario(
                    "halt-without-timer",
                    ToroQuirk.HALT_WITHOUT_TIMER,
                    NONE,
                    Invariant.LOST_WAKE_UP,
                    1,
                    1200 * PER_MILLI,
                    Scenarios::pollForAMoment),
            new KernelScenario(
                    "pollers-skipped",
                    ToroQuirk.POLLERS_SKIPPED,
                    NONE,
                    Invariant.STARVATION,
                    1,
                    2500 * PER_MILLI,
                    Scenarios::pollerBesideALoop),
            new KernelScenario(
                    "exited-poller-stays",
                    ToroQuirk.EXITED_POLLER_STAYS,
                    NONE,
                    Invariant.NEVER_HALTS,
                    1,
                    900 * PER_MILLI,
                    Scenarios::pollerExits),
            new KernelScenario(
                    "resume-overwrites-idle",
                    ToroQuirk.RESUME_OVERWRITES_IDLE,
                    NONE,
                    Invariant.POLLING_COUNTS,
                    1,
                    900 * PER_MILLI,
                    Scenarios::resumeIdlePoller),
            new KernelScenario(
                    "exit-scans-forever",
                    ToroQuirk.EXIT_SCANS_FOREVER,
                    NONE,
                    Invariant.NEVER_HALTS,
                    1,
                    600 * PER_MILLI,
                    Scenarios::exitBesideASuspendedThread),
            new KernelScenario(
                    "message-read-after-wake",
                    ToroQuirk.MESSAGE_READ_AFTER_WAKE,
                    NONE,
                    Invariant.MESSAGE_LOST,
                    2,
                    3000 * PER_MILLI,
                    Scenarios::chainOfRequests),
            new KernelScenario(
                    "ipi-saves-no-registers",
                    ToroQuirk.IPI_SAVES_NO_REGISTERS,
                    NONE,
                    Invariant.REGISTERS,
                    3,
                    2500 * PER_MILLI,
                    Scenarios::twoRequesters),
            new KernelScenario(
                    "sleep-saves-no-registers",
                    ToroQuirk.SLEEP_SAVES_NO_REGISTERS,
                    NONE,
                    Invariant.REGISTERS,
                    1,
                    600 * PER_MILLI,
                    Scenarios::sleepBesideALoop),
            new KernelScenario(
                    "kill-needs-switch",
                    ToroQuirk.KILL_NEEDS_SWITCH,
                    NONE,
                    Invariant.KILLED_LIVES,
                    1,
                    600 * PER_MILLI,
                    Scenarios::killSuspended),
            new KernelScenario(
                    "resumes-starve",
                    ToroQuirk.WAKE_HANDLER_DELAYS,
                    EnumSet.of(
                            ToroQuirk.HALT_NOT_ATOMIC,
                            ToroQuirk.DISK_IRQ_BEFORE_HALT,
                            ToroQuirk.RESUME_BEFORE_SUSPEND,
                            ToroQuirk.RESUME_SENDS_NO_IPI),
                    Invariant.STARVATION,
                    2,
                    1500 * PER_MILLI,
                    Scenarios::resumeAgainAndAgain));

    private Scenarios() {}

    /** Returns all scenarios, in order. */
    public static List<Scenario> all() {
        return ALL;
    }

    /**
     * Returns the scenario of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Scenario named(String name) {
        for (Scenario scenario : ALL) {
            if (scenario.name().equals(name)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException("there is no scenario of that name, scenario=" + name);
    }

    private static Step compute(long ps) {
        return self -> self.compute(ps);
    }

    private static GuestProgram idleForGood() {
        return new Parked();
    }

    private static Step begin(int core) {
        return self -> self.beginThread(core, "remote", idleForGood());
    }

    // ---- remote creation

    private static void remoteCreate(ScenarioRun run) {
        Parked main = new Parked(compute(PER_MILLI), begin(1));
        run.spawn(0, "main", main);
        run.doneWhen(main::over);
    }

    private static void remoteCreateAsTargetGoesIdle(ScenarioRun run) {
        Parked main = new Parked(compute(450 * PER_MICRO), begin(1));
        run.spawn(0, "main", main);
        run.spawn(1, "worker", new Parked(compute(300 * PER_MICRO)));
        run.doneWhen(main::over);
    }

    private static void remoteCreateAfterIdleFlag(ScenarioRun run) {
        Parked main = new Parked(compute(430 * PER_MICRO), begin(1));
        run.spawn(0, "main", main);
        run.spawn(1, "worker", new Parked(compute(300 * PER_MICRO)));
        run.doneWhen(main::over);
    }

    private static void twoRequesters(ScenarioRun run) {
        Parked first = new Parked(compute(PER_MILLI), begin(1));
        Parked second = new Parked(compute(55 * PER_MILLI), begin(1)); // its interrupt comes into the other's answer
        run.spawn(0, "first", first);
        run.spawn(2, "second", second);
        run.doneWhen(() -> first.over() && second.over());
    }

    private static void chainOfRequests(ScenarioRun run) {
        Parked[] requesters = {
            new Parked(compute(PER_MICRO), begin(1)),
            new Parked(compute(PER_MICRO), begin(1)),
            new Parked(compute(PER_MICRO), begin(1), compute(PER_MICRO), begin(1))
        };
        for (int i = 0; i < requesters.length; i++) {
            run.spawn(0, "requester" + i, requesters[i]);
        }
        run.doneWhen(() -> requesters[0].over() && requesters[1].over() && requesters[2].over());
    }

    // ---- interrupts and halts

    /** A queue of packets, its interrupt and the thread that polls it. */
    private static final class Packets {
        int waiting;
        int taken;

        static Packets on(ScenarioRun run) {
            Packets packets = new Packets();
            run.kernel().onInterrupt(NIC_VECTOR, () -> new Activity() {
                private boolean queued;

                @Override
                public long step(Vcpu vcpu) {
                    if (queued) {
                        return DONE;
                    }
                    queued = true;
                    packets.waiting++;
                    return 3 * PER_MICRO;
                }
            });
            run.work("a packet", 0, () -> packets.waiting > 0);
            return packets;
        }

        GuestProgram poller() {
            return new GuestProgram() {
                private boolean looked;

                @Override
                public long next(GuestThread self) {
                    if (looked) {
                        looked = false;
                        return self.switchIdle();
                    }
                    if (waiting > 0) {
                        self.active();
                        waiting--;
                        taken++;
                        return self.compute(5 * PER_MICRO);
                    }
                    looked = true;
                    return self.poll(50_000);
                }
            };
        }
    }

    private static void packetAtPollHalt(ScenarioRun run) {
        Packets packets = Packets.on(run);
        run.spawn(0, "packets", packets.poller());
        run.at(200 * PER_MILLI, "packet", () -> run.machine().raiseIrq(NIC_VECTOR));
        run.doneWhen(() -> packets.taken == 1);
    }

    private static void pollerBesideALoop(ScenarioRun run) {
        Packets packets = Packets.on(run);
        run.spawn(0, "packets", packets.poller());
        run.spawn(0, "main", GuestProgram.loop(compute(10 * PER_MILLI), Step.yieldCpu()));
        run.at(300 * PER_MILLI, "packet", () -> run.machine().raiseIrq(NIC_VECTOR));
        run.doneWhen(() -> packets.taken == 1);
    }

    /** Says that it only polls from 100 ms on, so that the other polling thread becomes idle first. */
    private static GuestProgram lateIdler() {
        return self -> self.nowPs() < 100 * PER_MILLI ? busyThenSwitch(self) : self.switchIdle();
    }

    private static long busyThenSwitch(GuestThread self) {
        return self.sleep(PER_MILLI);
    }

    private static void resumeIdlePoller(ScenarioRun run) {
        GuestThread service = run.spawn(0, "service", GuestThread::switchIdle);
        run.spawn(0, "late", lateIdler());
        boolean[] resumed = {false};
        run.spawn(0, "main", new Parked(self -> self.sleep(250 * PER_MILLI), self -> {
            resumed[0] = true;
            self.resume(service);
            return self.compute(PER_MICRO);
        }));
        run.doneWhen(() -> resumed[0]);
    }

    private static void pollForAMoment(ScenarioRun run) {
        long momentPs = 500 * PER_MILLI;
        boolean[] over = {false};
        run.spawn(0, "watcher", self -> {
            if (self.nowPs() >= momentPs) {
                over[0] = true;
                return self.suspend();
            }
            self.comparesWith(momentPs);
            return self.switchIdleUntil(momentPs);
        });
        run.work(
                "a moment that has come",
                0,
                () -> !over[0] && run.machine().simulation().nowPs() > momentPs + PER_MILLI);
        run.doneWhen(() -> over[0]);
    }

    // ---- thread life

    private static void resumeAcrossCores(ScenarioRun run) {
        boolean[] back = {false};
        GuestThread waiter = run.spawn(1, "waiter", new Parked(Step.suspend(), self -> {
            back[0] = true;
            return self.compute(PER_MICRO);
        }));
        run.spawn(0, "main", new Parked(compute(PER_MILLI), self -> {
            self.resume(waiter);
            return self.compute(PER_MICRO);
        }));
        run.doneWhen(() -> back[0]);
    }

    private static void resumeAgainAndAgain(ScenarioRun run) {
        int[] resumed = {0};
        int[] taken = {0};
        GuestThread waiter = run.spawn(1, "waiter", self -> {
            taken[0] = resumed[0];
            return self.suspend();
        });
        run.spawn(0, "main", self -> {
            if (self.nowPs() > 1300 * PER_MILLI) {
                return self.suspend();
            }
            if (self.nowPs() > PER_MILLI) {
                resumed[0]++;
                self.resume(waiter);
            }
            return self.compute(20 * PER_MILLI);
        });
        run.work("a resumed thread", 1, () -> resumed[0] > taken[0]);
        run.doneWhen(() -> resumed[0] > 0 && resumed[0] == taken[0]);
    }

    private static void resumeWhileSuspending(ScenarioRun run) {
        boolean[] flag = {false};
        boolean[] seen = {false};
        GuestThread waiter = run.spawn(1, "waiter", new GuestProgram() {
            private boolean looked;

            @Override
            public long next(GuestThread self) {
                if (looked) {
                    looked = false;
                    return self.suspend();
                }
                seen[0] = flag[0];
                looked = true;
                return self.compute(PER_MICRO); // between the look and the suspend
            }
        });
        run.spawn(0, "main", new Parked(compute(2 * PER_MICRO), self -> {
            self.resume(waiter);
            flag[0] = true;
            return self.compute(PER_MICRO);
        }));
        run.work("a flag", 1, () -> flag[0] && !seen[0]);
        run.doneWhen(() -> seen[0]);
    }

    private static void pollerExits(ScenarioRun run) {
        run.spawn(0, "service", GuestThread::switchIdle);
        run.spawn(0, "short", GuestProgram.once(Step.yieldIdle(), Step.yieldIdle()));
        run.mustHalt(0);
    }

    private static void exitBesideASuspendedThread(ScenarioRun run) {
        run.spawn(0, "suspended", new Parked());
        run.spawn(0, "short", GuestProgram.once(Step.compute(Duration.ofNanos(100_000))));
        run.mustHalt(0);
    }

    private static void sleepBesideALoop(ScenarioRun run) {
        boolean[] slept = {false};
        run.spawn(0, "sleeper", new Parked(self -> self.sleep(10 * PER_MILLI), self -> {
            slept[0] = true;
            return self.compute(PER_MICRO);
        }));
        run.spawn(0, "main", GuestProgram.loop(compute(5 * PER_MILLI), Step.yieldCpu()));
        run.doneWhen(() -> slept[0]);
    }

    private static void killSuspended(ScenarioRun run) {
        GuestThread victim = run.spawn(0, "victim", idleForGood());
        run.spawn(0, "main", new Parked(compute(PER_MILLI), self -> {
            self.kill(victim);
            return self.compute(PER_MICRO);
        }));
        run.mustDie(victim);
    }
}
