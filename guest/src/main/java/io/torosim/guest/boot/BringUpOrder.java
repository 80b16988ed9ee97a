package io.torosim.guest.boot;

/** In what order a kernel brings its application processors up. */
public enum BringUpOrder {
    /** One after the other with the waits of Toro 2018 (Arch.pas:InitCore), which end whether the core is there or not. */
    TORO("Toro 2018: one after the other, three Delay(10) each"),
    /**
     * One after the other with the waits that the processor's manual asks for (Intel SDM, volume 3, 8.4.4.1: INIT, 10 ms,
     * SIPI, 200 us, SIPI, 200 us), then until the core says that it is there.
     */
    MANUAL("one after the other, the manual's waits"),
    /** The same once for all cores: INIT and SIPI to all but oneself. */
    BROADCAST("all at once"),
    /** All at once, and the boot processor initializes memory, network, console and PCI instead of waiting. */
    OVERLAPPED("all at once, the other initialization meanwhile");

    private final String label;

    BringUpOrder(String label) {
        this.label = label;
    }

    /** Returns the name for people. */
    public String label() {
        return label;
    }
}
