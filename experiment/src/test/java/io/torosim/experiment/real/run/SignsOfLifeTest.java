package io.torosim.experiment.real.run;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torosim.experiment.real.host.CpuShare;
import io.torosim.experiment.real.host.RealMachine.RealMachineException;
import io.torosim.experiment.real.probe.ProbeSpec;
import io.torosim.experiment.real.probe.ProbeSpec.ProbePolicy;
import io.torosim.experiment.real.run.ProbeRun.ProbeSecond;
import org.junit.jupiter.api.Test;

class SignsOfLifeTest {
    private static ProbeSecond second(double percent) {
        return new ProbeSecond(new CpuShare(1, percent, percent, percent, 0, 0, 0, 0), 100, 0, 0, 0, 0);
    }

    @Test
    void aSecondWithoutTicks_isAHang_onWhicheverVcpu() throws Exception {
        SignsOfLife signs =
                new SignsOfLife(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 100).withVcpus(2));
        signs.look(second(1), 1, new long[] {100, 100});
        signs.look(second(1), 1, new long[] {1, 1});
        assertThatThrownBy(() -> signs.look(second(0), 1, new long[] {100, 0}))
                .isInstanceOf(RealMachineException.class)
                .hasMessage("the guest hangs: no timer interrupt came to vCPU 1 in second 3");
    }

    /** At a rate of less than three in an interval, several intervals must be silent. */
    @Test
    void aSlowTimer_isWaitedFor() throws Exception {
        SignsOfLife signs = new SignsOfLife(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 20));
        for (int i = 0; i < 5; i++) {
            signs.look(second(1), 0.1, new long[] {0});
            signs.look(second(1), 0.1, new long[] {1});
        }
        signs.look(second(1), 0.1, new long[] {0});
        assertThatThrownBy(() -> signs.look(second(1), 0.1, new long[] {0}))
                .hasMessageContaining("no timer interrupt came to vCPU 0");
    }

    @Test
    void withoutATimer_aPollerMustTakeCpu_andAHaltedGuestNothing() throws Exception {
        SignsOfLife halted = new SignsOfLife(ProbeSpec.of(ProbePolicy.HALT_AT_ONCE, 0));
        halted.look(second(0), 1, new long[] {0});
        SignsOfLife poller = new SignsOfLife(ProbeSpec.of(ProbePolicy.BUSY_POLL, 0));
        poller.look(second(99), 1, new long[] {0});
        assertThatThrownBy(() -> poller.look(second(0), 1, new long[] {0}))
                .hasMessage("the guest hangs: it polls for ever, and its threads took no CPU time in second 2");
    }
}
