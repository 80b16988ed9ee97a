package io.torosim.virtio.testkit.broken;

/** The 37 real bugs that the broken queues reproduce, by their numbers in docs/virtio-rules.md, and none at all. */
enum Bug {
    NONE(0, "correct"),
    AVAIL_JUMP(1, "avail.idx beyond the queue size is served: rust-vmm/vm-virtio PR 196, firecracker 3149"),
    ERROR_REPARSED(2, "a fatal fetch error is parsed again for ever: microsoft/openvmm 4045"),
    SPAN_STALE_WRAP(3, "a packed list that spans the ring leaves the wrap counter stale: openvmm PR 3990"),
    LIST_DOES_NOT_WRAP(4, "a packed list does not wrap at the end of the ring: openvmm PR 2983"),
    ADDRESS_OVERFLOW(5, "address plus offset overflows: openvmm PR 3990"),
    USED_FLAGS_FIRST(6, "packed completion flips USED before len and id: sysprog21/kvm-host PR 50"),
    NO_BARRIER_AVAIL_EVENT(7, "no barrier between avail_event and the second look: cloud-hypervisor PR 2179"),
    WINDOW_TOO_NARROW(8, "event window wrong, event omitted: cloud-hypervisor PR 897"),
    NO_BARRIER_USED(9, "no barrier between used.idx and the wish for interrupts: acrn-hypervisor PR 2623"),
    EVENT_IGNORED(10, "EVENT_IDX agreed, flags used instead: rcore-os/tgoskits PR 2255"),
    USED_EVENT_STALE(11, "driver never updates used_event: rcore-os/virtio-drivers PR 121"),
    EVENT_NOT_MODULAR(12, "avail_idx >= avail_event + 1 without modular arithmetic: rcore-os/virtio-drivers"),
    INDEX_NOT_WRAPPED(13, "indices kept wider than 16 bits: arcboxlabs/arcbox PR 210"),
    FULL_LOOKS_EMPTY(14, "indices compared modulo the size: Solo5 PR 98"),
    NEVER_UNMUTED(15, "queue freezes once it was full: firecracker 2057, CVE-2020-16843"),
    TOP_OF_RAM(16, "buffer at the end of RAM refused: firecracker 1296"),
    TABLE_ALIGNED(17, "alignment demanded of indirect tables: rust-vmm/vm-virtio PR 220"),
    HEAD_LEAKED(18, "head of a malformed chain never returned: cloud-hypervisor PR 8401"),
    FIRST_DESCRIPTOR_ONLY(19, "only the first descriptor of a chain processed: cloud-hypervisor PR 7802"),
    USED_LEN_WRONG(20, "used.len counts the request too: libkrun PR 701"),
    USED_ID_UNCHECKED(21, "used.id not range-checked: RT-Thread 11326, OSv PR 1450"),
    USED_LEN_UNBOUNDED(22, "used.len not bounded by the buffer: rcore virtio-drivers PR 245"),
    HEADER_SIZE(23, "net header of 10 where it has 12 bytes: virtio-win PR 1529"),
    HEADER_NOT_APART(24, "legacy framing ignored: virtio-win 1090"),
    USED_MISALIGNED(25, "size formula without the tail misaligns the next ring: zephyr PR 46741"),
    SIZE_ABOVE_MAX(26, "driver programs its own queue size: au-ts/sddf PR 769"),
    PFN_IS_ADDRESS(27, "QueuePFN written as an address: nuta/operating-system-in-1000-lines PR 120"),
    FIFO_ASSUMED(28, "completion taken to be in order: SerenityOS PR 26513"),
    STALE_AFTER_RESET(29, "state survives the reset: firecracker PR 6171, cloud-hypervisor PR 8190"),
    UNBOUNDED_POPS(30, "more buffers popped than the queue has: QEMU CVE-2016-5403"),
    HUGE_LENGTH(31, "length not checked against memory: QEMU CVE-2016-7422"),
    ABSENT_QUEUE(32, "queue number of a notification used unchecked: QEMU CVE-2011-2512"),
    WRITE_AFTER_USED(33, "buffer written after its completion: QEMU CVE-2021-3748"),
    SUPERFLUOUS_INTERRUPTS(34, "an interrupt for every poll: cartesi/machine-emulator PR 301"),
    FREE_COUNT_PER_CHAIN(35, "free count drops by one a chain: torokernel VirtIO.pas"),
    AVAIL_AREA_SHORT(36, "rings allocated as 2 + 2q: torokernel VirtIO.pas"),
    NO_BARRIER_DRIVER(37, "no barrier between avail.idx and used.flags: torokernel VirtIO.pas");

    final int number;
    final String story;

    Bug(int number, String story) {
        this.number = number;
        this.story = story;
    }
}
