package io.torosim.system.docs;

import io.torosim.core.code.GuestCode;
import io.torosim.core.code.GuestCode.StepResult;
import io.torosim.core.code.Steps;
import io.torosim.core.explore.Scenario;
import java.util.function.Supplier;

/** The example of docs/laboratory.md: a core that waits for a letter, and one that puts it into the box and rings. */
public class DoorbellScenario implements Supplier<Scenario> {
    private static final int BELL = 80; // the vector
    private static final int LETTER = 0; // a word of the frame

    private final boolean repaired;

    public DoorbellScenario() {
        this(false);
    }

    DoorbellScenario(boolean repaired) {
        this.repaired = repaired;
    }

    @Override
    public Scenario get() {
        Scenario.Builder scenario = Scenario.named("doorbell").storeBuffers(1); // x86: a store may be seen late
        long box = scenario.word("box");
        long asleep = scenario.word("asleep");

        Steps waits = Steps.of("resident", 1);
        waits.step("cli", (cpu, frame) -> {
            cpu.interrupts(false);
            return 1; // picoseconds on a machine; an access to shared memory is one step
        });
        if (repaired) {
            waits.step("lie down", (cpu, frame) -> {
                cpu.store64(asleep, 1);
                return 1;
            });
            waits.step("fence", (cpu, frame) -> {
                cpu.fence();
                return 1;
            });
        }
        waits.step("look into the box", (cpu, frame) -> {
            frame.w[LETTER] = cpu.load64(box);
            return 1;
        });
        waits.ifEqual("empty", LETTER, 0, sleep -> {
            if (!repaired) {
                sleep.step("lie down", (cpu, frame) -> {
                    cpu.store64(asleep, 1);
                    return 1;
                });
            }
            sleep.step("sti; hlt", (cpu, frame) -> {
                cpu.interrupts(true);
                return StepResult.HALT;
            });
        });

        GuestCode brings = Steps.of("postman", 1)
                .step("put the letter into the box", (cpu, frame) -> {
                    cpu.store64(box, 1);
                    return 1;
                })
                .step("fence", (cpu, frame) -> {
                    cpu.fence();
                    return 1;
                })
                .step("asleep?", (cpu, frame) -> {
                    frame.w[LETTER] = cpu.load64(asleep);
                    return 1;
                })
                .ifPositive(
                        "yes",
                        LETTER,
                        ring -> ring.step("ring", (cpu, frame) -> {
                            cpu.sendIpi(0, BELL);
                            return 1;
                        }))
                .build();

        return scenario.vcpu(waits.build())
                .vcpu(brings)
                .interrupt(
                        BELL,
                        Steps.of("bell", 0).step("rings", (cpu, frame) -> 1).build())
                .atRest("the letter is got", "the resident sleeps beside a full box", look -> look.over(0))
                .build();
    }
}
