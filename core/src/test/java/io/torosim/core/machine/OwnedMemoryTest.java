package io.torosim.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.CodeRun;
import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.GuestCpu;
import io.torosim.core.code.Steps;
import io.torosim.core.code.Steps.StepBody;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The check of steps names the first access to memory that a routine takes for its own and that another may be at; what is handed over is the other's to have. */
final class OwnedMemoryTest {
    private static final int PORT = 0x300;
    private static final long BUFFER = 0x4000;
    private static final long FLAG = 0x5000;
    private static final long TICK = 1_000;
    private static final int VECTOR = 60;

    private final Machine machine =
            Machine.create(MachineSpec.builder().vcpus(2).checkSteps(true).build());

    private CodeRun run(int vcpu, GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), code);
        run.begin();
        return run;
    }

    private void start(int vcpu, GuestCode code, GuestCode handler) {
        machine.vcpu(vcpu).start(run(vcpu, code), vector -> run(vcpu, handler));
    }

    private String found() {
        RunResult result = machine.runUntil(Duration.ofNanos(10_000));
        String found = machine.stepCheck().takenForOwn();
        assertThat(result.warnings().stream().filter(w -> w.startsWith("checkSteps: ")))
                .hasSize(found.isEmpty() ? 0 : 1);
        return found;
    }

    private static GuestCode nothing() {
        return Steps.of("nothing", 0).step("iret", (cpu, f) -> StepResult.DONE).build();
    }

    private static GuestCode once(Steps routine) {
        return routine.step("over", (cpu, f) -> StepResult.OFF).build();
    }

    /** How one core tells the other that the buffer is its. */
    private enum How {
        NOT_AT_ALL(false),
        IN_A_WORD(true),
        BY_AN_EXCHANGE(true),
        BY_AN_INTERRUPT(true),
        IN_A_JAVA_OBJECT(true);

        final boolean ordered;

        How(boolean ordered) {
            this.ordered = ordered;
        }
    }

    @ParameterizedTest
    @EnumSource
    void betweenCores(How how) {
        SharedWord object = new SharedWord(machine, 0);
        StepBody tells = (cpu, f) -> {
            switch (how) {
                case NOT_AT_ALL -> {}
                case IN_A_WORD -> cpu.store32(FLAG, 1);
                case BY_AN_EXCHANGE -> cpu.exchange64(FLAG, 1);
                case BY_AN_INTERRUPT -> cpu.sendIpi(0, VECTOR);
                case IN_A_JAVA_OBJECT -> object.set(1);
            }
            return TICK;
        };
        start(
                1,
                once(Steps.of("writer", 0)
                        .step("fills", (cpu, f) -> {
                            cpu.own().store32(BUFFER, 7);
                            return TICK;
                        })
                        .step("tells", tells)),
                nothing());
        start(
                0,
                once(Steps.of("reader", 0)
                        .takes("waits", 5_000 * TICK)
                        .step(
                                "looks",
                                (cpu, f) -> how == How.IN_A_WORD || how == How.BY_AN_EXCHANGE
                                        ? TICK * cpu.load32(FLAG)
                                        : TICK)
                        .takes("works", 5 * TICK)
                        .step("reads", (cpu, f) -> {
                            cpu.own().load32(BUFFER);
                            return TICK;
                        })),
                nothing());
        assertThat(found())
                .isEqualTo(
                        how.ordered
                                ? ""
                                : "reader: reads, on vCPU 0, takes 0x4000 for its own, while vCPU 1 may be at it");
    }

    /** A flag that is polled as one's own is none. */
    @Test
    void aFlagOfAnother_thatIsPolledAsOnesOwn() {
        start(
                1,
                once(Steps.of("writer", 0).takes("works", 20 * TICK).step("tells", (cpu, f) -> {
                    cpu.store32(FLAG, 1);
                    return TICK;
                })),
                nothing());
        start(
                0,
                Steps.of("poller", 0)
                        .forever(loop -> loop.step("polls", (cpu, f) -> {
                            cpu.own().load32(FLAG);
                            return TICK;
                        }))
                        .build(),
                nothing());
        assertThat(found()).isEqualTo("poller: polls, on vCPU 0, takes 0x5000 for its own, while vCPU 1 may be at it");
    }

    /** What is no routine stores for others, whoever it is. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatADeviceOrAProgramOfJavaStores(boolean device) {
        if (device) {
            machine.simulation().at(20 * TICK, (op, arg) -> machine.memory().store32(BUFFER, 1), 0, 0);
        } else {
            machine.vcpu(1)
                    .start(
                            vcpu -> {
                                machine.memory().store32(BUFFER, 1);
                                return 20 * TICK;
                            },
                            vector -> v -> Activity.DONE);
        }
        start(
                0,
                Steps.of("poller", 0)
                        .forever(loop -> loop.step("polls", (cpu, f) -> {
                            cpu.own().load16(BUFFER + 2);
                            return TICK;
                        }))
                        .build(),
                nothing());
        assertThat(found())
                .isEqualTo("poller: polls, on vCPU 0, takes 0x4002 for its own, while "
                        + (device ? "a device" : "vCPU 1") + " may be at it");
    }

    /** A ring: a descriptor is the driver's until the index that names it is stored, and again when the device has given it back. */
    @ParameterizedTest
    @ValueSource(
            strings = {"in order", "filled too late", "taken back too early", "after the interrupt", "at a register"})
    void aRing(String how) {
        machine.bus().claim("card", PORT, 1, new PortDevice() {
            @Override
            public int read(int offset, int widthBytes) {
                return 0;
            }

            @Override
            public void write(int offset, int widthBytes, int value) {
                if (how.equals("at a register")) {
                    serve();
                }
            }
        });
        if (!how.equals("at a register")) {
            machine.simulation().at(20 * TICK, (op, arg) -> serve(), 0, 0);
        }
        StepBody fills = (cpu, f) -> {
            cpu.own().store32(BUFFER, 5);
            cpu.own().store32(BUFFER + 4, 5);
            return TICK;
        };
        StepBody takesBack = (cpu, f) -> {
            cpu.own().load32(BUFFER);
            return TICK;
        };
        Steps driver = Steps.of("driver", 0);
        if (!how.equals("filled too late")) {
            driver.step("fills", fills);
        }
        driver.step("stores the index", (cpu, f) -> {
            cpu.store16(FLAG, 1);
            return TICK;
        });
        if (how.equals("filled too late")) {
            driver.step("fills", fills);
        }
        driver.step("kicks", (cpu, f) -> {
            if (how.equals("at a register")) {
                cpu.out(PORT, 1, 1);
            }
            return TICK;
        });
        driver.takes("waits", 40 * TICK);
        if (how.equals("in order")) {
            driver.step("loads the index", (cpu, f) -> TICK * cpu.load16(FLAG + 2));
        }
        driver.step("takes it back", takesBack);
        start(0, once(driver), nothing());
        if (how.equals("after the interrupt")) {
            machine.simulation().at(22 * TICK, (op, arg) -> machine.vcpu(0).raise(VECTOR), 0, 0);
        }
        assertThat(found())
                .isEqualTo(
                        switch (how) {
                            case "filled too late" -> "driver: fills, on vCPU 0, takes 0x4000 for its own, while a device may be"
                                    + " at it";
                            case "taken back too early" -> "driver: takes it back, on vCPU 0, takes 0x4000 for its own, while"
                                    + " a device may be at it";
                            default -> "";
                        });
    }

    /** The device looks at the index, works on the descriptor and gives it back. */
    private void serve() {
        machine.memory().load16(FLAG);
        machine.memory().load32(BUFFER);
        machine.memory().store32(BUFFER, 9);
        machine.memory().store16(FLAG + 2, 1);
    }

    /** What lay there before the run began, and what its own interrupt handler has done, is the core's. */
    @Test
    void whatIsTheCoresOwn() {
        machine.memory().store32(BUFFER, 1);
        StepBody both = (cpu, f) -> {
            cpu.own().store32(BUFFER, cpu.own().load32(BUFFER) + 1);
            return TICK;
        };
        start(
                0,
                Steps.of("worker", 0).forever(loop -> loop.step("counts", both)).build(),
                Steps.of("handler", 0)
                        .step("counts too", both)
                        .step("iret", (cpu, f) -> StepResult.DONE)
                        .build());
        machine.simulation().at(22 * TICK, (op, arg) -> machine.vcpu(0).raise(VECTOR), 0, 0);
        assertThat(found()).isEmpty();
        assertThat(machine.memory().load32(BUFFER)).isGreaterThan(1_000);
    }
}
