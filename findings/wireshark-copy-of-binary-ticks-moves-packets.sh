#!/usr/bin/env bash
# Wireshark 4.0.17: a pcapng whose interface counts in binary fractions (if_tsresol 8Ah: 2^-10 s), copied by editcap with no option at all.
# Guess, written down before: a copy has the time stamps of its original, the more so as it keeps the resolution 8Ah.
# Wrong for every second tick. A stamp becomes nanoseconds on the way, cut, and ticks again, cut: an odd tick needs ten decimals (1/1024 is
# 0.0009765625), loses the last and comes back as the tick before. 512 of the 1,024 ticks of a second move by 0.98 ms; mergecap and reordercap do the
# same. A second copy moves nothing more, since even ticks have nine decimals.
# Seen with Wireshark 4.0.17 (Debian 4.0.17-0+deb12u3): 512 of 1024 moved, tick 1 to tick 0; by the second copy 0.
# Fails if that many do not move.
set -euo pipefail
command -v editcap >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wireshark-common >/dev/null; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
editcap --version 2>/dev/null | head -n 1
cat > ticks.py <<'P'
import struct, sys

def block(kind, body):
    size = 12 + len(body)
    return struct.pack('<II', kind, size) + body + struct.pack('<I', size)

def write(name):
    interface = struct.pack('<HHIHHB3xHH', 1, 0, 65535, 9, 1, 0x8a, 0, 0)
    packets = b''.join(block(6, struct.pack('<IIIII', 0, 0, 1024 + k, 60, 60) + bytes(60)) for k in range(1024))
    open(name, 'wb').write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)) + block(1, interface) + packets)

def read(name):
    data, at, ticks = open(name, 'rb').read(), 0, []
    while at < len(data):
        kind, size = struct.unpack_from('<II', data, at)
        if kind == 6:
            high, low = struct.unpack_from('<II', data, at + 12)
            ticks.append((high << 32 | low) - 1024)
        at += size
    return ticks

if len(sys.argv) == 2:
    write(sys.argv[1])
else:
    a, b = read(sys.argv[1]), read(sys.argv[2])
    print(len(a), sum(x != y for x, y in zip(a, b)), a[1], b[1])
P
python3 ticks.py original.pcapng
editcap original.pcapng copy.pcapng
editcap copy.pcapng again.pcapng
first=$(python3 ticks.py original.pcapng copy.pcapng); second=$(python3 ticks.py copy.pcapng again.pcapng)
echo "packets, moved, second tick before and after: $first; by the second copy: $second"
[ "$first / $second" = "1024 512 1 0 / 1024 0 0 0" ] || { echo "changed"; exit 1; }
