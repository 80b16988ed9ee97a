package io.torosim.virtio.vsock;

import io.torosim.core.memory.GuestMemory;
import io.torosim.virtio.device.DeviceModel;
import io.torosim.virtio.device.DeviceModel.DeviceContext;
import io.torosim.virtio.queue.BufferChain;
import io.torosim.virtio.queue.DeviceQueue;
import io.torosim.virtio.vsock.VsockEndpoint.VsockConnection;
import io.torosim.virtio.vsock.VsockEndpoint.VsockPacket;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A socket device whose host echoes at port 7 and discards at port 9; right but for one fault, named by its constant. */
public final class NaiveVsock implements DeviceModel {
    private final long cid;
    private final String fault;
    private final VsockEndpoint host;
    private final List<VsockConnection> echoing = new ArrayList<>();
    private final List<byte[]> unsent = new ArrayList<>();
    private final List<VsockConnection> discarding = new ArrayList<>();
    private DeviceContext context;
    private final Map<Integer, Integer> sent = new TreeMap<>(); // packets with payload, by the guest's port
    private final Map<Integer, VsockPacket> heard = new TreeMap<>(); // the last without payload
    private int packets;
    private boolean working;

    /** Creates one. */
    public NaiveVsock(long cid, String fault) {
        this(cid, fault, 3000);
    }

    /** Creates one whose streams have buffers of so many bytes. */
    public NaiveVsock(long cid, String fault, int bufferBytes) {
        this.cid = cid;
        this.fault = fault;
        Set<VsockFault> faults = EnumSet.noneOf(VsockFault.class);
        switch (fault) {
            case "VD_CREDIT_NEVER" -> faults.add(VsockFault.CREDIT_NEVER_UPDATED);
            case "VD_CREDIT_IGNORED" -> faults.add(VsockFault.CREDIT_IGNORED);
            case "VD_FORWARDED" -> faults.add(VsockFault.FORWARDED_ON_ARRIVAL);
            case "VD_RESET_IGNORED" -> faults.add(VsockFault.RESET_IGNORED);
            default -> {} // here
        }
        host = new VsockEndpoint(VsockPacket.HOST_CID, bufferBytes, 0, faults);
        host.listen(7, connection -> {
            echoing.add(connection);
            unsent.add(new byte[0]);
        });
        host.listen(9, discarding::add);
    }

    private boolean is(String name) {
        return fault.equals(name);
    }

    @Override
    public int deviceId() {
        return VsockDevice.DEVICE_ID;
    }

    @Override
    public long features() {
        return VsockDevice.F_STREAM;
    }

    @Override
    public int queueCount() {
        return 3;
    }

    @Override
    public int configByte(int offset) {
        return offset >= 8 || is("VD_CID") ? 0 : (int) (cid >>> 8 * offset) & 0xff;
    }

    @Override
    public void start(DeviceContext newContext) {
        context = newContext;
    }

    @Override
    public void notified(int queueIndex) {
        work();
    }

    @Override
    public void reset() {
        context = null;
        if (is("VD_RESET_KEEPS_STREAMS")) {
            return;
        }
        List<VsockPacket> waiting = new ArrayList<>();
        for (VsockPacket packet = host.poll(); packet != null; packet = host.poll()) {
            waiting.add(packet);
        }
        host.clear();
        if (is("VD_RESET_KEEPS_PACKETS")) {
            waiting.forEach(host::send);
        }
        echoing.clear();
        unsent.clear();
        discarding.clear();
    }

    /** Carries packets and bytes. */
    public void work() {
        if (context == null || working) {
            return;
        }
        working = true;
        for (int turn = 0; turn < 4; turn++) {
            take();
            if (context == null) {
                break;
            }
            applications();
            give();
        }
        working = false;
    }

    private void applications() {
        for (int i = 0; i < echoing.size(); i++) {
            VsockConnection stream = echoing.get(i);
            byte[] rest = unsent.get(i);
            if (rest.length == 0) {
                rest = stream.read(500);
            }
            int done = stream.write(rest);
            unsent.set(i, java.util.Arrays.copyOfRange(rest, done, rest.length));
            if (stream.ended() && unsent.get(i).length == 0 && !is("VD_SHUTDOWN")) {
                stream.shutdown();
            }
        }
        for (VsockConnection stream : discarding) {
            stream.read(700);
            if (stream.ended() && !is("VD_SHUTDOWN")) {
                stream.shutdown();
            }
        }
    }

    private void take() {
        DeviceQueue tx = context.queue(VsockDevice.TX);
        BufferChain chain = new BufferChain();
        GuestMemory memory = context.memory();
        while (tx != null && host.waiting() < 50 && tx.pop(chain)) {
            int size = (int) Math.min(1 << 20, chain.readableBytes());
            byte[] bytes = new byte[is("VD_TX_FIRST_ELEMENT") ? (int) chain.length(0) : size];
            chain.read(memory, 0, bytes, 0, bytes.length);
            VsockPacket packet = VsockPacket.decode(bytes);
            boolean deaf = packet == null || packet.op() == VsockPacket.CREDIT_REQUEST && is("VD_CREDIT_REQUEST");
            if (!deaf && (packet.srcCid() == cid || is("VD_SRC_UNCHECKED"))) {
                int before = host.waiting();
                host.receive(misread(packet));
                boolean stranger = packet.op() == VsockPacket.RW || packet.op() == VsockPacket.REQUEST;
                if (is("VD_NO_RST") && stranger && host.waiting() == before + 1) {
                    dropReset();
                }
            }
            tx.complete(chain.token(), 0);
        }
        if (tx != null) {
            context.finish(VsockDevice.TX);
            tx.enableNotifications();
        }
    }

    /** What this host makes of a packet of the guest. */
    private VsockPacket misread(VsockPacket p) {
        VsockPacket credit = p;
        int headers = is("VD_HEADER_COUNTED") ? VsockPacket.HEADER_BYTES * sent.getOrDefault(p.srcPort(), 0) : 0;
        if (p.op() != VsockPacket.RW) {
            heard.put(p.srcPort(), p);
        } else if (is("VD_PAYLOAD_TELLS_NOTHING")) {
            credit = heard.getOrDefault(p.srcPort(), p);
        }
        return new VsockPacket(
                is("VD_SRC_UNCHECKED") ? cid : p.srcCid(),
                is("VD_DST_UNCHECKED") ? VsockPacket.HOST_CID : p.dstCid(),
                p.srcPort(),
                p.dstPort(),
                is("VD_TYPE_UNCHECKED") ? VsockPacket.STREAM : p.type(),
                p.op(),
                p.flags(),
                credit.bufAlloc(),
                credit.fwdCnt() - headers,
                p.payload());
    }

    private void dropReset() {
        List<VsockPacket> kept = new ArrayList<>();
        VsockPacket packet;
        while ((packet = host.poll()) != null) {
            if (packet.op() != VsockPacket.RST) {
                kept.add(packet);
            }
        }
        kept.forEach(host::send);
    }

    private void give() {
        DeviceQueue rx = context.queue(VsockDevice.RX);
        BufferChain chain = new BufferChain();
        while (rx != null && host.peek() != null && rx.pop(chain)) {
            VsockPacket packet = host.poll();
            int room = (int) chain.writableBytes() - VsockPacket.HEADER_BYTES;
            if (packet.payload().length > room) {
                host.unpoll(packet.part(room, packet.payload().length - room));
                packet = packet.part(0, room);
            }
            byte[] bytes = changed(packet).encode();
            if (is("VD_LEN")) {
                bytes[24] += VsockPacket.HEADER_BYTES;
            }
            chain.write(context.memory(), 0, bytes, 0, bytes.length);
            rx.complete(chain.token(), bytes.length);
        }
        if (rx != null) {
            context.finish(VsockDevice.RX);
        }
        while (is("VD_DROPPED") && host.poll() != null) {
            // gone
        }
    }

    private VsockPacket changed(VsockPacket p) {
        packets++;
        if (p.op() == VsockPacket.RW) {
            sent.merge(p.dstPort(), 1, Integer::sum);
        } else if (p.op() == VsockPacket.RESPONSE) {
            sent.put(p.dstPort(), 0);
        }
        int room = is("VD_ROOM_TOLD_ONCE") && p.op() != VsockPacket.RESPONSE
                ? 0
                : is("VD_ROOM_SHRINKS") ? Math.max(0, p.bufAlloc() - 4 * packets) : p.bufAlloc();
        return new VsockPacket(
                is("VD_SRC_CID") ? 0 : p.srcCid(),
                p.dstCid(),
                is("VD_PORTS") ? p.dstPort() : p.srcPort(),
                is("VD_PORTS") ? p.srcPort() : p.dstPort(),
                is("VD_TYPE") ? 0 : p.type(),
                p.op(),
                p.flags(),
                room,
                is("VD_COUNT_SHORT") ? Math.max(0, p.fwdCnt() - 3) : p.fwdCnt(),
                p.payload());
    }
}
