package io.torosim.core.explore;

import io.torosim.core.explore.Scenario.Look;

/** What is looked at through it cannot be changed. */
final class Eyes implements Look {
    private final Look look;

    Eyes(Look look) {
        this.look = look;
    }

    @Override
    public long word(long address) {
        return look.word(address);
    }

    @Override
    public long nowPs() {
        return look.nowPs();
    }

    @Override
    public boolean halted(int vcpu) {
        return look.halted(vcpu);
    }

    @Override
    public boolean over(int vcpu) {
        return look.over(vcpu);
    }

    @Override
    public boolean interruptComing(int vcpu) {
        return look.interruptComing(vcpu);
    }

    @Override
    public boolean timerSet(int vcpu) {
        return look.timerSet(vcpu);
    }
}
