#!/usr/bin/env bash
# Wireshark 4.0.17: a pcapng whose packet carries epb_verdict (option 7: here "eBPF at TC said 5", 9 octets), copied by editcap with no option at all.
# Guess, written down before (for a packet with flags, hash, drop count, packet id, queue and verdict): the copy has them all.
# Wrong. The verdict, which tshark shows in the original, is written under code 6, which is epb_queue, of four octets: neither editcap nor tshark reads on in the copy, "appears to be damaged or
# corrupt". tshark -w and mergecap write the same. The hash is left out; flags, drop count, packet id and queue are there.
# Seen with Wireshark 4.0.17 (Debian 4.0.17-0+deb12u3): options 2 3 4 5 6 7 come out as 2 4 5 6 6; with the verdict alone 6; "packet block queue option length 9 is not 4".
# Fails if the verdict keeps its code or the copy can be read.
set -euo pipefail
command -v editcap >/dev/null || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wireshark-common >/dev/null; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
editcap --version 2>/dev/null | head -n 1
cat > options.py <<'P'
import struct, sys

VALUES = {2: struct.pack('<I', 1), 3: b'\x02\x01\x02\x03\x04', 4: struct.pack('<Q', 7), 5: struct.pack('<Q', 9), 6: struct.pack('<I', 3), 7: b'\x01' + struct.pack('<Q', 5)}

def option(code, value):
    return struct.pack('<HH', code, len(value)) + value + bytes(-len(value) % 4)

def block(kind, body):
    size = 12 + len(body)
    return struct.pack('<II', kind, size) + body + struct.pack('<I', size)

def write(name, codes):
    options = b''.join(option(code, VALUES[code]) for code in codes) + option(0, b'')
    packet = struct.pack('<IIIII', 0, 0, 1000000, 60, 60) + bytes(60) + options
    open(name, 'wb').write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)) + block(1, struct.pack('<HHI', 1, 0, 65535)) + block(6, packet))

def read(name):
    data, at, codes = open(name, 'rb').read(), 0, []
    while at < len(data):
        kind, size = struct.unpack_from('<II', data, at)
        option_at = at + 28 + 60
        while kind == 6 and option_at + 4 <= at + size - 4:
            code, length = struct.unpack_from('<HH', data, option_at)
            codes += [code] if code else []
            option_at += 4 + length + -length % 4
        at += size
    return codes

if sys.argv[1] == 'write':
    write(sys.argv[2], [int(code) for code in sys.argv[3:]])
else:
    print(*read(sys.argv[2]))
P
python3 options.py write all.pcapng 2 3 4 5 6 7; editcap all.pcapng all.copy
python3 options.py write one.pcapng 7; editcap one.pcapng one.copy
got="$(python3 options.py read all.copy) / $(python3 options.py read one.copy)"
said=$(editcap one.copy again.pcapng 2>&1) || true
echo "options 2 3 4 5 6 7 / 7 come out as $got; copy of the copy: $(echo "$said" | tr '\n' ' ')"
[ "$got" = "2 4 5 6 6 / 6" ] && grep -q 'queue option length 9 is not 4' <<<"$said" || { echo "changed"; exit 1; }
