package io.torosim.virtio;

/** A network card of a guest, with the driver that it has. */
public enum NicCard {
    /** virtio-net with Toro's driver of 2018. */
    VIRTIO_TORO("virtio-net, Toro 2018"),
    /** virtio-net with event index and no completion interrupts. */
    VIRTIO_EVENT_IDX("virtio-net, event index"),
    /** e1000 with Toro's driver of 2018. */
    E1000("e1000, Toro 2018"),
    /** ne2000 with Toro's driver of 2018. */
    NE2000("ne2000, Toro 2018");

    private final String label;

    NicCard(String label) {
        this.label = label;
    }

    /** Returns the name for tables. */
    public String label() {
        return label;
    }
}
