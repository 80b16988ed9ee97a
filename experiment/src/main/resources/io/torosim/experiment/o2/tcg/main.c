/*
 * Times the compiled routines on the bare machine: best of many calls, in thousandths of a cycle of the time-stamp
 * counter a unit, one line each on port 0xe9. Started by TcgRoutines.
 */
typedef unsigned long u64;
typedef unsigned char u8;
#define PASCAL __attribute__((ms_abi)) /* the routines are compiled for Win64 */

extern PASCAL void COPYBYTES(u8 *source, u8 *target, long count);
extern PASCAL void FILLDWORDS(void *target, long count, unsigned value);
extern PASCAL unsigned short CHECKSUM(u8 *data, int bytes);
extern PASCAL void *LISTSEARCH(void *node, int key);
extern PASCAL int PARSEBYTES(u8 *data, u8 *target, int count);
extern PASCAL void CONCATENATE(u8 *left, u8 *right, u8 *target);
extern PASCAL void TCPOUTPUT(void *socket, u8 *segment, int length, int flags);
extern PASCAL void TCPINPUT(void *socket, u8 *segment, int length);
extern PASCAL void PUTCHARACTERS(u8 *screen, u8 *text, int count);
extern PASCAL int VISITSOCKET(void *socket, long now);

static void out(u8 value, unsigned short port) {
    asm volatile("outb %0,%1" ::"a"(value), "Nd"(port));
}

static u64 now(void) {
    unsigned low, high;
    asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (u64)high << 32 | low;
}

static void text(const char *s) {
    while (*s) {
        out(*s++, 0xe9);
    }
}

static void report(const char *name, u64 cycles, u64 units) {
    char digits[24];
    int i = 0;
    u64 value = cycles * 1000 / units;
    text(name);
    text(" ");
    do {
        digits[i++] = '0' + value % 10;
    } while (value /= 10);
    while (i) {
        out(digits[--i], 0xe9);
    }
    text("\n");
}

#define BEST(name, units, call)                 \
    do {                                        \
        u64 best = ~0UL;                        \
        for (int r = 0; r < 300; r++) {         \
            u64 t = now();                      \
            call;                               \
            t = now() - t;                      \
            best = t < best ? t : best;         \
        }                                       \
        report(name, best, units);              \
    } while (0)

static u8 a[65536], b[65536], nothing[4];
static struct node {
    int key, other;
    struct node *next;
} nodes[2048];
static u64 socket[16]; /* TSocket of routines.pas: state at 12, sequence at 16, buffer at 32, reader at 40 */

void cmain(void) {
    u8 *screen = (u8 *)0xb8000;
    for (int i = 0; i < 2048; i++) {
        nodes[i].key = i;
        nodes[i].next = i < 2047 ? &nodes[i + 1] : 0;
        a[i] = 97;
    }
    a[2047] = 0;
    socket[1] = 3UL << 32;
    socket[2] = 301;
    socket[4] = socket[5] = (u64)b;
    a[4096 + 47] = 24;
    BEST("COPY_BYTES", 2048, COPYBYTES(a, b, 2048));
    BEST("FILL_DWORDS", 2048, FILLDWORDS(b, 2048, 7));
    BEST("CHECKSUM", 2048, CHECKSUM(a, 4096));
    BEST("LIST_SEARCH", 2048, LISTSEARCH(nodes, 2047));
    BEST("PARSE_BYTES", 2047, PARSEBYTES(a, b, 2047));
    BEST("CONCATENATE", 2047, CONCATENATE(a, nothing, b));
    BEST("TCP_OUTPUT", 100, for (int i = 0; i < 100; i++) TCPOUTPUT(socket, a + 4096, 25, 24));
    BEST("TCP_INPUT", 100, for (int i = 0; i < 100; i++) TCPINPUT(socket, a + 4096, 100));
    BEST("VISIT_SOCKET", 100, for (int i = 0; i < 100; i++) VISITSOCKET(socket, 5));
    BEST("FORMAT_CHARACTERS", 64, PUTCHARACTERS(b, a, 64));
    BEST("VGA_BYTE_MOVED", 3840, COPYBYTES(screen + 160, screen, 3840));
    BEST("CURSOR_PORT", 100, for (int i = 0; i < 100; i++) out(0x0e, 0x3d4));
}
