package io.torosim.core.memory;

/**
 * Where a range of plain RAM lies in the host.
 *
 * @param bytes an array that stays the RAM's own as long as the RAM lives
 * @param offset index of the range's first byte
 */
public record PlainBytes(byte[] bytes, int offset) {}
