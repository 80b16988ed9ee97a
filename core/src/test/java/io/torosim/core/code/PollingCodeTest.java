package io.torosim.core.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.torosim.core.bus.Bus.PortDevice;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.machine.Activity;
import io.torosim.core.machine.Machine;
import io.torosim.core.machine.MachineSpec;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guest code that polls memory or a register: nothing announces their changes, so that no round of such a loop is passed over. */
final class PollingCodeTest {
    private static final long MAIL = 0x1000;
    private static final int PORT = 0x300;
    private static final int TAKEN = 0x2000;
    private static final int SENT = 0x3000;

    enum Place {
        MEMORY {
            @Override
            int look(GuestCpu cpu) {
                return cpu.load32(MAIL);
            }

            @Override
            void put(GuestCpu cpu, int value) {
                cpu.store32(MAIL, value);
            }
        },
        PORT_OF_A_DEVICE {
            @Override
            int look(GuestCpu cpu) {
                return cpu.in(PORT, 4);
            }

            @Override
            void put(GuestCpu cpu, int value) {
                cpu.out(PORT, 4, value);
            }
        };

        abstract int look(GuestCpu cpu);

        abstract void put(GuestCpu cpu, int value);
    }

    private static final class Register implements PortDevice {
        private int value;

        @Override
        public int read(int port, int widthBytes) {
            return value;
        }

        @Override
        public void write(int port, int widthBytes, int written) {
            value = written;
        }
    }

    private static GuestCode poller(Place place) {
        return Steps.of("poller", 2)
                .forever(loop -> loop.step("head", (cpu, f) -> cpu.vcpu().roundRepeats(1) ? StepResult.SPIN : 100_000)
                        .step("look", (cpu, f) -> {
                            f.w[0] = place.look(cpu);
                            return 300_000;
                        })
                        .ifPositive("mail", 0, body -> body.step("take", (cpu, f) -> {
                                    place.put(cpu, 0);
                                    return 100;
                                })
                                .step("count", (cpu, f) -> {
                                    cpu.own().store32(TAKEN, (int) ++f.w[1]);
                                    return 10;
                                })))
                .build();
    }

    private static GuestCode writer(Place place) {
        return Steps.of("writer", 1)
                .forever(loop -> loop.step("put", (cpu, f) -> {
                            place.put(cpu, 1);
                            return 1_000;
                        })
                        .step("count", (cpu, f) -> {
                            cpu.own().store32(SENT, (int) ++f.w[0]);
                            return 10;
                        })
                        .takes("pause", 50_000_000L))
                .build();
    }

    private static void start(Machine machine, int vcpu, GuestCode code) {
        CodeRun run = new CodeRun(new GuestCpu(machine.vcpu(vcpu)), code);
        run.begin();
        machine.vcpu(vcpu).start(run, vector -> x -> Activity.DONE);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void everyMailIsSeen_exactlyAndNot_andTheCheckAgrees(Place place) {
        for (boolean exact : new boolean[] {true, false}) {
            for (boolean check : new boolean[] {false, true}) {
                Machine machine = Machine.create(MachineSpec.builder()
                        .vcpus(2)
                        .ramMib(16)
                        .exactStepping(exact)
                        .checkPolling(check)
                        .build());
                machine.bus().claim("mailbox", PORT, 4, new Register());
                start(machine, 0, poller(place));
                start(machine, 1, writer(place));
                machine.runUntil(Duration.ofMillis(5));
                int sent = machine.memory().load32(SENT);
                assertThat(sent).isBetween(80, 100); // a port takes longer
                assertThat(machine.memory().load32(TAKEN))
                        .as("exact %s, check %s", exact, check)
                        .isEqualTo(sent);
            }
        }
    }
}
