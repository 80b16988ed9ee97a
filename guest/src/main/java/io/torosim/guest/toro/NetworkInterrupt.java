package io.torosim.guest.toro;

import io.torosim.core.machine.Activity;
import io.torosim.core.machine.ExitCause;
import io.torosim.core.machine.Vcpu;

/**
 * The interrupt handler of Toro's virtio-net driver (VirtIONet.pas:VirtIOHandler): read the status, copy every received
 * frame into a packet of the stack, two EOI writes. It runs with interrupts disabled, so one object does for all interrupts.
 */
final class NetworkInterrupt implements Activity {
    private final ToroNetwork network;
    private int stage;
    private boolean received;

    NetworkInterrupt(ToroNetwork network) {
        this.network = network;
    }

    @Override
    public long step(Vcpu vcpu) {
        switch (stage) {
            case 0:
                vcpu.exit(ExitCause.PIO);
                network.card.readStatus();
                stage = 1;
                return network.statusReadPs;
            case 1:
                if (network.card.receivedCount() > 0) {
                    received = true;
                    network.incoming.add(network.card.takeReceived());
                    return network.receivePacketPs;
                }
                stage = 2;
                return acknowledge(vcpu);
            case 2:
                stage = 3;
                return acknowledge(vcpu);
            default:
                if (!received) {
                    vcpu.changedNothing(); // it told of a frame that has been sent
                }
                received = false;
                stage = 0;
                return DONE;
        }
    }

    private long acknowledge(Vcpu vcpu) {
        vcpu.exit(ExitCause.PIC);
        return network.eoiPs;
    }
}
