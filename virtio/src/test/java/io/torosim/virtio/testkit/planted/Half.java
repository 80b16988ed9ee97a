package io.torosim.virtio.testkit.planted;

/** Which of the four halves a fault is planted in. */
enum Half {
    SPLIT_DRIVER("split driver", false, true),
    SPLIT_DEVICE("split device", false, false),
    PACKED_DRIVER("packed driver", true, true),
    PACKED_DEVICE("packed device", true, false);

    final String title;
    final boolean packed;
    final boolean driver;

    Half(String title, boolean packed, boolean driver) {
        this.title = title;
        this.packed = packed;
        this.driver = driver;
    }
}
