package io.torosim.sched;

/** Which routine of Process.pas or Arch.pas a place of {@link CoreScheduler} lies in: for profiles. (A call says its own: {@link BlockingCall#routine}.) */
final class CorePlaces {
    private CorePlaces() {}

    static String routine(int place) {
        return switch (place) {
            case CoreScheduler.SWITCH, CoreScheduler.SWITCH_IDLE, CoreScheduler.RETURN -> "SysThreadSwitch";
            case CoreScheduler.ACT -> "send_apic_int";
            case CoreScheduler.EXIT -> "ThreadExit";
            case CoreScheduler.MAIN_OVER -> "SystemExit";
            case CoreScheduler.EMIGRATE -> "Scheduling: Emigrating";
            case CoreScheduler.IMMIGRATE -> "Scheduling: Inmigrating";
            case CoreScheduler.DISPATCH -> "Scheduling: switch of threads";
            case CoreScheduler.SCHEDULING,
                    CoreScheduler.LOOP,
                    CoreScheduler.SCAN,
                    CoreScheduler.DECIDE -> "Scheduling: look for a thread";
            case CoreScheduler.DELAYING -> "Delay";
            case CoreScheduler.SEND_IPI -> "send_apic_int";
            default -> "Scheduling: nothing to run";
        };
    }
}
