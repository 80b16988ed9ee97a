package io.torosim.core.power;

/**
 * What one vCPU's core did and drew.
 *
 * @param vcpuId which
 * @param microjoules energy
 * @param executingPs executing, a busy wait and the host's polling included
 * @param clockPermille mean clock while executing, in thousandths of the highest; 0 if it never executed
 * @param c1Ps in C1
 * @param c1ePs in C1E
 * @param c6Ps in C6
 */
public record VcpuEnergy(
        int vcpuId, long microjoules, long executingPs, int clockPermille, long c1Ps, long c1ePs, long c6Ps) {}
