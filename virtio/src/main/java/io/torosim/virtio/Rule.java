package io.torosim.virtio;

/**
 * The catalogue of rules that a virtqueue and what stands around it keep, each with a number for error messages, tests
 * and reports. Section numbers are those of the OASIS virtio specification 1.4 (chapters 2 to 4 are numbered alike in
 * 1.2 and 1.3); {@code (impl.)} marks a consequence of the text rather than a literal MUST.
 *
 * <p>The letter says the field: S split queue, A available ring, U used ring, C conservation, N notification
 * suppression, I indirect tables, O in-order, P packed queue, E packed event suppression, F status, features and
 * configuration, L legacy interface, NET and B the devices.
 *
 * <p>{@link io.torosim.virtio.testkit.VirtqueueChecker VirtqueueChecker} and {@link io.torosim.virtio.testkit.HandshakeChecker HandshakeChecker} report
 * them, and {@link RingError} says which one stopped a queue.
 */
public enum Rule {
    /** Section 2.7.1. */
    S1(Party.DRIVER, Evidence.SNAPSHOT, "2.7.1", "desc address % 16 = 0, avail % 2 = 0, used % 4 = 0"),
    /** Section 2.7. */
    S2(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7",
            "byte sizes are exactly 16q, 6+2q, 6+8q (the trailing 2 bytes of each ring exist even without EVENT_IDX); the three areas are inside RAM and pairwise disjoint (impl.)"),
    /** Section 2.7, 4.1.4.3.2. */
    S3(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.7, 4.1.4.3.2",
            "queue size is a power of two, 1..32768, and not above the size the device offered"),
    /** Section 2.7.6 (impl.). */
    S4(Party.DRIVER, Evidence.SNAPSHOT, "2.7.6 (impl.)", "every head in the window avail.ring[last_seen..idx) is < q"),
    /** Section 2.7.5 (impl.). */
    S5(Party.DRIVER, Evidence.SNAPSHOT, "2.7.5 (impl.)", "every followed next is < q (or < table length)"),
    /** Section 2.7.5.2, 2.7.5.3.1. */
    S6(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.5.2, 2.7.5.3.1",
            "chain walk ends within q descriptors, no index repeats (no loops)"),
    /** Section 2.7.5.2. */
    S7(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.5.2",
            "sum of len over one chain <= 2^32 bytes (64-bit arithmetic in the checker)"),
    /** Section 2.7.4.2. */
    S8(Party.DRIVER, Evidence.SNAPSHOT, "2.7.4.2", "all device-readable elements precede all device-writable ones"),
    /** Section 2.7.13.1. */
    S9(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.13.1",
            "each chain has at least one element; next without NEXT flag is never interpreted"),
    /** Section 2.7.13 (impl.). */
    S10(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.13 (impl.)",
            "chains that are in flight at the same time use disjoint descriptor indices"),
    /** Section 3.3.1. */
    S11(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "3.3.1",
            "bytes of descriptors (and indirect tables) reachable from an exposed head do not change between expose and use"),
    /** Section 2.7, 2.7.6. */
    S12(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7, 2.7.6",
            "a driver writes only desc table, avail ring, its buffers (and used.flags = 0 once, at allocation)"),
    /** Section 2.7.5.1. */
    S13(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.1",
            "a device never writes the descriptor table or an indirect table"),
    /** Section 2.7.5.1. */
    S14(Party.DEVICE, Evidence.STORE_TRACE, "2.7.5.1", "a device never writes a byte of a device-readable element"),
    /** Section 2.7.5.1, 2.7.8 (impl.). */
    S15(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.1, 2.7.8 (impl.)",
            "a device writes only inside the used ring and inside writable elements of chains that are in flight (no byte outside, no byte after completion)"),
    /** Section 2.7.4.1. */
    S16(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.4.1",
            "result is the same for any split of the same bytes over elements (1 element, n elements, odd cuts)"),
    /** Section 2.7.5.3.1. */
    S17(Party.DRIVER, Evidence.SNAPSHOT, "2.7.5.3.1", "INDIRECT is never set unless feature 28 was negotiated"),
    /** Section 2.7.6.1. */
    A1(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.6.1",
            "avail.idx never decreases: (new - old) mod 2^16 is in 0..q at each update"),
    /** Section 2.7.13 (impl.). */
    A2(Party.DRIVER, Evidence.SNAPSHOT, "2.7.13 (impl.)", "(avail.idx - used.idx) mod 2^16 <= q at every instant"),
    /** Section 2.7.13.3.1. */
    A3(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.13.3.1",
            "slots and descriptors are written before the idx store that covers them (order in the write trace)"),
    /** Section 2.7.13.2-3. */
    A4(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.13.2-3",
            "slot of the k-th buffer is (start + k) mod q; idx wraps 65535 -> 0 with no gap, also when q does not divide the batch"),
    /** Section 2.7.13 (impl.). */
    A5(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.13 (impl.)",
            "a ring slot is not rewritten before the device consumed it"),
    /** Section 2.7.13.1 (impl.). */
    A6(Party.DRIVER, Evidence.SNAPSHOT, "2.7.13.1 (impl.)", "a head is not exposed again while it is in flight"),
    /** Section 2.7.13 (impl.). */
    A7(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.13 (impl.)",
            "ring slots and descriptors are read behind the read of the avail.idx that covers them (acquire)"),
    /** Section 2.7.8.2. */
    U1(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.8.2",
            "used element (id, len) is stored before the used.idx store that covers it"),
    /** Section 2.7.8 (impl.). */
    U2(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.8 (impl.)",
            "used.idx only moves forward, by at most the number of in-flight chains"),
    /** Section 2.7.8. */
    U3(
            Party.DEVICE,
            Evidence.SNAPSHOT,
            "2.7.8",
            "used.id < q and equals a head that was exposed and not yet returned (each exposed head is returned at most once)"),
    /** Section 2.7.8 (impl. from \"written into\"). */
    U4(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.8 (impl. from \"written into\")",
            "len <= total bytes of the writable elements of that chain"),
    /** Section 2.7.8.2. */
    U5(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.8.2",
            "the first len bytes of the writable part, in element order, were written before the used.idx store"),
    /** Section 2.7.8 (impl.). */
    U6(Party.DEVICE, Evidence.SNAPSHOT, "2.7.8 (impl.)", "chain without writable elements -> len = 0"),
    /** Section 2.7.8.3. */
    U7(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.8.3",
            "driver behaviour is independent of bytes past len (fill the tail with random bytes: same visible result)"),
    /** Section 2.7.8.3 (impl.). */
    U8(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.8.3 (impl.)",
            "driver copies min(len, capacity): a lying len never reads past its buffer (hardening)"),
    /** Section impl.. */
    U9(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "impl.",
            "an id that is out of range or not outstanding makes the driver fail the queue, not index memory (hardening)"),
    /** Section impl.. */
    U10(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "impl.",
            "the device snapshots each descriptor once: changing it after the fetch changes nothing (double fetch)"),
    /** Section 2.7.14 (impl.). */
    U11(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.14 (impl.)",
            "used entries are read behind the read of the used.idx that covers them (acquire)"),
    /** Section impl.. */
    C1(
            Party.BOTH,
            Evidence.SNAPSHOT,
            "impl.",
            "conservation: free + in flight (exposed, unused) + used-unreaped descriptors = q"),
    /** Section impl.. */
    C2(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "impl.",
            "after all completions and reaps, free = q and no buffer was lost or duplicated, over > 65536 buffers"),
    /** Section impl.. */
    C3(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "impl.",
            "every submitted buffer is completed exactly once if the device makes progress (liveness under any interleaving of the two sides)"),
    /** Section 2.6 (impl.). */
    C4(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "2.6 (impl.)",
            "what a half's caller may not ask (a buffer that is not in flight, one without elements) is refused and changes nothing"),
    /** Section 2.7.13 (impl.). */
    D1(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.13 (impl.)",
            "data ownership: between exposure and use the driver stores neither to the readable nor to the writable bytes of a buffer"),
    /** Section 2.7.7.1. */
    N1(Party.DRIVER, Evidence.SNAPSHOT, "2.7.7.1", "without EVENT_IDX avail.flags is 0 or 1; with it, 0"),
    /** Section 2.7.10.2. */
    N2(Party.DEVICE, Evidence.SNAPSHOT, "2.7.10.2", "without EVENT_IDX used.flags is 0 or 1; with it, 0"),
    /** Section 2.7.10.1. */
    N3(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.10.1, 4.1.5.1.3, 4.2.3.2",
            "used.flags starts as 0, and so does the rest of the used ring"),
    /** Section 2.7.10.1. */
    N4(
            Party.DRIVER,
            Evidence.EVENT_LOG,
            "2.7.10.1",
            "no EVENT_IDX, used.flags = 0 after the idx store -> a notification is sent"),
    /** Section 2.7.10.1. */
    N5(Party.DRIVER, Evidence.EVENT_LOG, "2.7.10.1", "no EVENT_IDX: result does not depend on the avail_event bytes"),
    /** Section 2.7.10.1. */
    N6(
            Party.DRIVER,
            Evidence.EVENT_LOG,
            "2.7.10.1",
            "EVENT_IDX: idx passes avail_event (uint16: new - ev - 1 < new - old) -> notification; holds for every (old, new, ev), also across 65535 -> 0"),
    /** Section 2.7.10.1. */
    N7(Party.DRIVER, Evidence.EVENT_LOG, "2.7.10.1", "EVENT_IDX: bit 0 of used.flags changes nothing"),
    /** Section 2.7.13.4.1. */
    N8(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.13.4.1",
            "read of flags/avail_event comes after the idx store (store-load order)"),
    /** Section 2.7.7.2. */
    N9(Party.DEVICE, Evidence.EVENT_LOG, "2.7.7.2", "no EVENT_IDX, avail.flags = 0 after a used entry -> interrupt"),
    /** Section 2.7.7.2. */
    N10(Party.DEVICE, Evidence.EVENT_LOG, "2.7.7.2", "no EVENT_IDX: used_event bytes are ignored"),
    /** Section 2.7.7.2. */
    N11(
            Party.DEVICE,
            Evidence.EVENT_LOG,
            "2.7.7.2",
            "EVENT_IDX: used.idx passes used_event -> interrupt; used_event = 0 gives one after the 1st and after the 65537th use only"),
    /** Section 2.7.7.2. */
    N12(Party.DEVICE, Evidence.EVENT_LOG, "2.7.7.2", "EVENT_IDX: bit 0 of avail.flags changes nothing"),
    /** Section 2.7.10.2. */
    N13(Party.DEVICE, Evidence.EVENT_LOG, "2.7.10.2", "any number of spurious kicks changes no memory and no register"),
    /** Section 2.7.7.1. */
    N14(
            Party.DRIVER,
            Evidence.EVENT_LOG,
            "2.7.7.1",
            "spurious interrupts (ISR 0, or nothing new in the ring) are harmless"),
    /** Section 2.7.14 note (impl.). */
    N15(
            Party.BOTH,
            Evidence.EVENT_LOG,
            "2.7.14 note (impl.)",
            "no lost wake-up: after re-enabling (flags = 0 or new event index) the side re-reads the other index before sleeping; explore all interleavings of {enable, re-check} x {publish, read flag}"),
    /** Section 6.3. */
    N16(
            Party.DEVICE,
            Evidence.EVENT_LOG,
            "6.3",
            "NOTIFY_ON_EMPTY (legacy 24): interrupt when the device runs out of available buffers even if suppressed"),
    /** Section 2.9, 2.8.16. */
    N17(
            Party.DRIVER,
            Evidence.EVENT_LOG,
            "2.9, 2.8.16",
            "NOTIFICATION_DATA: low 15 bits = avail idx & 0x7fff, top bit = idx bit 15 (split); offset and wrap (packed)"),
    /** Section 2.7.5.3.1. */
    I1(Party.DRIVER, Evidence.SNAPSHOT, "2.7.5.3.1", "no INDIRECT flag inside an indirect table"),
    /** Section 2.7.5.3.1. */
    I2(Party.DRIVER, Evidence.SNAPSHOT, "2.7.5.3.1", "INDIRECT and NEXT never together"),
    /** Section 2.7.5.3. */
    I3(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.5.3",
            "table length is a non-zero multiple of 16 (impl.), all next < len/16"),
    /** Section 2.7.5.3.1. */
    I4(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.5.3.1",
            "chain length (direct + table entries) <= q of the device, even through a table"),
    /** Section 2.7.5.3.2. */
    I5(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.3.2",
            "WRITE flag on the descriptor that points to the table has no effect"),
    /** Section 2.7.5.3.2. */
    I6(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.3.2",
            "zero or more direct descriptors followed by one INDIRECT descriptor work like the flat chain"),
    /** Section 2.7.5.3. */
    I7(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.3",
            "table at any address, also unaligned, works (impl.: \"anywhere in memory\")"),
    /** Section 2.7.5.3 (impl.). */
    I8(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.5.3 (impl.)",
            "the table occupies exactly one slot: q indirect chains can be in flight"),
    /** Section 2.7.5.3.1. */
    I9(Party.DRIVER, Evidence.SNAPSHOT, "2.7.5.3.1", "IN_ORDER + indirect: next = 1, 2, 3, ... in the table"),
    /** Section 6.2. */
    O1(Party.DEVICE, Evidence.STORE_TRACE, "6.2", "IN_ORDER: heads are returned in exposure order"),
    /** Section 2.7.5.2. */
    O2(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.5.2",
            "IN_ORDER: descriptors are consumed in table order, next = x+1, and 0 at x = q-1"),
    /** Section 2.7.9. */
    O3(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.7.9",
            "IN_ORDER batch: one used entry (id = head of the last buffer) at the slot of the first buffer, used.idx += batch size"),
    /** Section 2.7.9. */
    O4(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.7.9",
            "IN_ORDER: all skipped buffers count as fully used; driver's next slot = old + batch"),
    /** Section 2.6 (impl.). */
    O5(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.6 (impl.)",
            "without IN_ORDER any completion order is accepted: random permutations give the same result"),
    /** Section 2.8.11. */
    P1(Party.DRIVER, Evidence.SNAPSHOT, "2.8.11", "ring % 16 = 0, both event areas % 4 = 0, sizes 16q, 4, 4"),
    /** Section 2.8.10.1, 4.1.4.3.2. */
    P2(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.8.10.1, 4.1.4.3.2",
            "q in 1..32768, any value (3, 5, 100, ... not only powers of two), never 0"),
    /** Section 2.8.13. */
    P3(Party.DRIVER, Evidence.SNAPSHOT, "2.8.13", "ring is all-zero before the first buffer"),
    /** Section 2.8.1. */
    P4(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.1",
            "lap with wrap counter w: exposed descriptors have AVAIL = w, USED = !w"),
    /** Section 2.8.1. */
    P5(Party.DEVICE, Evidence.STORE_TRACE, "2.8.1", "used descriptors have AVAIL = USED = w of the device's lap"),
    /** Section 2.8.1 (impl.). */
    P6(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "2.8.1 (impl.)",
            "counter flips exactly when the last slot is passed, also when a list ends precisely at q-1, wraps in the middle, or spans all q slots"),
    /** Section 2.8.6, 2.8.17, 2.8.21. */
    P7(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.6, 2.8.17, 2.8.21",
            "flags of the first descriptor of a list are stored after everything else of the list"),
    /** Section 2.8.6. */
    P8(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.6",
            "AVAIL/USED/WRITE are right in every descriptor of the list, not only the first"),
    /** Section 2.8.6. */
    P9(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.8.6",
            "NEXT on all but the last; buffer id is in the last one (write it in all: QEMU reads the first)"),
    /** Section 2.8.17. */
    P10(Party.DRIVER, Evidence.SNAPSHOT, "2.8.17", "list length <= q and <= free slots before the first is exposed"),
    /** Section 2.8.17. */
    P11(Party.DRIVER, Evidence.SNAPSHOT, "2.8.17", "readable before writable"),
    /** Section 2.8.16. */
    P12(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.16",
            "a descriptor is not changed between flipping AVAIL and seeing USED flip"),
    /** Section 2.8.15. */
    P13(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.15",
            "a descriptor is not touched before its AVAIL flip is observed nor after USED is flipped"),
    /** Section 2.8.6, 2.8.12. */
    P14(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.6, 2.8.12",
            "one used descriptor per list, written at the device's next used slot (in completion order), then skip the list length"),
    /** Section 2.8.12, 2.8.15 (impl.). */
    P15(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.12, 2.8.15 (impl.)",
            "id and len of the used descriptor are stored before its flags"),
    /** Section 2.8.6. */
    P16(
            Party.DEVICE,
            Evidence.SNAPSHOT,
            "2.8.6",
            "used id is one that was exposed and not returned; ids in flight are unique (impl.)"),
    /** Section 2.8.3, 2.8.4. */
    P17(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.3, 2.8.4",
            "WRITE in a used descriptor <-> something was written; len means nothing (ignored by driver) when WRITE is 0"),
    /** Section 2.8.4, 2.8.6. */
    P18(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.4, 2.8.6",
            "NEXT, address and other reserved bits of a used descriptor are ignored (randomise them)"),
    /** Section 2.8.12. */
    P19(Party.DEVICE, Evidence.STORE_TRACE, "2.8.12", "device starts lists in ring order"),
    /** Section 2.8.18. */
    P20(Party.DEVICE, Evidence.STORE_TRACE, "2.8.18", "elements inside a list are used in order"),
    /** Section 2.8.9. */
    P21(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.9",
            "multi-buffer request (mergeable rx): first buffer's used descriptor is written after the others"),
    /** Section 2.8.19. */
    P22(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.8.19",
            "indirect: only WRITE inside the table; no NEXT list that contains INDIRECT descriptors; feature 28 needed"),
    /** Section 2.8.7. */
    P23(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.7",
            "indirect: table length decides (len/16 entries, sequential); NEXT/AVAIL/USED/id inside the table and WRITE on the outer descriptor are ignored"),
    /** Section 2.8.8. */
    P24(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.8.8",
            "IN_ORDER: one used descriptor with the id of the last buffer of the batch, skip the slots of the whole batch"),
    /** Section 2.8.6 (impl.). */
    P25(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "2.8.6 (impl.)",
            "device never observes a partial list: random truncation of the driver's write sequence shows either the whole list or nothing"),
    /** Section 2.8.1. */
    P26(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "2.8.1",
            "after k laps both counters agree whenever the ring is idle; > 2 laps, all q in 1..17"),
    /** Section 2.8.1 (impl.). */
    P27(
            Party.BOTH,
            Evidence.STORE_TRACE,
            "2.8.1 (impl.)",
            "the rest of a descriptor is read behind the read of the flags that made it available or used (acquire)"),
    /** Section 2.8.10, 2.8.14. */
    E1(Party.BOTH, Evidence.SNAPSHOT, "2.8.10, 2.8.14", "flags are 0, 1 or 2; reserved bits 0; 2 only with EVENT_IDX"),
    /** Section 2.8.10 (impl.). */
    E2(Party.BOTH, Evidence.SNAPSHOT, "2.8.10 (impl.)", "with flags = 2: offset < q, wrap bit 15"),
    /** Section 2.8.10. */
    E3(Party.BOTH, Evidence.EVENT_LOG, "2.8.10", "ENABLE -> event after the change; DISABLE -> none"),
    /** Section 2.8.10. */
    E4(
            Party.BOTH,
            Evidence.EVENT_LOG,
            "2.8.10",
            "DESC: event exactly when the slot (offset, wrap) is passed, for batches, at offset 0 and q-1, both wrap values"),
    /** Section 2.8.21. */
    E5(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "2.8.21",
            "the device event area is read after the flags store (full barrier)"),
    /** Section 2.8.10. */
    E6(Party.DRIVER, Evidence.STORE_TRACE, "2.8.10", "writes only the driver area, device only the device area"),
    /** Section 2.8.22. */
    E7(Party.BOTH, Evidence.EVENT_LOG, "2.8.22", "re-check after enabling: no lost wake-up (as N15)"),
    /** Section 3.1.1. */
    F1(
            Party.DRIVER,
            Evidence.REGISTERS,
            "3.1.1",
            "order: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK, re-read, queues, DRIVER_OK"),
    /** Section 2.1.1. */
    F2(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.1.1",
            "status bits are only added (except by reset); FAILED is followed by reset before re-use"),
    /** Section 2.1.2. */
    F3(
            Party.DEVICE,
            Evidence.EVENT_LOG,
            "2.1.2",
            "no buffer consumed and no used notification before DRIVER_OK (modern; QEMU 7.2 consumes on an early kick)"),
    /** Section 3.1.1. */
    F4(Party.DRIVER, Evidence.EVENT_LOG, "3.1.1", "no kick before DRIVER_OK"),
    /** Section 2.4.1. */
    F5(
            Party.DEVICE,
            Evidence.REGISTERS,
            "2.4.1",
            "status reads 0 after reset is complete; no queue access until re-initialised"),
    /** Section 4.1.4.3.2. */
    F6(Party.DRIVER, Evidence.REGISTERS, "4.1.4.3.2", "after writing 0, waits until status reads 0"),
    /** Section 2.2.1. */
    F7(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.2.1",
            "accepted is a subset of offered, no feature without its prerequisite"),
    /** Section 2.2.2. */
    F8(
            Party.DEVICE,
            Evidence.REGISTERS,
            "2.2.2",
            "does not offer a feature without its prerequisite, nor one it cannot handle"),
    /** Section 2.2.2. */
    F9(Party.DEVICE, Evidence.REGISTERS, "2.2.2", "an unacceptable set -> FEATURES_OK stays 0 on re-read"),
    /** Section 3.1.1. */
    F10(Party.DRIVER, Evidence.REGISTERS, "3.1.1", "if FEATURES_OK is gone on re-read: FAILED, no DRIVER_OK"),
    /** Section 3.1.1. */
    F11(Party.DRIVER, Evidence.REGISTERS, "3.1.1", "no feature bit changes after FEATURES_OK"),
    /** Section 2.2.1. */
    F12(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.2.1",
            "unknown, reserved, other-transport bits are never accepted; their being offered is no failure"),
    /** Section 6.1, 6.2. */
    F13(Party.BOTH, Evidence.REGISTERS, "6.1, 6.2", "modern: VERSION_1 offered and accepted"),
    /** Section 2.2.2 (SHOULD). */
    F14(Party.DEVICE, Evidence.REGISTERS, "2.2.2 (SHOULD)", "the set accepted once is accepted again after reset"),
    /** Section 2.1.2. */
    F15(Party.DEVICE, Evidence.EVENT_LOG, "2.1.2", "NEEDS_RESET while DRIVER_OK -> configuration change interrupt"),
    /** Section 2.1.2. */
    F16(
            Party.DEVICE,
            Evidence.SNAPSHOT,
            "2.1.2",
            "a device that declared NEEDS_RESET writes no more memory until reset (impl.; QEMU broken)"),
    /** Section 2.5, 4.1.4.3.1. */
    F17(
            Party.DEVICE,
            Evidence.REGISTERS,
            "2.5, 4.1.4.3.1",
            "config_generation changes if a multi-part read could tear"),
    /** Section 2.5.1, 2.5.4. */
    F18(
            Party.DRIVER,
            Evidence.REGISTERS,
            "2.5.1, 2.5.4",
            "fields over 32 bits are read under the generation loop (legacy: until two equal reads)"),
    /** Section 2.5.2. */
    F19(
            Party.DEVICE,
            Evidence.REGISTERS,
            "2.5.2",
            "config is readable before FEATURES_OK, also fields that depend on offered features"),
    /** Section 3.1.1. */
    F20(Party.DRIVER, Evidence.REGISTERS, "3.1.1", "no config write before FEATURES_OK (modern)"),
    /** Section 4.1.4.3.1. */
    F21(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1.4.3.1",
            "queue_size 0 for absent queue, else power of two (split); queue_enable 0 after reset"),
    /** Section 4.1.4.3.2. */
    F22(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.1.4.3.2",
            "writes size/addresses before queue_enable = 1; never writes 0 to it"),
    /** Section 4.1.4.5.1. */
    F23(Party.DEVICE, Evidence.REGISTERS, "4.1.4.5.1", "ISR: bit 0 queue, bit 1 config; read clears"),
    /** Section 2.6.1.1. */
    F24(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.6.1.1",
            "RING_RESET: after queue_reset reads back 0 no access to that ring, indices restart at 0"),
    /** Section 2.4.1. */
    F25(
            Party.DEVICE,
            Evidence.REGISTERS,
            "2.4.1",
            "reset restores every register, index, wrap counter and negotiated feature to power-on state: a second life is byte-identical to the first (impl.)"),
    /** Section 4.2.2.2. */
    F26(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.2.2.2",
            "InterruptACK gets bits that InterruptStatus has shown since the last acknowledgement, and no undefined ones"),
    /** Section 4.2.2.2 (impl.). */
    F27(
            Party.DRIVER,
            Evidence.EVENT_LOG,
            "4.2.2.2 (impl.)",
            "an interrupt is acknowledged before the used ring is looked at, or one that comes meanwhile is lost"),
    /** Section 4.1.4, 4.2.2 (impl.). */
    F28(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1.4, 4.2.2 (impl.)",
            "a write to a register that is read-only or not there changes nothing, nor does an access of another width harm"),
    /** Section 4.1.4.9. */
    F29(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1.4.9",
            "the window of VIRTIO_PCI_CAP_PCI_CFG reaches the registers of the BAR, and nothing where it is set wrongly"),
    /** Section 4.1.5.1.2. */
    F30(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1.5.1.2",
            "an MSI-X vector that cannot be mapped reads back as NO_VECTOR (0xffff)"),
    /** Section 4.1.2, 4.1.4, 4.2.2. */
    F31(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1.2, 4.1.4, 4.2.2",
            "the device says what it is: ids, revision and capabilities within their BAR, or magic value, version and device id"),
    /** Section 4.2.3.1.1. */
    F32(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.2.3.1.1",
            "over MMIO MagicValue, Version and DeviceID are read before any other register, and a device with others than the driver's is left alone"),
    /** Section 4.2.2.2, 4.1.3.1. */
    F33(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.2.2.2, 4.1.3.1",
            "registers of MMIO are accessed by 32 bits, aligned, where there are any and not against their direction; fields of the configuration by their own width, 64-bit ones by halves"),
    /** Section 4.2.2.2, 4.1.4.3.2. */
    F34(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.2.2.2, 4.1.4.3.2",
            "a queue stopped by QueueReady 0, or by queue_reset 1 where RING_RESET was accepted, is read back as 0 before it is set up again"),
    /** Section 3.1.1, 4.2.3.2 (impl.). */
    F35(
            Party.DRIVER,
            Evidence.REGISTERS,
            "3.1.1, 4.2.3.2 (impl.)",
            "a queue whose addresses were written is enabled before DRIVER_OK, and no other is notified"),
    /** Section 4.2.2.2. */
    F36(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.2.2.2",
            "over MMIO DeviceFeaturesSel and DriverFeaturesSel are written before what they select is read or written"),
    /** Section 4.1.5.1.2.2. */
    F37(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.1.5.1.2.2",
            "an event is mapped to an MSI-X vector of the table only, and the vector is read back before the driver goes on"),
    /** Section 4.1.5.1.2.1, 4.1.5.3.1, 4.1.5.4.1. */
    F38(
            Party.DEVICE,
            Evidence.EVENT_LOG,
            "4.1.5.1.2.1, 4.1.5.3.1, 4.1.5.4.1",
            "with MSI-X enabled an event interrupts by the vector it is mapped to, by none where that is NO_VECTOR, and a reset unmaps all"),
    /** Section 4.1.5.2.1. */
    F39(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.1.5.2.1",
            "with NOTIF_CONFIG_DATA a notification carries the queue_notify_data of the queue in place of its number"),
    /** Section 2.7.2. */
    L1(
            Party.BOTH,
            Evidence.SNAPSHOT,
            "2.7.2",
            "one block: desc at PFN*4096, avail right after, used at the next 4096 boundary"),
    /** Section 2.7.2. */
    L2(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.2",
            "allocation = align(16q + 6 + 2q) + align(6 + 8q); q comes from the device and cannot be changed"),
    /** Section 2.7.2 (computed). */
    L3(
            Party.BOTH,
            Evidence.SNAPSHOT,
            "2.7.2 (computed)",
            "q = 256 on qalign 4096: avail at +4096, used at +8192, total 12288 (check vector); q = 8: +128, +4096"),
    /** Section 2.7.3. */
    L4(Party.BOTH, Evidence.SNAPSHOT, "2.7.3", "fields in guest-native endian (x86: little)"),
    /** Section 3.1.2, 4.1 legacy note. */
    L5(
            Party.DRIVER,
            Evidence.REGISTERS,
            "3.1.2, 4.1 legacy note",
            "init without FEATURES_OK; only feature bits 0..31 exist"),
    /** Section 3.1.2. */
    L6(Party.DEVICE, Evidence.EVENT_LOG, "3.1.2", "device may be used before DRIVER_OK"),
    /** Section 4.1 legacy note. */
    L7(
            Party.DEVICE,
            Evidence.REGISTERS,
            "4.1 legacy note",
            "device config starts at +20, at +24 while MSI-X is enabled"),
    /** Section 4.1 legacy note (de facto). */
    L8(
            Party.DRIVER,
            Evidence.REGISTERS,
            "4.1 legacy note (de facto)",
            "writing PFN 0 frees the queue; non-zero read means in use (impl., de facto)"),
    /** Section 2.7.4.3, 5.2.6.4, 5.1 legacy. */
    L9(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "2.7.4.3, 5.2.6.4, 5.1 legacy",
            "without ANY_LAYOUT: blk header alone in one descriptor (16 bytes), data, then a 1-byte status descriptor; net header alone in its own descriptor"),
    /** Section 2.7.8.1, 5.2.6.3. */
    L10(Party.DRIVER, Evidence.STORE_TRACE, "2.7.8.1, 5.2.6.3", "used.len is not trusted"),
    /** Section 4.1.4.5. */
    L11(Party.DEVICE, Evidence.REGISTERS, "4.1.4.5", "ACCESS through ISR at +19: read clears (impl.)"),
    /** Section 5.1.9, 5.1.9.3.1. */
    NET1(
            Party.BOTH,
            Evidence.SNAPSHOT,
            "5.1.9, 5.1.9.3.1",
            "header size: legacy 10, legacy+MRG 12, VERSION_1 12, +HASH_REPORT 20, +UDP_TUNNEL 24, +OUT_NET_HEADER/IPSEC 32; same for rx and tx"),
    /** Section 5.1.9.4.1. */
    NET2(
            Party.DEVICE,
            Evidence.SNAPSHOT,
            "5.1.9.4.1",
            "no MRG_RXBUF and VERSION_1: num_buffers = 1 in every received header"),
    /** Section 5.1.9.4.1. */
    NET3(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.1.9.4.1",
            "MRG_RXBUF: num_buffers = number of used entries of the packet; all but the last are filled completely"),
    /** Section 5.1.9.4.1. */
    NET4(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.1.9.4.1",
            "all buffers of one packet become visible together (one used.idx step, or first entry last in packed)"),
    /** Section 5.1.9.4 (impl.). */
    NET5(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.1.9.4 (impl.)",
            "sum of used.len = header + frame length; header only in the first buffer"),
    /** Section 5.1.9.3.2 (impl.). */
    NET6(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.1.9.3.2 (impl.)",
            "no MRG_RXBUF: one buffer per packet; a frame that does not fit is dropped and the buffer stays available"),
    /** Section 5.1.9.3.1. */
    NET7(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "5.1.9.3.1",
            "MRG_RXBUF: rx buffer >= header size; else >= 1526 (or 65601 with GUEST_TSO/UFO/USO), header+frame in one chain"),
    /** Section 5.1.9.2.1. */
    NET8(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "5.1.9.2.1",
            "tx num_buffers = 0; flags = 0 without CSUM; gso_type NONE without the matching HOST_*"),
    /** Section 5.1.9.4.1. */
    NET9(Party.DEVICE, Evidence.SNAPSHOT, "5.1.9.4.1", "flags = 0 without GUEST_CSUM; gso_type NONE without GUEST_*"),
    /** Section 2.7.8 (impl.). */
    NET10(Party.DEVICE, Evidence.SNAPSHOT, "2.7.8 (impl.)", "tx used.len = 0"),
    /** Section 2.7.4.1. */
    NET11(Party.DEVICE, Evidence.STORE_TRACE, "2.7.4.1", "header may be cut anywhere across elements"),
    /** Section 5.1.3.1. */
    NET12(
            Party.BOTH,
            Evidence.REGISTERS,
            "5.1.3.1",
            "TSO4 needs CSUM, CTRL_RX/VLAN/MQ/MAC_ADDR need CTRL_VQ, and so on (full table in the section)"),
    /** Section 5.1.4.2. */
    NET13(
            Party.DRIVER,
            Evidence.STORE_TRACE,
            "5.1.4.2",
            "driver does not write config fields; MAC from config when F_MAC"),
    /** Section 5.1.9.5. */
    NET14(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.1.9.5",
            "a control command has an answer: OK when done, ERR when it is unknown, malformed or of a feature not agreed on"),
    /** Section 5.2.6, 2.7.4.1. */
    B1(
            Party.BOTH,
            Evidence.SNAPSHOT,
            "5.2.6, 2.7.4.1",
            "request = 16 byte readable header (type, reserved, sector, LE), data, 1 writable status byte; any framing (modern)"),
    /** Section 5.2.6.1. */
    B2(Party.DRIVER, Evidence.SNAPSHOT, "5.2.6.1", "IN/OUT data is a multiple of 512 and within capacity"),
    /** Section 5.2.6.1. */
    B3(
            Party.DRIVER,
            Evidence.SNAPSHOT,
            "5.2.6.1",
            "FLUSH has sector 0; GET_ID data is 20 bytes; DISCARD/WRITE_ZEROES data is a multiple of 16 and within max segments, unmap = 0 for discard"),
    /** Section 5.2.6. */
    B4(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.2.6",
            "status byte is always written for a well-formed request and is 0, 1 or 2 (fill with 0xff first)"),
    /** Section 5.2.6, 2.7.8. */
    B5(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.2.6, 2.7.8",
            "IN: used.len = data + 1, data = disk content; OUT: used.len = 1"),
    /** Section 5.2.6. */
    B6(Party.DEVICE, Evidence.STORE_TRACE, "5.2.6", "status byte is the last byte of the writable part"),
    /** Section 5.2.6.2. */
    B7(Party.DEVICE, Evidence.STORE_TRACE, "5.2.6.2", "RO device: OUT -> IOERR and no disk byte changes"),
    /** Section 5.2.6.2. */
    B8(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.2.6.2",
            "unknown type -> UNSUPP, unknown flag in discard/write-zeroes -> UNSUPP"),
    /** Section 5.2.6.1-2. */
    B9(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.2.6.1-2",
            "out of range (also sector*512 overflowing 64 bits) -> IOERR, no partial write, no data byte for a read (impl.)"),
    /** Section 5.2.6.2. */
    B10(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "5.2.6.2",
            "completed write is visible to every later read; after FLUSH (or without a writeback cache) it survives a crash of the device"),
    /** Section 5.2.6.2. */
    B11(Party.DEVICE, Evidence.STORE_TRACE, "5.2.6.2", "WRITE_ZEROES range reads back as zero"),
    /** Section 2.6 (impl.). */
    B12(
            Party.DEVICE,
            Evidence.STORE_TRACE,
            "2.6 (impl.)",
            "requests may complete in any order (no IN_ORDER); overlapping ones are the driver's problem; ids match data"),
    /** Section 5.2.5.1. */
    B13(Party.DRIVER, Evidence.REGISTERS, "5.2.5.1", "writeback is not read before FEATURES_OK");

    /** Who must keep a rule. */
    public enum Party {
        /** The guest's driver. */
        DRIVER,
        /** The device. */
        DEVICE,
        /** Each for its own part. */
        BOTH
    }

    /** What an observer needs in order to see that a rule is broken. */
    public enum Evidence {
        /** One snapshot of guest memory and the geometry of the queue. */
        SNAPSHOT,
        /** Two successive snapshots, or the stores in their order with who made them. */
        STORE_TRACE,
        /** Notifications, interrupts or registers as well as memory. */
        EVENT_LOG,
        /** Registers only. */
        REGISTERS
    }

    private final Party party;
    private final Evidence evidence;
    private final String section;
    private final String statement;

    Rule(Party party, Evidence evidence, String section, String statement) {
        this.party = party;
        this.evidence = evidence;
        this.section = section;
        this.statement = statement;
    }

    /** Returns who must keep this rule. */
    public Party party() {
        return party;
    }

    /** Returns what is needed to see it broken. */
    public Evidence evidence() {
        return evidence;
    }

    /** Returns the section of the specification. */
    public String section() {
        return section;
    }

    /** Returns the rule in one sentence. */
    public String statement() {
        return statement;
    }
}
