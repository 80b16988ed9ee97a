#!/usr/bin/env bash
# dpkt 1.9.8 and scapy 2.5.0: a pcapng says for each interface in which unit its time stamps are (if_tsresol), and numbers interfaces anew in each section. One file has
# two interfaces, the other two sections (two captures joined by cat); first microseconds, then nanoseconds. The second packet is 1 us later than the first.
# Guess, written down before: both readers time both packets of both files right.
# Wrong for one file each, dpkt for two sections as well. dpkt.pcapng.Reader has the first interface's unit for every packet, scapy's PcapNgReader looks up interface 0 of the second section among
# those of the first: the second packet is a thousand times as far from 1970. Nothing is said. scapy is right about two interfaces; tcpdump 4.99.3 about both files.
# Seen with dpkt 1.9.8 (Debian 1.9.8-1), scapy 2.5.0 (Debian 2.5.0+dfsg-2), second packets: dpkt interfaces 1700000000000.002 sections 1700000000000.002, scapy interfaces
# 1700000000.000002001 sections 1700000000000.002001.
# Fails if these change.
set -euo pipefail
python=/usr/bin/python3
"$python" -c 'import dpkt, scapy' 2>/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends python3-dpkt python3-scapy >/dev/null; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > times.py <<'P'
import logging, struct

logging.disable(logging.WARNING)
import dpkt, scapy
from scapy.utils import PcapNgReader

def block(kind, body):
    size = 12 + len(body)
    return struct.pack('<II', kind, size) + body + struct.pack('<I', size)

def section():
    return block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1))

def interface(digits):
    return block(1, struct.pack('<HHIHHB3xHH', 1, 0, 65535, 9, 1, digits, 0, 0))

def packet(number, ticks):
    return block(6, struct.pack('<IIIII', number, ticks >> 32, ticks & 0xffffffff, 60, 60) + bytes(60))

second = 1700000000
first, then = second * 10**6 + 1, second * 10**9 + 2001
files = {'interfaces': section() + interface(6) + interface(9) + packet(0, first) + packet(1, then),
         'sections': section() + interface(6) + packet(0, first) + section() + interface(9) + packet(0, then)}
print('versions', dpkt.__version__, scapy.VERSION)
for name, data in files.items():
    open(name, 'wb').write(data)
    with open(name, 'rb') as file:
        print('dpkt', name, *(time for time, _ in dpkt.pcapng.Reader(file)))
    print('scapy', name, *(read.time for read in PcapNgReader(name)))
P
"$python" -W ignore times.py | tee out
diff - <(tail -n +2 out) <<'D' || { echo "changed"; exit 1; }
dpkt interfaces 1700000000.000001 1700000000000.002
scapy interfaces 1700000000.000001 1700000000.000002001
dpkt sections 1700000000.000001 1700000000000.002
scapy sections 1700000000.000001 1700000000000.002001
D
