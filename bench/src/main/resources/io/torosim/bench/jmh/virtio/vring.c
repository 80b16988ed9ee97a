/*
 * One buffer round a split virtqueue, driver and device in turn on one thread: the baseline of VirtqueueBenchmark.
 * The device checks avail.idx, head, next, loop length, order of directions and memory bounds, reads 8 bytes of the
 * first element and writes the last byte. SPDX-License-Identifier: Apache-2.0
 *
 *   gcc -O2 -o vring vring.c && ./vring DESCRIPTORS BATCH      prints CPU nanoseconds per buffer, best of 9
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define Q 1024
#define MEM (1u << 20)
#define NEXT 1
#define WRITE 2
#define barrier() __asm__ volatile("" ::: "memory")

struct desc { uint64_t addr; uint32_t len; uint16_t flags, next; };
struct avail { uint16_t flags, idx, ring[Q], used_event; };
struct used_elem { uint32_t id, len; };
struct used { uint16_t flags, idx; struct used_elem ring[Q]; uint16_t avail_event; };

static uint8_t *mem;
static struct desc *desc;
static struct avail *avail;
static struct used *used;

/* driver state */
static uint16_t following[Q], last_of[Q], count_of[Q];
static uint32_t writable_of[Q];
static uint16_t free_head, avail_idx, last_used;
static unsigned free_count = Q;
/* device state */
static uint16_t last_avail, used_idx;
static uint8_t in_flight[Q];
static uint32_t device_writable[Q];

struct chain { uint64_t addr[64]; uint32_t len[64]; unsigned count, readable; uint64_t rbytes, wbytes; unsigned head; };

static int add(const uint64_t *addr, const uint32_t *len, unsigned n, unsigned readable)
{
    if (n > free_count) return -1;
    uint16_t head = free_head, i = head, last = head;
    uint32_t writable = 0;
    for (unsigned k = 0; k < n; k++) {
        last = i;
        uint16_t next = following[i];
        desc[i].addr = addr[k];
        desc[i].len = len[k];
        desc[i].flags = (k + 1 < n ? NEXT : 0) | (k >= readable ? WRITE : 0);
        desc[i].next = next;
        if (k >= readable) writable += len[k];
        i = next;
    }
    free_head = i;
    last_of[head] = last;
    count_of[head] = n;
    writable_of[head] = writable;
    free_count -= n;
    avail->ring[avail_idx++ & (Q - 1)] = head;
    return head;
}

static int pop(struct chain *c)
{
    uint16_t idx = *(volatile uint16_t *)&avail->idx;
    barrier();
    uint16_t waiting = idx - last_avail;
    if (!waiting) return 0;
    if (waiting + (uint16_t)(last_avail - used_idx) > Q) return -1;
    unsigned head = *(volatile uint16_t *)&avail->ring[last_avail & (Q - 1)];
    if (head >= Q || in_flight[head]) return -1;
    unsigned i = head;
    c->count = c->readable = 0;
    c->rbytes = c->wbytes = 0;
    for (;;) {
        struct desc d = desc[i];
        if (d.flags & WRITE) c->wbytes += d.len;
        else {
            if (c->readable != c->count) return -1;
            c->readable++;
            c->rbytes += d.len;
        }
        if (d.addr > MEM - (uint64_t)d.len || c->rbytes + c->wbytes > (1ull << 32)) return -1;
        c->addr[c->count] = d.addr;
        c->len[c->count++] = d.len;
        if (!(d.flags & NEXT)) break;
        if (d.next >= Q || c->count >= Q || c->count >= 64) return -1;
        i = d.next;
    }
    c->head = head;
    in_flight[head] = 1;
    device_writable[head] = c->wbytes;
    last_avail++;
    return 1;
}

static int poll_used(uint32_t *len)
{
    uint16_t idx = *(volatile uint16_t *)&used->idx;
    barrier();
    if (idx == last_used) return 0;
    struct used_elem e = used->ring[last_used & (Q - 1)];
    if (e.id >= Q || !count_of[e.id]) return -1;
    free_count += count_of[e.id];
    count_of[e.id] = 0;
    following[last_of[e.id]] = free_head;
    free_head = e.id;
    *len = e.len < writable_of[e.id] ? e.len : writable_of[e.id];
    last_used++;
    return 1;
}

int main(int argc, char **argv)
{
    unsigned n = argc > 1 ? atoi(argv[1]) : 1, batch = argc > 2 ? atoi(argv[2]) : 32;
    if (n < 1 || n > 64 || batch < 1 || n * batch > Q) return 2;
    mem = aligned_alloc(4096, MEM);
    memset(mem, 0, MEM);
    desc = (struct desc *)(mem + 0x1000);
    avail = (struct avail *)(mem + 0x6000);
    used = (struct used *)(mem + 0x8000);
    for (unsigned i = 0; i < Q; i++) following[i] = (i + 1) & (Q - 1);
    uint64_t addr[64];
    uint32_t len[64];
    for (unsigned i = 0; i < n; i++) {
        addr[i] = i + 1 < n ? 0x80000 + 64 * i : 0x90000;
        len[i] = 64;
    }
    double best = 1e9;
    uint64_t sum = 0;
    struct chain c;
    for (int run = 0; run < 9; run++) {
        struct timespec a, b;
        unsigned total = 4000000 / batch * batch;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
        for (unsigned done = 0; done < total; done += batch) {
            for (unsigned i = 0; i < batch; i++) add(addr, len, n, n - 1);
            barrier();
            *(volatile uint16_t *)&avail->idx = avail_idx;
            int r;
            while ((r = pop(&c)) > 0) {
                uint64_t v;
                memcpy(&v, mem + c.addr[0], 8);
                sum += v;
                mem[c.addr[c.count - 1] + c.len[c.count - 1] - 1] = (uint8_t)v;
                if (64 > device_writable[c.head]) return 3;
                used->ring[used_idx++ & (Q - 1)] = (struct used_elem){c.head, 64};
                in_flight[c.head] = 0;
            }
            if (r < 0) return 4;
            barrier();
            *(volatile uint16_t *)&used->idx = used_idx;
            uint32_t l;
            while ((r = poll_used(&l)) > 0) sum += l;
            if (r < 0) return 5;
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
        double ns = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / total;
        if (ns < best) best = ns;
    }
    printf("%.2f\n", best);
    return sum == 1;
}
