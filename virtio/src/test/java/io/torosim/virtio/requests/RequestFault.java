package io.torosim.virtio.requests;

import static io.torosim.virtio.requests.RequestFault.Part.*;

/**
 * Single faults in drivers and devices of each type, written down from the specification and from bug lists before the exam of
 * devices was written.
 */
enum RequestFault {
    BD_STATUS_FIRST(BLK_DEVICE, "the status goes into the first writable byte", ""),
    BD_STATUS_MISSING(BLK_DEVICE, "a status of 0 is not written", ""),
    BD_LENGTH_ZERO(BLK_DEVICE, "the used length is always 0", "libkrun PR 701"),
    BD_LENGTH_WITH_HEADER(BLK_DEVICE, "the used length counts the header too", "hvisor-tool PR 84"),
    BD_FIRST_ELEMENT(BLK_DEVICE, "only the first data element is served", "cloud-hypervisor PR 7802"),
    BD_HEADER_ALONE(BLK_DEVICE, "data is taken to begin in the second element", "virtio-win 1090"),
    BD_STATUS_ALONE(BLK_DEVICE, "the status is taken to have the last element for itself", ""),
    BD_SECTOR_32(BLK_DEVICE, "the sector is cut to 32 bits", ""),
    BD_SECTOR_OVERFLOW(BLK_DEVICE, "sector times 512 overflows", "QEMU CVE-2008-0928 is alike"),
    BD_END_REFUSED(BLK_DEVICE, "a request that ends at the last sector is refused", "firecracker 1296"),
    BD_PAST_END_OK(BLK_DEVICE, "reads beyond the end give zeros", ""),
    BD_PARTIAL_WRITE(BLK_DEVICE, "a write beyond the end writes what fits", ""),
    BD_UNKNOWN_OK(BLK_DEVICE, "an unknown request type succeeds", ""),
    BD_UNKNOWN_IOERR(BLK_DEVICE, "an unknown request type fails with IOERR", ""),
    BD_READ_ONLY_WRITES(BLK_DEVICE, "a read-only disk is written", ""),
    BD_ZEROES_FLAGS(BLK_DEVICE, "unknown flags of WRITE_ZEROES are taken", ""),
    BD_ZEROES_FIRST_RANGE(BLK_DEVICE, "only the first range of WRITE_ZEROES is zeroed", ""),
    BD_DISCARD_UNMAP(BLK_DEVICE, "DISCARD with unmap is served", ""),
    BD_ID_NOT_PADDED(BLK_DEVICE, "the name is not padded with zeros", ""),
    BD_SWAPPED(BLK_DEVICE, "of two requests each gets the other's answer", "SerenityOS PR 26513 is the driver's side"),
    BD_ODD_LOST(BLK_DEVICE, "a request of 511 bytes is never answered", "cloud-hypervisor PR 8401"),
    BD_ONE_A_KICK(BLK_DEVICE, "one request is served for each notification", "rust-vmm PR 196 is alike"),
    BD_QUEUE_RESET_KEEPS(BLK_DEVICE, "requests outlive the reset of their queue", "ToroSim, issue 16"),
    BD_RESET_KEEPS(BLK_DEVICE, "requests outlive the reset of the device", "firecracker PR 6171"),
    BD_NO_INTERRUPT(BLK_DEVICE, "answers come without an interrupt", "acrn-hypervisor PR 2733"),
    BD_CAPACITY_BYTES(BLK_DEVICE, "the capacity is told in bytes", ""),
    BD_FLUSH_UNSUPPORTED(BLK_DEVICE, "FLUSH is offered and not served", ""),
    BD_WRITES_READABLE(BLK_DEVICE, "the status goes into the header too", ""),
    BD_LENGTH_16(BLK_DEVICE, "lengths are cut to 16 bits", ""),
    BD_INT_CAST(BLK_DEVICE, "lengths are summed and cast to int", "ToroSim, issue 16"),

    ND_HEADER_10(NET_DEVICE, "the header has 10 bytes", "cheribsd 468"),
    ND_HEADER_ALONE(NET_DEVICE, "sends only what is behind the first element", "virtio-win 1090"),
    ND_TX_FIRST_ELEMENT(NET_DEVICE, "sends only the first element", "cloud-hypervisor PR 7802"),
    ND_TX_LENGTH(NET_DEVICE, "a sent frame has a used length", "cloud-hypervisor PR 7803"),
    ND_NUM_BUFFERS_0(NET_DEVICE, "num_buffers is not written without MRG_RXBUF", "QEMU 7.2"),
    ND_NUM_BUFFERS_1(NET_DEVICE, "num_buffers is 1 for a frame in several", "virtio-win PR 1529"),
    ND_NOT_FILLED(NET_DEVICE, "a byte stays free in each of several buffers", ""),
    ND_PIECEMEAL(NET_DEVICE, "buffers of a frame become visible one by one", ""),
    ND_TRUNCATED(NET_DEVICE, "a frame that does not fit is cut", ""),
    ND_TOO_LONG_LEAKS(NET_DEVICE, "a frame that does not fit takes the buffer with it", "QEMU CVE-2022-26353"),
    ND_DEAD_WHEN_DRY(NET_DEVICE, "without buffers once, receives nothing any more", "firecracker 2057"),
    ND_QUEUE_RESET_KEEPS(NET_DEVICE, "buffers outlive the reset of their queue", "ToroSim, issue 16"),
    ND_RESET_KEEPS(NET_DEVICE, "buffers outlive the reset of the device", ""),
    ND_LENGTH_OF_FRAME(NET_DEVICE, "the used length leaves the header out", "libkrun PR 701"),
    ND_HEADER_EACH(NET_DEVICE, "each of several buffers has a header", ""),
    ND_FLAGS(NET_DEVICE, "DATA_VALID is set though GUEST_CSUM was not agreed", ""),
    ND_MAC_REVERSED(NET_DEVICE, "the address is told backwards", ""),
    ND_REORDERED(NET_DEVICE, "of two frames the second comes first", ""),
    ND_SENT_TWICE(NET_DEVICE, "a frame is sent twice", ""),
    ND_HEADER_SENT(NET_DEVICE, "the header goes onto the wire", ""),
    ND_RX_FIRST_ELEMENT(NET_DEVICE, "only the first element of a receive buffer is used", ""),
    ND_INT_CAST(NET_DEVICE, "lengths are summed and cast to int", "ToroSim, issue 16"),

    CD_FIRST_ELEMENT(CONSOLE_DEVICE, "only the first element is printed", "cloud-hypervisor PR 7802"),
    CD_TX_LENGTH(CONSOLE_DEVICE, "what was printed counts as written", "cloud-hypervisor PR 7803"),
    CD_RX_LENGTH_ROOM(CONSOLE_DEVICE, "the used length is the buffer's", ""),
    CD_RX_REST_LOST(CONSOLE_DEVICE, "input that does not fit into one buffer is lost", ""),
    CD_RX_BYTE_SKIPPED(CONSOLE_DEVICE, "a byte is lost between two buffers", ""),
    CD_TEXT(CONSOLE_DEVICE, "output ends at a zero byte", ""),
    CD_SEVEN_BITS(CONSOLE_DEVICE, "input is cut to seven bits", ""),
    CD_COOKED(CONSOLE_DEVICE, "a line feed gets a carriage return", ""),
    CD_TX_NEVER_USED(CONSOLE_DEVICE, "printed buffers do not come back", ""),
    CD_QUEUE_RESET_KEEPS(CONSOLE_DEVICE, "buffers outlive the reset of their queue", "ToroSim, issue 16"),
    CD_INT_CAST(CONSOLE_DEVICE, "lengths are summed and cast to int", "ToroSim, issue 16"),

    ED_LENGTH_ZERO(ENTROPY_DEVICE, "the used length is 0", "libkrun PR 701"),
    ED_FIRST_ELEMENT(ENTROPY_DEVICE, "the first element is filled, the whole is reported", ""),
    ED_SAME_BYTES(ENTROPY_DEVICE, "each buffer gets the same bytes", ""),
    ED_LENGTH_TOO_LONG(ENTROPY_DEVICE, "half is filled, the whole is reported", ""),
    ED_ONE_A_KICK(ENTROPY_DEVICE, "one buffer is filled for each notification", ""),
    ED_QUEUE_RESET_KEEPS(ENTROPY_DEVICE, "buffers outlive the reset of their queue", "ToroSim, issue 16"),
    ED_INT_CAST(ENTROPY_DEVICE, "lengths are summed and cast to int", "ToroSim, issue 16"),

    VD_CREDIT_NEVER(
            VSOCK_DEVICE, "credit is told only in packets that go anyway", "firecracker vsock, rust-vmm vhost-device"),
    VD_CREDIT_IGNORED(VSOCK_DEVICE, "more is sent than the guest has room for", ""),
    VD_FORWARDED(VSOCK_DEVICE, "bytes count as taken when they arrive", ""),
    VD_RESET_IGNORED(VSOCK_DEVICE, "a reset in mid-stream is not noticed", ""),
    VD_DROPPED(VSOCK_DEVICE, "packets that find no buffer are dropped", "linux vhost-vsock"),
    VD_SRC_CID(VSOCK_DEVICE, "the sender's address is 0", ""),
    VD_PORTS(VSOCK_DEVICE, "ports are the wrong way round", ""),
    VD_LEN(VSOCK_DEVICE, "len counts the header too", ""),
    VD_TYPE(VSOCK_DEVICE, "the type is 0", ""),
    VD_NO_RST(VSOCK_DEVICE, "a packet of no stream is not answered with RST", ""),
    VD_CREDIT_REQUEST(VSOCK_DEVICE, "CREDIT_REQUEST is not answered", ""),
    VD_TX_FIRST_ELEMENT(VSOCK_DEVICE, "only the first element of a packet is read", "cloud-hypervisor PR 7802"),
    VD_SHUTDOWN(VSOCK_DEVICE, "SHUTDOWN does nothing", ""),
    VD_CID(VSOCK_DEVICE, "guest_cid is 0", ""),
    VD_COUNT_SHORT(VSOCK_DEVICE, "the count of bytes taken is three too short", ""),
    VD_HEADER_COUNTED(VSOCK_DEVICE, "headers count against the guest's room", ""),
    VD_PAYLOAD_TELLS_NOTHING(VSOCK_DEVICE, "credit that comes with payload is not heard", ""),
    VD_ROOM_TOLD_ONCE(VSOCK_DEVICE, "the size of its buffer is told in RESPONSE only, elsewhere 0", ""),
    VD_ROOM_SHRINKS(VSOCK_DEVICE, "the size of its buffer shrinks from packet to packet", ""),
    VD_RESET_KEEPS_STREAMS(VSOCK_DEVICE, "streams outlive the reset of the device", ""),
    VD_RESET_KEEPS_PACKETS(VSOCK_DEVICE, "packets that wait outlive the reset of the device", ""),
    VD_TYPE_UNCHECKED(VSOCK_DEVICE, "the type of a packet is not looked at", ""),
    VD_SRC_UNCHECKED(VSOCK_DEVICE, "packets of another guest's address are taken", ""),
    VD_DST_UNCHECKED(VSOCK_DEVICE, "packets to another host's address are taken", ""),

    BD_TYPE_31(BLK_DEVICE, "the highest bit of the type is dropped", ""),
    BD_CLAIMS_ROOM(BLK_DEVICE, "a read that failed has all its room for used length", ""),
    BD_READ_CAST(BLK_DEVICE, "the length of a read is cast to int", ""),

    BLK_FIXED_BUFFER(BLK_DRIVER, "one buffer for ever, any answer is the answer", "ToroSim BlkDriver"),
    BLK_STATUS_IGNORED(BLK_DRIVER, "the status is not read", ""),
    BLK_LENGTH_IGNORED(BLK_DRIVER, "status 0 is believed however little was written", ""),
    BLK_ONLY_IOERR(BLK_DRIVER, "only status 1 is a failure", ""),
    BLK_REUSED_AFTER_TIMEOUT(BLK_DRIVER, "ids are compared, but the buffer of a lost request is used again", ""),
    BLK_UNSUPPORTED_PASSES(BLK_DRIVER, "status 2 passes for done", ""),
    BLK_UNKNOWN_PASSES(BLK_DRIVER, "a status above 2 passes for done", ""),
    BLK_SIZE_MAX_IGNORED(BLK_DRIVER, "SIZE_MAX is accepted, size_max is not kept", ""),
    BLK_SEG_MAX_IGNORED(BLK_DRIVER, "SEG_MAX is accepted, seg_max is not kept", ""),
    BLK_PIECES_OF_ONE_SECTOR(BLK_DRIVER, "each piece of a long transfer begins at its first sector", ""),
    BLK_LAST_PIECE_FULL(BLK_DRIVER, "the last piece of a long transfer is as long as the others", ""),
    BLK_ANY_ANSWER(BLK_DRIVER, "a buffer for each request, but any answer is the answer", "SerenityOS PR 26513"),
    NET_BUFFER_LOST(NET_DRIVER, "a frame with num_buffers 0 keeps its buffer", "ToroSim NetDriver"),
    NET_LENGTH_BELIEVED(NET_DRIVER, "the device's length is believed", "rcore-os/virtio-drivers PR 245"),
    NET_SHORT_BELIEVED(NET_DRIVER, "a length below the header's is not refused", "bluetooth-next virtio_bt 113"),
    NET_NUM_BUFFERS_WAITS(
            NET_DRIVER, "waits for buffers that num_buffers promised", "QEMU CVE-2021-3748 is the device's side"),
    NET_HEADER_10(NET_DRIVER, "the header has 10 bytes", "cheribsd 468"),
    NET_FIFO(NET_DRIVER, "the id of a used buffer is not looked at", "SerenityOS PR 26513"),
    NET_IN_ORDER(NET_DRIVER, "receive buffers are taken to come back in order", "SerenityOS PR 26513"),
    NET_FIRST_BUFFER_ONLY(NET_DRIVER, "of a frame in several buffers only the first is taken", ""),
    NET_HEADER_EACH(NET_DRIVER, "a header is taken off each of several buffers", ""),
    NET_BUFFERS_FULL(NET_DRIVER, "all but the first of several buffers are taken to be full", ""),
    CONSOLE_FIXED_BUFFER(CONSOLE_DRIVER, "one buffer for all that is written", "ToroSim ConsoleDriver"),
    CONSOLE_COUNTS_ALL(CONSOLE_DRIVER, "all bytes count as taken though there was no room", ""),
    CONSOLE_NEVER_POLLS(CONSOLE_DRIVER, "used buffers are not taken back", "Solo5 PR 98"),
    CONSOLE_FIFO(CONSOLE_DRIVER, "buffers are taken to come back in order", "SerenityOS PR 26513"),
    ENTROPY_FIXED_BUFFER(ENTROPY_DRIVER, "one buffer, any answer is the answer", "ToroSim RngDriver"),
    ENTROPY_LENGTH_BELIEVED(ENTROPY_DRIVER, "the device's length is believed", "rcore-os/virtio-drivers PR 245"),
    ENTROPY_ASKED_RETURNED(ENTROPY_DRIVER, "as many bytes are returned as were asked for", ""),
    ENTROPY_LENGTH_IGNORED(ENTROPY_DRIVER, "the same, but not where nothing at all was written", ""),
    VSOCK_CREDIT_NEVER(VSOCK_DRIVER, "credit is told only in packets that go anyway", ""),
    VSOCK_CREDIT_IGNORED(VSOCK_DRIVER, "more is sent than the host has room for", ""),
    VSOCK_FORWARDED(VSOCK_DRIVER, "bytes count as taken when they arrive", ""),
    VSOCK_RESET_IGNORED(VSOCK_DRIVER, "a reset in mid-stream is not noticed", ""),
    VSOCK_COUNTERS(VSOCK_DRIVER, "counters are compared without regard to their wrap", ""),
    SEND_FIXED_BUFFER(NET_SENDER, "one buffer for all that is sent", "ToroSim ConsoleDriver"),
    SEND_FIFO(NET_SENDER, "buffers are taken to come back in order", "SerenityOS PR 26513"),
    SEND_COUNTS_ALL(NET_SENDER, "frames count as sent though there was no room", ""),
    SEND_NEVER_POLLS(NET_SENDER, "used buffers are not taken back", "Solo5 PR 98"),
    SEND_HEADER_10(NET_SENDER, "the header has 10 bytes", "cheribsd 468"),
    SEND_HEADER_UNWRITTEN(NET_SENDER, "the header is what was in memory", ""),
    SEND_NUM_BUFFERS(NET_SENDER, "num_buffers of a frame that is sent is 1", ""),
    INPUT_FIFO(CONSOLE_INPUT, "buffers are taken to come back in order", "SerenityOS PR 26513"),
    INPUT_LENGTH_BELIEVED(CONSOLE_INPUT, "the device's length is believed", "rcore-os/virtio-drivers PR 245"),
    INPUT_WHOLE_BUFFER(CONSOLE_INPUT, "the whole buffer is taken for input", ""),
    INPUT_NOT_REPOSTED(CONSOLE_INPUT, "buffers without input are not posted again", "ToroSim NetDriver");

    /** What it is planted in. */
    enum Part {
        BLK_DEVICE("disk"),
        NET_DEVICE("network card"),
        CONSOLE_DEVICE("console"),
        ENTROPY_DEVICE("entropy device"),
        VSOCK_DEVICE("vsock device"),
        BLK_DRIVER("disk driver"),
        NET_DRIVER("network driver"),
        CONSOLE_DRIVER("console driver"),
        ENTROPY_DRIVER("entropy driver"),
        VSOCK_DRIVER("vsock driver"),
        NET_SENDER("network driver, sending"),
        CONSOLE_INPUT("console driver, reading");

        final String title;

        Part(String title) {
            this.title = title;
        }
    }

    /** Whether a reader of the guide planted it, whom the exam failed then. */
    boolean byReader() {
        return this == CONSOLE_FIFO
                || compareTo(BD_TYPE_31) >= 0 && compareTo(BD_READ_CAST) <= 0
                || this == ENTROPY_LENGTH_IGNORED
                || compareTo(VD_COUNT_SHORT) >= 0 && compareTo(VD_DST_UNCHECKED) <= 0;
    }

    final Part part;
    final String story;
    final String publicBug;

    RequestFault(Part part, String story, String publicBug) {
        this.part = part;
        this.story = story;
        this.publicBug = publicBug;
    }
}
