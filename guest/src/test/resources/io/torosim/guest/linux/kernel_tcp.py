"""Plays kernel-tcp.txt to the TCP of this machine's kernel and prints it with what that answers.

    unshare -n python3 kernel_tcp.py kernel-tcp.txt      # as root; a TUN device in a network of its own, gone afterwards

Behind each step stand the segments that came: flags without P, sequence number from the server's first, acknowledgement from the client's, bytes of data.
"""
import fcntl, os, re, socket, struct, subprocess, sys, threading, time

SERVER, CLIENT, PORT = "10.99.0.1", "10.99.0.2", 80
LETTERS = "FSRPAUEC"


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def open_tun():
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH", b"t0", 0x1001))  # TUNSETIFF, IFF_TUN | IFF_NO_PI
    for command in ("ip addr add 10.99.0.1/24 dev t0", "ip link set t0 up mtu 1500"):
        subprocess.check_call(command.split())
    with open("/proc/sys/net/ipv4/tcp_no_metrics_save", "w") as setting:
        setting.write("1")  # each connection begins without what the last one has measured
    return fd


def answer(path):
    if path == "/":
        status, body = "200 OK", "<html><body><h1>It works!</h1></body></html>\n"
    else:
        escaped = path.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        status = "404 Not Found"
        body = "<html><body><h1>Not Found</h1><p>The requested URL " + escaped + " was not found on this server.</p></body></html>\n"
    head = "HTTP/1.0 %s\r\nServer: Apache\r\nContent-Length: %d\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n"
    return (head % (status, len(body)) + body).encode()


def serve(connection):
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            more = connection.recv(4096)
            if not more:
                break
            data += more
        if data:
            connection.send(answer(data.split()[1].decode()))
            time.sleep(0.0005)
    except OSError:
        pass  # reset
    connection.close()


def listen():
    server = socket.socket()
    server.setsockopt(socket.IPPROTO_TCP, 9, 30)  # TCP_DEFER_ACCEPT, as Apache's
    server.bind((SERVER, PORT))
    server.listen(100)
    while True:
        threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()


class Client:
    """One end of connections by hand."""

    def __init__(self, fd):
        self.fd, self.port, self.heard, self.first = fd, 40000, [], None
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            packet = os.read(self.fd, 65536)
            if packet[0] >> 4 != 4 or packet[9] != 6:
                continue
            segment = packet[(packet[0] & 15) * 4:]
            _, port, sequence, number, header, flags = struct.unpack("!HHIIBB", segment[:14])
            if port != self.port:
                continue
            if flags & 2:
                self.first = sequence
            reset = flags & 4
            self.heard.append("%s %d %d %d" % (
                "".join(LETTERS[i] for i in range(8) if flags >> i & 1 and i != 3),
                0 if reset else (sequence - self.first) & 0xffffffff,
                (number - 1000000) & 0xffffffff if flags & 16 else 0,
                len(segment) - (header >> 4) * 4))

    def put(self, flags, sequence, number, data=b"", window=29200, mss=0):
        options = struct.pack("!BBH", 2, 4, mss) if mss else b""
        bits = sum(1 << LETTERS.index(letter) for letter in flags)
        tcp = struct.pack("!HHIIBBHHH", self.port, PORT, 1000000 + sequence, ((self.first or 0) + number) & 0xffffffff if bits & 16 else 0,
                          5 + len(options) // 4 << 4, bits, window, 0, 0) + options + data
        pseudo = socket.inet_aton(CLIENT) + socket.inet_aton(SERVER) + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, socket.inet_aton(CLIENT), socket.inet_aton(SERVER))
        os.write(self.fd, ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp)

    def play(self, step):
        words = step.split()
        if words[0] == "wait":
            time.sleep(int(words[1]) / 1000)
        elif words[0] == "syn":
            self.port, self.first, self.heard = self.port + 1, None, []
            self.put("S", 0, 0, mss=int(words[2]) if "mss" in words else 0)
            time.sleep(0.02)
        elif words[0] == "request":
            path = words[2].replace("XXXX", "x" * 1200).replace("<<<<", "<" * 1400)
            self.request = ("GET %s HTTP/1.0\r\n\r\n" % path).encode()
        elif words[0] == "send":
            data = b""
            rest = words[4:]
            if rest[:1] == ["all"]:
                data = self.request
            elif rest and rest[0] != "win":
                data = self.request[int(rest[0]):int(rest[1])]
            window = int(rest[rest.index("win") + 1]) if "win" in rest else 29200
            sequence = 1 + len(self.request) if words[2] == "end" else int(words[2])
            self.put(words[1], sequence, int(words[3]), data, window)
            time.sleep(0.02)


def main():
    client = Client(open_tun())
    threading.Thread(target=listen, daemon=True).start()
    time.sleep(0.3)
    client.heard = []
    for line in open(sys.argv[1]).read().splitlines():
        if line.startswith("<"):
            continue
        print(line)
        if line.startswith("="):
            client.play("request GET / HTTP/1.0")
        elif line and line[0] not in "#!":
            client.play(line)
            came, client.heard = client.heard, []
            for segment in came:
                print("<", segment)


main()
