package io.torosim.virtio.testkit.planted;

import static io.torosim.virtio.testkit.planted.Half.PACKED_DEVICE;
import static io.torosim.virtio.testkit.planted.Half.PACKED_DRIVER;
import static io.torosim.virtio.testkit.planted.Half.SPLIT_DEVICE;
import static io.torosim.virtio.testkit.planted.Half.SPLIT_DRIVER;

/**
 * Single faults, each planted in one of four halves that were written from docs/virtio.md, the interfaces of the queue
 * halves and the specification, before a look at any check of the kit.
 */
enum Fault {
    /** None: the halves as they should be. */
    NONE(null, "correct"),

    // split driver: order
    SD_IDX_BEFORE_SLOT(SPLIT_DRIVER, "avail.idx is stored before the ring slot"),
    SD_IDX_BEFORE_DESC(SPLIT_DRIVER, "avail.idx is stored before the descriptors"),
    SD_NO_RELEASE(SPLIT_DRIVER, "avail.idx is stored without release"),
    SD_NO_ACQUIRE(SPLIT_DRIVER, "used.idx is loaded without acquire"),
    SD_NO_FENCE_KICK(SPLIT_DRIVER, "no barrier between avail.idx and used.flags", "torokernel VirtIO.pas"),
    SD_NO_FENCE_ENABLE(SPLIT_DRIVER, "no barrier between asking for interrupts and the second look"),
    SD_NO_RECHECK(SPLIT_DRIVER, "no second look after asking for interrupts", "virtio-spec 2.7.14 note"),
    SD_WISH_READ_EARLY(SPLIT_DRIVER, "used.flags and avail_event are read before avail.idx is stored"),
    // split driver: notifications
    SD_KICK_ONCE(SPLIT_DRIVER, "notifies for the first publication only"),
    SD_KICK_INVERTED(SPLIT_DRIVER, "NO_NOTIFY read the wrong way round"),
    SD_EVENT_FLAGS(SPLIT_DRIVER, "EVENT_IDX agreed, used.flags asked instead", "rcore-os/tgoskits PR 2255"),
    SD_EVENT_LAST_ONLY(SPLIT_DRIVER, "avail_event must be the very last index published", "cloud-hypervisor PR 897"),
    SD_EVENT_NOT_MODULAR(SPLIT_DRIVER, "avail.idx >= avail_event + 1", "rcore-os/virtio-drivers queue.rs"),
    SD_EVENT_WRONG_PLACE(SPLIT_DRIVER, "avail_event read two bytes early", "torokernel VirtIO.pas"),
    SD_USED_EVENT_WRONG_PLACE(SPLIT_DRIVER, "used_event written onto the last slot of the ring"),
    SD_USED_EVENT_AHEAD(SPLIT_DRIVER, "used_event one too far"),
    SD_USED_EVENT_STALE(SPLIT_DRIVER, "used_event never written again", "rcore-os/virtio-drivers PR 121"),
    SD_FLAGS_STUCK(SPLIT_DRIVER, "NO_INTERRUPT is never cleared again", "torokernel 178"),
    SD_FLAGS_WITH_EVENT(SPLIT_DRIVER, "sets NO_INTERRUPT although EVENT_IDX was agreed"),
    SD_FLAGS_RESERVED(SPLIT_DRIVER, "a reserved bit in avail.flags"),
    // split driver: descriptors
    SD_NEXT_MISSING(SPLIT_DRIVER, "the second of three elements lacks NEXT"),
    SD_NEXT_ON_LAST(SPLIT_DRIVER, "the last of two elements has NEXT"),
    SD_WRITE_MISSING(SPLIT_DRIVER, "the last writable element lacks WRITE"),
    SD_WRITE_EXTRA(SPLIT_DRIVER, "the last readable element has WRITE"),
    SD_ORDER(SPLIT_DRIVER, "writable elements first"),
    SD_LENGTH_16(SPLIT_DRIVER, "lengths cut to 16 bits"),
    SD_ADDRESS_32(SPLIT_DRIVER, "addresses cut to 32 bits"),
    SD_NEXT_OUT_OF_RANGE(SPLIT_DRIVER, "next counts from 1"),
    SD_ELEMENT_TWICE(SPLIT_DRIVER, "the second element repeats the first address"),
    // split driver: book-keeping
    SD_FREE_PER_CHAIN(SPLIT_DRIVER, "free count drops by one a chain", "torokernel VirtIO.pas:317"),
    SD_FREE_LEAK(SPLIT_DRIVER, "the last of three descriptors is not freed", "nanovms/nanos PR 633"),
    SD_FREE_TWICE(SPLIT_DRIVER, "the head is freed twice"),
    SD_FREE_LIES(SPLIT_DRIVER, "freeDescriptors is one too high"),
    SD_AVAIL_IDX_MOD(SPLIT_DRIVER, "avail.idx kept modulo the size", "Solo5 PR 98"),
    SD_SLOT_UNMASKED(SPLIT_DRIVER, "the slot is avail.idx, not modulo the size"),
    SD_SLOT_SHIFTED(SPLIT_DRIVER, "slot of the next index"),
    SD_INDEX_WIDE(SPLIT_DRIVER, "used index kept wider than 16 bits", "arcboxlabs/arcbox PR 210"),
    SD_FULL_LOOKS_EMPTY(SPLIT_DRIVER, "used.idx compared modulo the size", "Solo5 PR 98"),
    SD_LEN_UNBOUNDED(SPLIT_DRIVER, "used.len not bounded by the buffer", "rcore-os/virtio-drivers PR 245"),
    SD_ID_UNCHECKED(SPLIT_DRIVER, "used.id not checked", "RT-Thread 11326"),
    SD_USED_IDX_UNCHECKED(SPLIT_DRIVER, "used.idx too far ahead is believed", "cloudius-systems/osv PR 1450"),
    SD_FIFO(SPLIT_DRIVER, "completions taken to be in order", "SerenityOS PR 26513"),
    SD_DRAINS_LAST(SPLIT_DRIVER, "of several used entries only the last is taken"),
    SD_IDX_AFTER_FAILED_ADD(SPLIT_DRIVER, "avail.idx moves on though there was no room", "zephyr PR 115008"),
    SD_BATCH_SINGLE(SPLIT_DRIVER, "IN_ORDER: buffers that a batch skipped are not freed"),
    SD_IN_ORDER_TABLE(SPLIT_DRIVER, "IN_ORDER: descriptors are not taken in table order"),
    // split driver: what it may not touch
    SD_INDIRECT_UNASKED(SPLIT_DRIVER, "INDIRECT though not agreed"),
    SD_TABLE_BYTES(SPLIT_DRIVER, "table length given in entries"),
    SD_TABLE_NEXT(SPLIT_DRIVER, "next within a table off by one"),
    SD_TABLE_NESTED(SPLIT_DRIVER, "INDIRECT within a table"),
    SD_TABLE_AND_NEXT(SPLIT_DRIVER, "INDIRECT together with NEXT"),
    SD_WRITES_USED(SPLIT_DRIVER, "clears used.flags at each publication"),
    SD_NOT_CLEARED(SPLIT_DRIVER, "rings are not cleared at the start"),
    SD_DESC_CHANGED(SPLIT_DRIVER, "a descriptor changes after it was exposed"),
    SD_DATA_CHANGED(SPLIT_DRIVER, "readable bytes change after they were exposed"),
    SD_BUFFER_SCRIBBLED(SPLIT_DRIVER, "writes into a writable buffer after it was exposed"),
    SD_TABLE_CHANGED(SPLIT_DRIVER, "a table changes after it was exposed"),

    // split device: order
    SV_NO_ACQUIRE(SPLIT_DEVICE, "avail.idx is loaded without acquire"),
    SV_NO_RELEASE(SPLIT_DEVICE, "used.idx is stored without release"),
    SV_IDX_BEFORE_ENTRY(SPLIT_DEVICE, "used.idx is stored before the entry"),
    SV_NO_FENCE_INTERRUPT(SPLIT_DEVICE, "no barrier between used.idx and the driver's wish", "spdk 3178"),
    SV_NO_FENCE_ENABLE(SPLIT_DEVICE, "no barrier between avail_event and the second look", "cloud-hypervisor PR 2179"),
    SV_NO_RECHECK(SPLIT_DEVICE, "no second look after asking for notifications", "acrn-hypervisor PR 2733"),
    SV_WISH_READ_EARLY(SPLIT_DEVICE, "the driver's wish is read before used.idx is stored", "acrn-hypervisor PR 2623"),
    // split device: events
    SV_EVENT_FLAGS(SPLIT_DEVICE, "EVENT_IDX agreed, avail.flags asked instead", "rcore-os/tgoskits PR 2255"),
    SV_EVENT_LAST_ONLY(SPLIT_DEVICE, "used_event must be the very last index", "cloud-hypervisor PR 897"),
    SV_EVENT_NOT_MODULAR(SPLIT_DEVICE, "used.idx >= used_event + 1"),
    SV_AVAIL_EVENT_STALE(SPLIT_DEVICE, "avail_event never written", "virtio-spec issue 35"),
    SV_AVAIL_EVENT_WRONG_PLACE(SPLIT_DEVICE, "avail_event written two bytes early"),
    SV_INTERRUPT_INVERTED(SPLIT_DEVICE, "NO_INTERRUPT read the wrong way round"),
    SV_NEVER_INTERRUPTS(SPLIT_DEVICE, "no interrupt after the tenth"),
    SV_NEVER_UNMUTED(SPLIT_DEVICE, "NO_NOTIFY is never cleared again", "firecracker 2057"),
    SV_FLAGS_WITH_EVENT(SPLIT_DEVICE, "sets NO_NOTIFY although EVENT_IDX was agreed"),
    SV_FLAGS_RESERVED(SPLIT_DEVICE, "a reserved bit in used.flags"),
    // split device: chains
    SV_FIRST_ONLY(SPLIT_DEVICE, "only the first descriptor of a chain", "cloud-hypervisor PR 7802"),
    SV_TWO_ONLY(SPLIT_DEVICE, "at most two descriptors of a chain"),
    SV_NEXT_UNFLAGGED(SPLIT_DEVICE, "follows next where it is not 0, flag or not"),
    SV_TABLE_WRITE_REFUSED(SPLIT_DEVICE, "WRITE on the descriptor of a table is refused"),
    SV_TRAILING_TABLE(SPLIT_DEVICE, "INDIRECT behind a direct descriptor is taken as plain", "QEMU 7.2"),
    SV_TABLE_ALIGNED(SPLIT_DEVICE, "alignment demanded of tables", "rust-vmm/vm-virtio PR 220"),
    SV_TABLE_FIRST(SPLIT_DEVICE, "only the first entry of a table"),
    SV_TABLE_SEQUENTIAL(SPLIT_DEVICE, "next within a table is ignored: entries in sequence"),
    SV_TABLE_FROM_RING(SPLIT_DEVICE, "next within a table is looked up in the descriptor table"),
    SV_TOP_OF_RAM(SPLIT_DEVICE, "a buffer at the end of RAM is refused", "firecracker 1296"),
    SV_FULL_LOOKS_EMPTY(SPLIT_DEVICE, "avail.idx compared modulo the size", "Solo5 PR 98"),
    SV_INDEX_WIDE(SPLIT_DEVICE, "index kept wider than 16 bits", "arcboxlabs/arcbox PR 210"),
    SV_SLOT_WRONG(SPLIT_DEVICE, "slot of the available ring not modulo the size"),
    SV_ZERO_ELEMENT(SPLIT_DEVICE, "elements of more than 255 bytes are refused"),
    // split device: hostile rings
    SV_AVAIL_JUMP(SPLIT_DEVICE, "avail.idx beyond the size is served", "rust-vmm/vm-virtio PR 196"),
    SV_HEAD_MASKED(SPLIT_DEVICE, "head taken modulo the size"),
    SV_NEXT_MASKED(SPLIT_DEVICE, "next taken modulo the size"),
    SV_LOOP(SPLIT_DEVICE, "a loop is followed without bound", "QEMU CVE-2016-5403"),
    SV_ADDRESS_OVERFLOW(SPLIT_DEVICE, "address plus length overflows", "openvmm PR 3990"),
    SV_ORDER_UNCHECKED(SPLIT_DEVICE, "readable after writable is served"),
    SV_NESTED(SPLIT_DEVICE, "a table within a table is followed"),
    SV_TABLE_ODD_LENGTH(SPLIT_DEVICE, "table length not checked", "DPDK"),
    SV_TABLE_UNASKED(SPLIT_DEVICE, "INDIRECT served though not agreed", "QEMU 7.2"),
    SV_REPARSED(SPLIT_DEVICE, "a fatal error is met again for ever", "microsoft/openvmm 4045"),
    SV_WRITES_WHEN_BROKEN(SPLIT_DEVICE, "still publishes after an error"),
    SV_HEAD_LEAKED(SPLIT_DEVICE, "the head of a malformed chain is dropped", "cloud-hypervisor PR 8401"),
    SV_DOUBLE_FETCH(SPLIT_DEVICE, "length read twice: for the check, and for the use"),
    SV_LENGTH_SIGNED(SPLIT_DEVICE, "lengths from 2 GiB are negative", "QEMU CVE-2016-7422"),
    SV_DUPLICATE_HEAD(SPLIT_DEVICE, "a head in flight is served again", "QEMU 7.2"),
    SV_THROWS(SPLIT_DEVICE, "a head out of range throws", "QEMU CVE-2011-2512"),
    // split device: used ring
    SV_LEN_COUNTS_READ(SPLIT_DEVICE, "used.len counts the request too", "libkrun PR 701"),
    SV_LEN_ZERO(SPLIT_DEVICE, "used.len is 0", "syswonder/hvisor-tool PR 84"),
    SV_LEN_CAPACITY(SPLIT_DEVICE, "used.len is the room, not what was written"),
    SV_ID_IS_SLOT(SPLIT_DEVICE, "used.id is the slot of the available ring"),
    SV_ENTRY_SWAPPED(SPLIT_DEVICE, "id and len swapped"),
    SV_ID_16(SPLIT_DEVICE, "id written as 16 bits: the upper half stays as it was"),
    SV_USED_SLOT_UNMASKED(SPLIT_DEVICE, "the used slot is not modulo the size"),
    SV_USED_IDX_MOD(SPLIT_DEVICE, "used.idx kept modulo the size"),
    SV_USED_TWICE(SPLIT_DEVICE, "every fifth buffer is used twice"),
    SV_LOST(SPLIT_DEVICE, "every seventh buffer is lost", "firecracker 2057"),
    SV_WRITES_DESC(SPLIT_DEVICE, "clears the flags of a used descriptor"),
    SV_WRITES_READABLE(SPLIT_DEVICE, "writes into a readable element"),
    SV_WRITES_PAST(SPLIT_DEVICE, "writes one byte behind a writable element"),
    SV_WRITES_AFTER(SPLIT_DEVICE, "writes into a buffer after it was used", "QEMU CVE-2021-3748"),
    SV_WRITES_AVAIL(SPLIT_DEVICE, "clears avail.flags"),
    SV_BATCH_SLOT(SPLIT_DEVICE, "IN_ORDER batch: entry at the slot of the last"),
    SV_BATCH_FIRST_ID(SPLIT_DEVICE, "IN_ORDER batch: id of the first"),
    SV_BATCH_REVERSED(SPLIT_DEVICE, "IN_ORDER: published in reverse"),

    // packed driver: order
    PD_FLAGS_FIRST(PACKED_DRIVER, "flags of the first descriptor before the rest of the list"),
    PD_FLAGS_BEFORE_BODY(PACKED_DRIVER, "flags of the first descriptor before its address"),
    PD_NO_RELEASE(PACKED_DRIVER, "flags stored without release"),
    PD_NO_ACQUIRE(PACKED_DRIVER, "used flags loaded without acquire"),
    PD_NO_FENCE_KICK(PACKED_DRIVER, "no barrier between flags and the device event area"),
    PD_NO_FENCE_ENABLE(PACKED_DRIVER, "no barrier between the event area and the second look"),
    PD_NO_RECHECK(PACKED_DRIVER, "no second look after asking for interrupts"),
    // packed driver: wrap
    PD_WRAP_EXACT_END(PACKED_DRIVER, "counter stale when a list ends at the last slot", "openvmm PR 3990"),
    PD_WRAP_MIDDLE(PACKED_DRIVER, "old counter used behind a wrap within a list"),
    PD_USED_WRAP_STALE(PACKED_DRIVER, "used counter stale when a list ends at the last slot"),
    PD_USED_SKIPS_ONE(PACKED_DRIVER, "one slot skipped a list, not its length", "virtio-spec 2.8.22"),
    PD_BITS_FIRST_ONLY(PACKED_DRIVER, "AVAIL and USED right in the first descriptor only"),
    PD_USED_BIT_ONLY(PACKED_DRIVER, "AVAIL set, USED left as it was"),
    // packed driver: ids and lengths
    PD_ID_FIRST_ONLY(PACKED_DRIVER, "id in the first descriptor only"),
    PD_ID_COUNTS(PACKED_DRIVER, "ids differ within a list"),
    PD_ID_IS_SLOT(PACKED_DRIVER, "id is the slot: not unique after completion out of order"),
    PD_ID_UNCHECKED(PACKED_DRIVER, "used id not checked", "zephyr 113343"),
    PD_LEN_UNBOUNDED(PACKED_DRIVER, "used length not bounded", "coconut-svsm PR 1072"),
    PD_LEN_WITHOUT_WRITE(PACKED_DRIVER, "used length believed though WRITE is 0"),
    PD_NEXT_BELIEVED(PACKED_DRIVER, "NEXT in a used descriptor is believed"),
    PD_FIFO(PACKED_DRIVER, "completions taken to be in order", "SerenityOS PR 26523"),
    PD_FREE_PER_CHAIN(PACKED_DRIVER, "free count drops by one a list"),
    PD_FREE_LEAK(PACKED_DRIVER, "a list of three frees two"),
    PD_BATCH_SINGLE(PACKED_DRIVER, "IN_ORDER: buffers that a batch skipped are not freed"),
    // packed driver: descriptors
    PD_NEXT_MISSING(PACKED_DRIVER, "the second of three elements lacks NEXT"),
    PD_NEXT_ON_LAST(PACKED_DRIVER, "the last of two elements has NEXT"),
    PD_WRITE_MISSING(PACKED_DRIVER, "the last writable element lacks WRITE"),
    PD_ORDER(PACKED_DRIVER, "writable elements first"),
    PD_INDIRECT_UNASKED(PACKED_DRIVER, "INDIRECT though not agreed"),
    PD_TABLE_BYTES(PACKED_DRIVER, "table length given in entries"),
    PD_TABLE_NEXT(PACKED_DRIVER, "NEXT within a table"),
    PD_TABLE_AND_NEXT(PACKED_DRIVER, "INDIRECT together with NEXT"),
    PD_FULL_OVERRUN(PACKED_DRIVER, "adds when there is one slot too few"),
    // packed driver: events
    PD_KICK_INVERTED(PACKED_DRIVER, "ENABLE read as DISABLE"),
    PD_DESC_IGNORED(PACKED_DRIVER, "DESC read as DISABLE"),
    PD_EVENT_WRAP_IGNORED(PACKED_DRIVER, "wrap bit of the device event area ignored"),
    PD_EVENT_LAST_ONLY(PACKED_DRIVER, "only the last slot is compared"),
    PD_EVENT_SWAPPED(PACKED_DRIVER, "writes the device event area for its own"),
    PD_DESC_UNASKED(PACKED_DRIVER, "DESC though EVENT_IDX was not agreed"),
    PD_EVENT_RESERVED(PACKED_DRIVER, "reserved bits in the driver event flags"),
    PD_EVENT_STALE(PACKED_DRIVER, "event offset never moves"),
    PD_NEVER_ENABLED(PACKED_DRIVER, "DISABLE is never taken back"),
    // packed driver: what it may not touch
    PD_NOT_CLEARED(PACKED_DRIVER, "the ring is not cleared at the start"),
    PD_EVENT_NOT_CLEARED(PACKED_DRIVER, "the device event area is not cleared at the start"),
    PD_DESC_CHANGED(PACKED_DRIVER, "a descriptor changes after it was exposed"),
    PD_DATA_CHANGED(PACKED_DRIVER, "readable bytes change after they were exposed"),
    PD_USED_CLEARED(PACKED_DRIVER, "clears descriptors behind the device's back"),

    // packed device: order
    PV_FLAGS_FIRST(PACKED_DEVICE, "used flags before length and id", "sysprog21/kvm-host PR 50"),
    PV_ID_MISSING(PACKED_DEVICE, "the used id is not written", "sysprog21/kvm-host PR 50"),
    PV_NO_RELEASE(PACKED_DEVICE, "used flags stored without release"),
    PV_NO_ACQUIRE(PACKED_DEVICE, "flags loaded without acquire"),
    PV_NO_FENCE_INTERRUPT(PACKED_DEVICE, "no barrier between used flags and the driver event area"),
    PV_NO_FENCE_ENABLE(PACKED_DEVICE, "no barrier between the event area and the second look"),
    PV_NO_RECHECK(PACKED_DEVICE, "no second look after asking for notifications"),
    // packed device: wrap
    PV_SPAN_STALE(PACKED_DEVICE, "counter stale after a list that spans the ring", "openvmm PR 3990"),
    PV_LIST_NO_WRAP(PACKED_DEVICE, "a list does not wrap at the end of the ring", "openvmm PR 2983"),
    PV_WRAP_EXACT_ONLY(PACKED_DEVICE, "counter flips only when a list ends at the last slot"),
    PV_USED_WRAP_STALE(PACKED_DEVICE, "used counter never flips"),
    PV_AVAIL_BIT_ONLY(PACKED_DEVICE, "availability read from AVAIL alone"),
    PV_USED_SKIPS_ONE(PACKED_DEVICE, "one slot skipped a list, not its length"),
    PV_USED_PER_DESC(PACKED_DEVICE, "a used descriptor for each of a list"),
    PV_USED_IN_PLACE(PACKED_DEVICE, "used descriptor where the list was, not at the next used slot"),
    PV_POWER_OF_TWO(PACKED_DEVICE, "slots taken with a mask: sizes not powers of two", "openvmm PR 2983"),
    // packed device: used descriptors
    PV_ID_FIRST(PACKED_DEVICE, "id taken from the first descriptor", "QEMU 7.2"),
    PV_WRITE_NEVER(PACKED_DEVICE, "WRITE never set in a used descriptor"),
    PV_WRITE_ALWAYS(PACKED_DEVICE, "WRITE always set in a used descriptor", "QEMU 7.2"),
    PV_LEN_ZERO(PACKED_DEVICE, "used length 0"),
    PV_LEN_COUNTS_READ(PACKED_DEVICE, "used length counts the request too", "libkrun PR 701"),
    PV_LOST(PACKED_DEVICE, "every seventh buffer is lost"),
    PV_USED_TWICE(PACKED_DEVICE, "every fifth buffer is used twice"),
    PV_BATCH_FIRST_ID(PACKED_DEVICE, "IN_ORDER batch: id of the first"),
    PV_BATCH_REVERSED(PACKED_DEVICE, "IN_ORDER: published in reverse"),
    // packed device: lists
    PV_FIRST_ONLY(PACKED_DEVICE, "only the first descriptor of a list", "cloud-hypervisor PR 7803"),
    PV_TABLE_FIRST(PACKED_DEVICE, "only the first entry of a table"),
    PV_NEXT_IN_TABLE(PACKED_DEVICE, "NEXT tested within a table", "openvmm PR 2983"),
    PV_OUTER_WRITE(PACKED_DEVICE, "WRITE on the descriptor of a table is refused"),
    PV_LIST_UNBOUNDED(PACKED_DEVICE, "a list longer than the ring is followed", "QEMU 7.2"),
    PV_ORDER_UNCHECKED(PACKED_DEVICE, "readable after writable is served"),
    PV_TABLE_UNASKED(PACKED_DEVICE, "INDIRECT served though not agreed"),
    PV_TABLE_ODD_LENGTH(PACKED_DEVICE, "table length not checked"),
    PV_ADDRESS_OVERFLOW(PACKED_DEVICE, "address plus length overflows", "openvmm PR 3990"),
    PV_REPARSED(PACKED_DEVICE, "a fatal error is met again for ever", "QEMU 7.2; CVE-2026-16457"),
    PV_DOUBLE_FETCH(PACKED_DEVICE, "length read twice: for the check, and for the use"),
    // packed device: events
    PV_INTERRUPT_INVERTED(PACKED_DEVICE, "ENABLE read as DISABLE"),
    PV_DESC_IGNORED(PACKED_DEVICE, "DESC read as DISABLE"),
    PV_EVENT_WRAP_IGNORED(PACKED_DEVICE, "wrap bit of the driver event area ignored"),
    PV_EVENT_LAST_ONLY(PACKED_DEVICE, "only the last slot is compared"),
    PV_EVENT_SWAPPED(PACKED_DEVICE, "writes the driver event area for its own"),
    PV_DESC_UNASKED(PACKED_DEVICE, "DESC though EVENT_IDX was not agreed"),
    PV_EVENT_STALE(PACKED_DEVICE, "event offset never moves"),
    PV_NEVER_UNMUTED(PACKED_DEVICE, "DISABLE is never taken back"),
    // packed device: what it may not touch
    PV_WRITES_READABLE(PACKED_DEVICE, "writes into a readable element"),
    PV_WRITES_PAST(PACKED_DEVICE, "writes one byte behind a writable element"),
    PV_WRITES_AFTER(PACKED_DEVICE, "writes into a buffer after it was used"),
    PV_CLEARS_LIST(PACKED_DEVICE, "clears the other descriptors of a list"),
    PV_WRITES_AHEAD(PACKED_DEVICE, "touches a slot that is not available yet"),

    // planted after a look at the kit, where it might not look
    SD_NEXT_AVAILABLE(SPLIT_DRIVER, "NOTIFICATION_DATA says what was added, not what was published"),
    SD_STATE_SURVIVES(SPLIT_DRIVER, "avail.idx goes on where the last life of the queue ended", "firecracker PR 6171"),
    SD_TABLE_WRITE_MISSING(SPLIT_DRIVER, "the last writable entry of a table lacks WRITE"),
    SD_TABLE_TOO_LONG(SPLIT_DRIVER, "table length is that of the largest table"),
    SD_BYTES_OF_LAST(SPLIT_DRIVER, "what may be looked at is the room, not what the device wrote"),
    SD_RELEASES_DATA_EARLY(SPLIT_DRIVER, "ids are given again before the caller has polled them"),
    SV_LENGTH_16(SPLIT_DEVICE, "lengths read as 16 bits"),
    SV_ADDRESS_32(SPLIT_DEVICE, "addresses read as 32 bits"),
    SV_TABLE_ADDRESS_32(SPLIT_DEVICE, "the address of a table read as 32 bits"),
    SV_STATE_SURVIVES(SPLIT_DEVICE, "goes on at the index of the last life of the queue", "cloud-hypervisor PR 8190"),
    SV_USED_EVENT_WRONG_PLACE(SPLIT_DEVICE, "used_event read two bytes early"),
    SV_PUBLISHES_POPPED(SPLIT_DEVICE, "returns what is in hand, completed or not"),
    SV_FORGETS_WHEN_MISUSED(SPLIT_DEVICE, "a refused completion loses the buffer"),
    PD_NEXT_AVAILABLE(PACKED_DRIVER, "NOTIFICATION_DATA with the other wrap counter"),
    PD_STATE_SURVIVES(PACKED_DRIVER, "goes on at the slot of the last life of the queue"),
    PD_ADDRESS_32(PACKED_DRIVER, "addresses cut to 32 bits"),
    PD_LENGTH_16(PACKED_DRIVER, "lengths cut to 16 bits"),
    PD_TABLE_WRITE_MISSING(PACKED_DRIVER, "the last writable entry of a table lacks WRITE"),
    PD_EVENT_WRAP_WRITTEN(PACKED_DRIVER, "its event area always says wrap counter 1"),
    PV_LENGTH_16(PACKED_DEVICE, "lengths read as 16 bits"),
    PV_ADDRESS_32(PACKED_DEVICE, "addresses read as 32 bits"),
    PV_STATE_SURVIVES(PACKED_DEVICE, "goes on at the slot of the last life of the queue"),
    PV_EVENT_WRAP_WRITTEN(PACKED_DEVICE, "its event area always says wrap counter 1"),
    PV_ID_8(PACKED_DEVICE, "ids kept in 8 bits"),
    PV_LEN_CAPACITY(PACKED_DEVICE, "used length is the room, not what was written"),
    PV_FORGETS_WHEN_MISUSED(PACKED_DEVICE, "a refused completion loses the buffer"),
    SD_EVENT_WIDE(SPLIT_DRIVER, "avail_event compared without the casts to 16 bits"),
    SD_EVENT_ZERO_STALE(SPLIT_DRIVER, "avail_event 0 taken for one that was not written"),
    SV_EVENT_WIDE(SPLIT_DEVICE, "used_event compared without the casts to 16 bits"),
    SV_EVENT_ZERO_STALE(SPLIT_DEVICE, "used_event 0 taken for one that was not written"),
    SV_EVENT_AT_USED(SPLIT_DEVICE, "avail_event is its used index"),
    PV_EVENT_AT_USED(PACKED_DEVICE, "its event area has its used slot");

    final Half half;
    final String story;
    final String publicBug;

    /** Whether it was planted before a look at the kit's checks. */
    boolean blind() {
        return compareTo(SD_NEXT_AVAILABLE) < 0;
    }

    Fault(Half half, String story) {
        this(half, story, "");
    }

    Fault(Half half, String story, String publicBug) {
        this.half = half;
        this.story = story;
        this.publicBug = publicBug;
    }
}
