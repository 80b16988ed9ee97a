/*
 * One buffer round a virtqueue, driver and device in turn on one thread: the baseline of VirtqueueBenchmark.
 * SPDX-License-Identifier: Apache-2.0
 *
 *   gcc -O2 -o vring vring.c && ./vring RING DESCRIPTORS BATCH      prints CPU nanoseconds per buffer, best of 140
 * samples of about 10 ms
 *
 * RING is
 *   least   a split ring of a fixed size, and the fewest checks with which a device can be called safe: avail.idx, head,
 *           next, loop length, order of directions, memory bounds
 *   split   a split ring with every test that SplitDriverQueue and SplitDeviceQueue make on the same path: the queue size
 *           and the negotiated features are known at run time only, INDIRECT is looked for, a broken queue stays broken,
 *           add looks at its argument and poll at how far used.idx may be
 *   packed  a packed ring with every test of PackedDriverQueue and PackedDeviceQueue: any 16-bit buffer id, records
 *           (tokens) that go round, flags of the first descriptor of a batch held back
 *
 * In all three the device reads 8 bytes of the first element and writes the last byte of the last one. No processor
 * fence anywhere: acquire and release are plain accesses on x86, kept in order by a compiler barrier.
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
#define INDIRECT 4
#define AVAIL (1 << 7)
#define USED (1 << 15)
#define ELEMENTS 64
#define barrier() __asm__ volatile("" ::: "memory")
#define LOAD16(field) (*(volatile uint16_t *)&(field))
#define STORE16(field, value) (*(volatile uint16_t *)&(field) = (value))

struct desc { uint64_t addr; uint32_t len; uint16_t flags, next; };
struct packed_desc { uint64_t addr; uint32_t len; uint16_t id, flags; };
struct avail { uint16_t flags, idx, ring[Q], used_event; };
struct used_elem { uint32_t id, len; };
struct used { uint16_t flags, idx; struct used_elem ring[Q]; uint16_t avail_event; };
struct chain {
    uint64_t addr[ELEMENTS];
    uint32_t len[ELEMENTS];
    unsigned count, readable, slots;
    uint64_t rbytes, wbytes;
    unsigned token;
};

static uint8_t *mem;
static struct desc *desc;
static struct packed_desc *ring;
static struct avail *avail;
static struct used *used;

/* what a queue is told when it is made; read from memory, as in Java */
static volatile unsigned told_size = Q, told_features;
static unsigned size, event_idx, in_order;

static void touch(const struct chain *c, uint64_t *sum)
{
    uint64_t v;
    memcpy(&v, mem + c->addr[0], 8);
    *sum += v;
    mem[c->addr[c->count - 1] + c->len[c->count - 1] - 1] = (uint8_t)v;
}

/* --- least --- */

static uint16_t following[Q], last_of[Q], count_of[Q];
static uint32_t writable_of[Q];
static uint16_t free_head, avail_idx, last_used;
static unsigned free_count;
static uint16_t last_avail, used_idx;
static uint8_t in_flight[Q];
static uint32_t device_writable[Q];

static int least_add(const uint64_t *addr, const uint32_t *len, unsigned n, unsigned readable)
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

static int least_pop(struct chain *c)
{
    uint16_t idx = LOAD16(avail->idx);
    barrier();
    uint16_t waiting = idx - last_avail;
    if (!waiting) return 0;
    if (waiting + (uint16_t)(last_avail - used_idx) > Q) return -1;
    unsigned head = LOAD16(avail->ring[last_avail & (Q - 1)]);
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
        if (d.next >= Q || c->count >= Q || c->count >= ELEMENTS) return -1;
        i = d.next;
    }
    c->token = head;
    in_flight[head] = 1;
    device_writable[head] = c->wbytes;
    last_avail++;
    return 1;
}

static int least_poll(uint32_t *len)
{
    uint16_t idx = LOAD16(used->idx);
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

static int least(const uint64_t *addr, const uint32_t *len, unsigned n, unsigned batch, uint64_t *sum)
{
    struct chain c;
    int r;
    uint32_t l;
    for (unsigned i = 0; i < batch; i++) least_add(addr, len, n, n - 1);
    barrier();
    STORE16(avail->idx, avail_idx);
    while ((r = least_pop(&c)) > 0) {
        touch(&c, sum);
        if (64 > device_writable[c.token]) return 3;
        used->ring[used_idx++ & (Q - 1)] = (struct used_elem){c.token, 64};
        in_flight[c.token] = 0;
    }
    if (r < 0) return 4;
    barrier();
    STORE16(used->idx, used_idx);
    while ((r = least_poll(&l)) > 0) *sum += l;
    return r < 0 ? 5 : 0;
}

/* --- split, with the tests of SplitDriverQueue and SplitDeviceQueue --- */

static struct {
    uint16_t following[Q], last_of[Q], count_of[Q], order[Q];
    uint64_t writable_of[Q];
    uint16_t free_head, avail_idx, published, last_used;
    unsigned free_count, interrupts;
    int error;
} sd;
static struct {
    uint16_t last_avail, used_idx, completed, order[Q];
    uint8_t in_flight[Q];
    uint64_t writable_of[Q];
    unsigned notifications, indirect, zero_length_refused, unmapped_accepted, duplicates_served;
    int error;
} sv;

struct offer { const uint64_t *addr; const uint32_t *len; unsigned n, readable; uint64_t rbytes, wbytes; };

static int split_add(const struct offer *o)
{
    if (!o->n || o->n > size || o->rbytes + o->wbytes > (1ull << 32)) return -1;
    if (sd.error || o->n > sd.free_count) return -1;
    uint16_t head = sd.free_head, i = head, last = head;
    for (unsigned k = 0; k < o->n; k++) {
        last = i;
        uint16_t next = sd.following[i];
        desc[i] = (struct desc){o->addr[k], o->len[k],
                                (k + 1 < o->n ? NEXT : 0) | (k >= o->readable ? WRITE : 0), next};
        i = next;
    }
    sd.free_head = i;
    sd.last_of[head] = last;
    sd.count_of[head] = o->n;
    sd.writable_of[head] = o->wbytes;
    sd.free_count -= o->n;
    if (in_order) sd.order[sd.avail_idx & (size - 1)] = head;
    avail->ring[sd.avail_idx++ & (size - 1)] = head;
    return head;
}

static int split_fail(int *error) { *error = 1; return 0; }

static int split_pop(struct chain *c)
{
    if (sv.error) return 0;
    uint16_t idx = LOAD16(avail->idx);
    barrier();
    uint16_t waiting = idx - sv.last_avail;
    if (!waiting) return 0;
    if (waiting + (uint16_t)(sv.last_avail - sv.used_idx) > size) return split_fail(&sv.error);
    unsigned slot = sv.last_avail & (size - 1), head = LOAD16(avail->ring[slot]);
    if (head >= size || (sv.in_flight[head] && !sv.duplicates_served)) return split_fail(&sv.error);
    unsigned i = head, count = 0, readable = 0;
    uint64_t rbytes = 0, wbytes = 0;
    for (;;) {
        struct desc d = desc[i];
        if (d.flags & INDIRECT) return split_fail(&sv.error); /* not negotiated; never taken */
        if (!(d.flags & WRITE) && readable != count) return split_fail(&sv.error);
        if (d.addr > MEM - (uint64_t)d.len && !sv.unmapped_accepted) return split_fail(&sv.error);
        if (!d.len && sv.zero_length_refused) return split_fail(&sv.error);
        if (count >= ELEMENTS) return split_fail(&sv.error);
        c->addr[count] = d.addr;
        c->len[count++] = d.len;
        if (d.flags & WRITE) wbytes += d.len;
        else { readable = count; rbytes += d.len; }
        if (rbytes + wbytes > (1ull << 32)) return split_fail(&sv.error);
        if (!(d.flags & NEXT)) break;
        if (d.next >= size || count >= size) return split_fail(&sv.error);
        i = d.next;
    }
    c->count = count;
    c->readable = readable;
    c->rbytes = rbytes;
    c->wbytes = wbytes;
    c->token = head;
    sv.in_flight[head]++;
    sv.writable_of[head] = wbytes;
    if (in_order) sv.order[slot] = head;
    sv.last_avail++;
    if (event_idx && sv.notifications) STORE16(used->avail_event, sv.last_avail);
    return 1;
}

static int split_complete(unsigned token, uint64_t written)
{
    if (token >= size || !sv.in_flight[token] || written > sv.writable_of[token] || in_order) return -1;
    if (!sv.error) used->ring[sv.completed & (size - 1)] = (struct used_elem){token, written};
    sv.in_flight[token]--;
    sv.completed++;
    return 0;
}

static int split_poll(uint32_t *len)
{
    if (sd.error) return 0;
    uint16_t idx = LOAD16(used->idx);
    barrier();
    uint16_t waiting = idx - sd.last_used;
    if (!waiting) return 0;
    if (waiting > (uint16_t)(sd.published - sd.last_used) || in_order) return split_fail(&sd.error);
    struct used_elem e = used->ring[sd.last_used & (size - 1)];
    if (e.id >= size || !sd.count_of[e.id]) return split_fail(&sd.error);
    sd.free_count += sd.count_of[e.id];
    sd.count_of[e.id] = 0;
    sd.following[sd.last_of[e.id]] = sd.free_head;
    sd.free_head = e.id;
    *len = e.len < sd.writable_of[e.id] ? e.len : sd.writable_of[e.id];
    sd.last_used++;
    if (event_idx && sd.interrupts) STORE16(avail->used_event, sd.last_used);
    return 1;
}

static int split(const struct offer *o, unsigned batch, uint64_t *sum)
{
    struct chain c;
    uint32_t l;
    for (unsigned i = 0; i < batch; i++) split_add(o);
    if (sd.avail_idx != sd.published) {
        sd.published = sd.avail_idx;
        barrier();
        STORE16(avail->idx, sd.published);
    }
    while (split_pop(&c) > 0) {
        touch(&c, sum);
        if (split_complete(c.token, 64)) return 3;
    }
    if (!sv.error && sv.completed != sv.used_idx) {
        sv.used_idx = sv.completed;
        barrier();
        STORE16(used->idx, sv.used_idx);
    }
    while (split_poll(&l) > 0) *sum += l;
    return sv.error || sd.error;
}

/* --- packed, with the tests of PackedDriverQueue and PackedDeviceQueue --- */

static struct {
    uint16_t slots_of[Q], free_ids[Q];
    uint64_t writable_of[Q];
    unsigned free_from, free_ids_count, in_flight, next_slot, wrap, used_slot, used_wrap, free_slots, unpublished;
    unsigned held_slot, interrupts;
    uint16_t held_flags;
    uint64_t added, passed;
    int error;
} pd;
static struct {
    uint64_t ids_in_flight[1024];
    uint16_t id_of[Q], slots_of[Q], free_tokens[Q];
    uint64_t writable_of[Q];
    unsigned free_from, in_flight, avail_slot, wrap, used_slot, used_wrap, held_slot, holding;
    unsigned zero_length_refused, unmapped_accepted, duplicates_served, id_from_first;
    uint16_t held_flags;
    uint64_t completed, passed;
    int error;
} pv;

static unsigned round_index(unsigned i) { return i >= size ? i - size : i; }
static int is_available(uint16_t f, unsigned wrap) { return (wrap ? AVAIL : USED) == (f & (AVAIL | USED)); }
static int is_used(uint16_t f, unsigned wrap) { return (wrap ? AVAIL | USED : 0) == (f & (AVAIL | USED)); }

static int packed_add(const struct offer *o)
{
    if (!o->n || o->n > size || o->rbytes + o->wbytes > (1ull << 32)) return -1;
    if (pd.error || o->n > pd.free_slots) return -1;
    uint16_t id = pd.free_ids[pd.free_from], first_flags = 0;
    pd.free_from = round_index(pd.free_from + 1);
    pd.free_ids_count--;
    unsigned first = pd.next_slot, slot = first, wrap = pd.wrap;
    for (unsigned k = 0; k < o->n; k++) {
        uint16_t flags = (wrap ? AVAIL : USED) | (k + 1 < o->n ? NEXT : 0) | (k >= o->readable ? WRITE : 0);
        ring[slot].addr = o->addr[k];
        ring[slot].len = o->len[k];
        ring[slot].id = id;
        if (k == 0) first_flags = flags;
        else ring[slot].flags = flags;
        if (++slot == size) {
            slot = 0;
            wrap ^= 1;
        }
    }
    pd.slots_of[id] = o->n;
    pd.writable_of[id] = o->wbytes;
    pd.free_slots -= o->n;
    pd.added += o->n;
    if (in_order) return -1;
    pd.in_flight++;
    if (pd.unpublished++ == 0) {
        pd.held_slot = first;
        pd.held_flags = first_flags;
    } else {
        barrier();
        STORE16(ring[first].flags, first_flags);
    }
    pd.next_slot = slot;
    pd.wrap = wrap;
    return id;
}

static int packed_pop(struct chain *c)
{
    if (pv.error) return 0;
    unsigned slot = pv.avail_slot, wrap = pv.wrap;
    uint16_t flags = LOAD16(ring[slot].flags), id = 0;
    barrier();
    if (!is_available(flags, wrap)) return 0;
    unsigned count = 0, readable = 0;
    uint64_t rbytes = 0, wbytes = 0;
    for (;;) {
        uint64_t addr = ring[slot].addr;
        uint32_t len = ring[slot].len;
        if (count) {
            flags = LOAD16(ring[slot].flags);
            if (!is_available(flags, wrap)) return split_fail(&pv.error);
        }
        if (!count || !pv.id_from_first) id = LOAD16(ring[slot].id);
        if (flags & INDIRECT) return split_fail(&pv.error); /* not negotiated; never taken */
        if (!(flags & WRITE) && readable != count) return split_fail(&pv.error);
        if (addr > MEM - (uint64_t)len && !pv.unmapped_accepted) return split_fail(&pv.error);
        if (!len && pv.zero_length_refused) return split_fail(&pv.error);
        if (count >= ELEMENTS) return split_fail(&pv.error);
        c->addr[count] = addr;
        c->len[count++] = len;
        if (flags & WRITE) wbytes += len;
        else { readable = count; rbytes += len; }
        if (rbytes + wbytes > (1ull << 32)) return split_fail(&pv.error);
        if (!(flags & NEXT)) break;
        if (count == size) return split_fail(&pv.error);
        if (++slot == size) {
            slot = 0;
            wrap ^= 1;
        }
    }
    if (pv.in_flight == size || ((pv.ids_in_flight[id >> 6] >> (id & 63) & 1) && !pv.duplicates_served))
        return split_fail(&pv.error);
    c->count = c->slots = count;
    c->readable = readable;
    c->rbytes = rbytes;
    c->wbytes = wbytes;
    pv.ids_in_flight[id >> 6] |= 1ull << (id & 63);
    unsigned token = pv.free_tokens[pv.free_from];
    pv.free_from = round_index(pv.free_from + 1);
    pv.in_flight++;
    pv.id_of[token] = id;
    pv.slots_of[token] = count;
    pv.writable_of[token] = wbytes;
    c->token = token;
    pv.avail_slot += count;
    if (pv.avail_slot >= size) {
        pv.avail_slot -= size;
        pv.wrap ^= 1;
    }
    return 1;
}

static int packed_complete(unsigned token, uint64_t written)
{
    if (token >= size || !pv.slots_of[token] || written > pv.writable_of[token] || in_order) return -1;
    uint16_t id = pv.id_of[token];
    unsigned slots = pv.slots_of[token];
    if (!pv.error) {
        ring[pv.used_slot].len = written;
        ring[pv.used_slot].id = id;
        uint16_t flags = (pv.used_wrap ? AVAIL | USED : 0) | (written ? WRITE : 0);
        if (pv.holding) {
            barrier();
            STORE16(ring[pv.used_slot].flags, flags);
        } else {
            pv.holding = 1;
            pv.held_slot = pv.used_slot;
            pv.held_flags = flags;
        }
    }
    pv.completed += slots;
    pv.used_slot += slots;
    if (pv.used_slot >= size) {
        pv.used_slot -= size;
        pv.used_wrap ^= 1;
    }
    pv.ids_in_flight[id >> 6] &= ~(1ull << (id & 63));
    pv.slots_of[token] = 0;
    pv.free_tokens[round_index(pv.free_from + size - pv.in_flight)] = token;
    pv.in_flight--;
    return 0;
}

static int packed_poll(uint32_t *len)
{
    if (pd.error || !pd.in_flight) return 0;
    uint16_t flags = LOAD16(ring[pd.used_slot].flags);
    barrier();
    if (!is_used(flags, pd.used_wrap)) return 0;
    uint32_t reported = ring[pd.used_slot].len;
    uint16_t id = LOAD16(ring[pd.used_slot].id);
    if (id >= size || !pd.slots_of[id] || in_order) return split_fail(&pd.error);
    pd.in_flight--;
    *len = reported < pd.writable_of[id] ? reported : pd.writable_of[id];
    pd.used_slot += pd.slots_of[id];
    pd.free_slots += pd.slots_of[id];
    if (pd.used_slot >= size) {
        pd.used_slot -= size;
        pd.used_wrap ^= 1;
    }
    pd.slots_of[id] = 0;
    pd.free_ids[round_index(pd.free_from + pd.free_ids_count++)] = id;
    if (event_idx && pd.interrupts) return -1;
    return 1;
}

static int packed(const struct offer *o, unsigned batch, uint64_t *sum)
{
    struct chain c;
    uint32_t l;
    for (unsigned i = 0; i < batch; i++) packed_add(o);
    if (pd.unpublished) {
        pd.unpublished = 0;
        pd.passed += pd.added;
        pd.added = 0;
        barrier();
        STORE16(ring[pd.held_slot].flags, pd.held_flags);
    }
    while (packed_pop(&c) > 0) {
        touch(&c, sum);
        if (packed_complete(c.token, 64)) return 3;
    }
    if (!pv.error && pv.holding) {
        pv.holding = 0;
        pv.passed += pv.completed;
        pv.completed = 0;
        barrier();
        STORE16(ring[pv.held_slot].flags, pv.held_flags);
    }
    while (packed_poll(&l) > 0) *sum += l;
    return pv.error || pd.error;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "split";
    unsigned n = argc > 2 ? atoi(argv[2]) : 1, batch = argc > 3 ? atoi(argv[3]) : 32;
    if (n < 1 || n > ELEMENTS || batch < 1 || n * batch > Q) return 2;
    mem = aligned_alloc(4096, MEM);
    memset(mem, 0, MEM);
    desc = (struct desc *)(mem + 0x1000);
    avail = (struct avail *)(mem + 0x6000);
    used = (struct used *)(mem + 0x8000);
    ring = (struct packed_desc *)(mem + 0x20000);
    size = told_size;
    event_idx = told_features & 1;
    in_order = told_features & 2;
    free_count = sd.free_count = pd.free_slots = pd.free_ids_count = size;
    pd.wrap = pd.used_wrap = pv.wrap = pv.used_wrap = 1;
    for (unsigned i = 0; i < Q; i++) {
        following[i] = sd.following[i] = (i + 1) & (Q - 1);
        pd.free_ids[i] = pv.free_tokens[i] = i;
    }
    uint64_t addr[ELEMENTS];
    uint32_t len[ELEMENTS];
    for (unsigned i = 0; i < n; i++) {
        addr[i] = i + 1 < n ? 0x80000 + 64 * i : 0x90000;
        len[i] = 64;
    }
    struct offer offer = {addr, len, n, n - 1, 64 * (n - 1), 64};
    double best = 1e9;
    uint64_t sum = 0;
    for (int run = 0; run < 140; run++) {
        struct timespec a, b;
        unsigned total = 400000 / batch * batch;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
        int bad = 0;
        if (!strcmp(kind, "least"))
            for (unsigned done = 0; done < total; done += batch) bad |= least(addr, len, n, batch, &sum);
        else if (!strcmp(kind, "split"))
            for (unsigned done = 0; done < total; done += batch) bad |= split(&offer, batch, &sum);
        else if (!strcmp(kind, "packed"))
            for (unsigned done = 0; done < total; done += batch) bad |= packed(&offer, batch, &sum);
        else
            return 2;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
        if (bad || sum < (uint64_t)(run + 1) * 64 * total) return 4; /* every buffer came back, 64 bytes each */
        double ns = ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / total;
        if (ns < best) best = ns;
    }
    printf("%.2f\n", best);
    return 0;
}
