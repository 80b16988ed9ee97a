package io.torosim.virtio.testkit.planted;

/** Ways in which correct halves differ; none of them breaks a rule. */
enum Variant {
    PLAIN("as plain as can be"),
    BYTES("entries and descriptors are stored byte by byte"),
    REVERSED("halves of an entry in the other order"),
    REPEATED("entries and descriptors are stored twice"),
    ALWAYS_EVENT("always notifies, always interrupts"),
    ALWAYS_EVENT_UNFENCED("always notifies, always interrupts, with no fence in front of that"),
    LOOKS_AHEAD("device: looks at the next chain before it is asked"),
    ONE_FREE("driver: keeps one descriptor free"),
    ONE_FREE_THROWS("driver: keeps one descriptor free, and throws at what therefore never fits"),
    LAST_FIRST("driver: begins with the highest id, then the last that came back"),
    STOPS("driver: stops at a used length that is too long, takes an index too far ahead entry by entry"),
    OTHER_NAMES("device: names every error alike"),
    WRITES_BACK("driver: writes the flags of a used packed descriptor back as they are"),
    LONG_TABLES("device: serves a table longer than the queue, up to 1024 entries");

    final String story;

    Variant(String story) {
        this.story = story;
    }
}
