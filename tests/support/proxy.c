/* SPDX-License-Identifier: MIT */
#include "tests/support/proxy.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/pattern.h"
#include "core/base/vec.h"
#include "tests/support/wire.h"

enum {
    READ_SIZE = 64 * 1024,
    MOST_QUEUED = 8 * 1024 * 1024, /* then the proxy reads no further, as a full window would */
    CLIENT = 0,
    SERVER = 1,
};

/* When bytes may leave: those up to `end`, counted from the beginning of the connection. */
typedef struct Mark {
    int64_t due;
    uint64_t end;
} Mark;

/* Bytes on their way to one side. */
typedef struct Queue {
    Buf bytes;
    uint64_t first; /* which byte of the connection bytes.at[0] is */
    uint64_t sent;
    VEC(Mark) marks;
    size_t mark;   /* the first one that is not due */
    bool is_ended; /* nothing will be added: then the side is told, when all is sent */
    bool is_shut;
} Queue;

typedef struct Link {
    Arena arena;
    int side[2];   /* sockets, CLIENT and SERVER; -1: closed */
    Queue to[2];   /* queues to each side */
    Buf inbox;     /* of the client: not yet a whole message */
    Buf swallowed; /* of the server, behind PROXY_CUT_AFTER_REPLY */
    FILE *record;
    int64_t open_from; /* nothing is read before: the handshake */
    bool is_started;
    bool is_opaque;       /* encrypted: bytes, no messages */
    bool was_answered;    /* the server's bytes have reached the client since it last sent */
    ProxyFaultKind fault; /* that happened to it */
} Link;

struct Proxy {
    Arena arena;
    ProxyOptions options;
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows up to `links` */
    pthread_cond_t cut_done;
    ProxyCounts counts;
    ProxyFault fault;
    bool fault_happened;
    bool is_cutting;
    bool is_stopping;
    VEC(Link *) links; /* of the thread alone */
    int listener;
    int wake[2];
    unsigned port;
};

static int64_t
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void
queue_add(Queue *queue, Slice bytes, int64_t due)
{
    const uint64_t end = queue->first + queue->bytes.len + bytes.len;

    buf_add_slice(&queue->bytes, bytes);
    *VEC_ADD(queue->bytes.arena, &queue->marks) = (Mark){due, end};
}

static size_t
queue_waiting(const Queue *queue)
{
    return (size_t)(queue->first + queue->bytes.len - queue->sent);
}

/* The bytes that may leave now. */
static Slice
queue_due(Queue *queue, int64_t time)
{
    while (queue->mark < queue->marks.len && queue->marks.at[queue->mark].due <= time)
        queue->mark++;
    const uint64_t end = queue->mark == 0 ? queue->sent : queue->marks.at[queue->mark - 1].end;
    if (end <= queue->sent)
        return (Slice){NULL, 0};
    return (Slice){queue->bytes.at + (queue->sent - queue->first), (size_t)(end - queue->sent)};
}

static int64_t
queue_next_due(const Queue *queue)
{
    return queue->mark < queue->marks.len ? queue->marks.at[queue->mark].due : INT64_MAX;
}

/* Forgets what was sent, when all is, so that its room is used again. */
static void
queue_sent(Queue *queue, size_t len)
{
    queue->sent += len;
    if (queue_waiting(queue) > 0)
        return;
    queue->first = queue->sent;
    buf_clear(&queue->bytes);
    queue->marks.len = 0;
    queue->mark = 0;
}

static void
set_up_socket(int fd)
{
    const int on = 1;

    ck_assert_int_ge(fd, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, O_NONBLOCK);
}

static struct sockaddr_in
loopback(unsigned port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static int
connect_to(unsigned port)
{
    const struct sockaddr_in address = loopback(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        set_up_socket(fd);
        return fd;
    }
    close(fd);
    return -1;
}

static void
link_close(Link *link)
{
    for (size_t i = 0; i < 2; i++) {
        if (link->side[i] >= 0)
            close(link->side[i]);
        link->side[i] = -1;
    }
    if (link->record != NULL)
        fclose(link->record);
    link->record = NULL;
}

/* The client's side goes at once; the server gets what is on its way, and then the end. */
static void
link_drop_client(Link *link)
{
    if (link->side[CLIENT] >= 0)
        close(link->side[CLIENT]);
    link->side[CLIENT] = -1;
    link->to[SERVER].is_ended = true;
}

static void
link_open(Proxy *proxy, int client)
{
    Link *link = ARENA_NEW(&proxy->arena, Link);

    set_up_socket(client);
    link->side[CLIENT] = client;
    link->side[SERVER] = connect_to(proxy->options.target_port);
    for (size_t i = 0; i < 2; i++)
        link->to[i].bytes.arena = &link->arena;
    link->was_answered = true; /* by the handshake */
    link->inbox.arena = link->swallowed.arena = &link->arena;
    link->open_from = now() + 2000 * (int64_t)proxy->options.delay;
    pthread_mutex_lock(&proxy->mutex);
    const size_t number = ++proxy->counts.connections;
    proxy->counts.round_trips++;
    pthread_mutex_unlock(&proxy->mutex);
    if (proxy->options.record != NULL) {
        link->record =
            fopen(arena_format(&link->arena, "%s.%zu", proxy->options.record, number), "wb");
        ck_assert_ptr_nonnull(link->record);
    }
    if (link->side[SERVER] < 0)
        link_close(link);
    *VEC_ADD(&proxy->arena, &proxy->links) = link;
}

/* Counts a message; says what happens at it. */
static ProxyFaultKind
count_message(Proxy *proxy, Link *link, const WireMessage *message, bool was_started)
{
    ProxyFaultKind happens = PROXY_FAULT_NONE;
    ProxyFault *fault = &proxy->fault;

    pthread_mutex_lock(&proxy->mutex);
    proxy->counts.messages++;
    if (message->type != 'X' && link->was_answered) {
        proxy->counts.round_trips++;
        link->was_answered = false;
    }
    if (was_started && fault->kind != PROXY_FAULT_NONE && fault->message > 0 &&
        (fault->containing == NULL || wire_contains(message, fault->containing)) &&
        --fault->message == 0) {
        happens = fault->kind;
        proxy->fault_happened = true;
    }
    pthread_mutex_unlock(&proxy->mutex);
    return happens;
}

/* Passes on the whole messages of the client. False when the connection was cut at one. */
static bool
pass_messages(Proxy *proxy, Link *link, int64_t due)
{
    Slice rest = buf_slice(&link->inbox);
    WireMessage message;

    for (;;) {
        const bool was_started = link->is_started;
        if (!wire_next(&rest, &link->is_started, &message))
            break;
        ProxyFaultKind happens = count_message(proxy, link, &message, was_started);
        if ((proxy->options.refuses_groups && message.type == 'P') ||
            (proxy->options.drops_cancels && message.code == WIRE_CANCEL))
            happens = PROXY_CUT_BEFORE;
        if (happens != PROXY_FAULT_NONE)
            link->fault = happens;
        if (happens != PROXY_CUT_BEFORE)
            queue_add(&link->to[SERVER], message.whole, due);
        if (happens == PROXY_CUT_BEFORE || happens == PROXY_CUT_AFTER_SEND) {
            link_drop_client(link);
            return false;
        }
    }
    /* what is left begins a message: it stays for the next time, at the front */
    const size_t taken = link->inbox.len - rest.len;
    if (taken > 0) {
        memmove(link->inbox.at, link->inbox.at + taken, rest.len);
        link->inbox.len = rest.len;
    }
    return true;
}

static void
from_client(Proxy *proxy, Link *link, Slice bytes, int64_t due)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->counts.bytes_sent += bytes.len;
    if (link->is_opaque && link->was_answered) {
        proxy->counts.round_trips++;
        link->was_answered = false;
    }
    pthread_mutex_unlock(&proxy->mutex);
    if (link->record != NULL) {
        fwrite(bytes.at, 1, bytes.len, link->record);
        fflush(link->record);
    }
    if (link->is_opaque) {
        queue_add(&link->to[SERVER], bytes, due);
        return;
    }
    buf_add_slice(&link->inbox, bytes);
    pass_messages(proxy, link, due);
}

static void
from_server(Link *link, Slice bytes, int64_t due)
{
    bool is_started = true;
    WireMessage message;

    if (link->fault == PROXY_FAULT_NONE || link->fault == PROXY_STALL) {
        /* the answer to a wish for encryption is one byte */
        if (!link->is_started && bytes.len == 1 && (bytes.at[0] == 'S' || bytes.at[0] == 'G'))
            link->is_opaque = true;
        queue_add(&link->to[CLIENT], bytes, due);
        return;
    }
    if (link->fault != PROXY_CUT_AFTER_REPLY)
        return;
    buf_add_slice(&link->swallowed, bytes);
    for (Slice rest = buf_slice(&link->swallowed); wire_next(&rest, &is_started, &message);) {
        if (message.type == 'Z')
            link_drop_client(link);
    }
}

/* Reads once from a side that has something to say. */
static void
link_read(Proxy *proxy, Link *link, size_t from, char *room)
{
    const int64_t due = now() + 1000 * (int64_t)proxy->options.delay;
    const ssize_t got = recv(link->side[from], room, READ_SIZE, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        link->to[1 - from].is_ended = true;
        link->to[1 - from].is_shut = link->fault == PROXY_BLACKHOLE && from == SERVER;
        return;
    }
    const Slice bytes = {room, (size_t)got};
    if (from == CLIENT)
        from_client(proxy, link, bytes, due);
    else
        from_server(link, bytes, due);
}

/* Writes what is due to a side; ends it when nothing more can come. */
static void
link_write(Link *link, size_t to)
{
    Queue *queue = &link->to[to];
    const Slice due = queue_due(queue, now());

    if (due.len > 0) {
        const ssize_t sent = send(link->side[to], due.at, due.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            link_close(link);
            return;
        }
        if (sent > 0 && to == CLIENT)
            link->was_answered = true;
        queue_sent(queue, sent > 0 ? (size_t)sent : 0);
    }
    if (queue->is_ended && !queue->is_shut && queue_waiting(queue) == 0) {
        shutdown(link->side[to], SHUT_WR);
        queue->is_shut = true;
    }
}

/* What poll should tell of a side; *wait shrinks to the time at which something falls due. */
static short
events_of(Link *link, size_t side, int64_t time, int64_t *wait)
{
    Queue *out = &link->to[side];
    const Queue *in = &link->to[1 - side];
    short events = 0;

    if (link->side[side] < 0)
        return 0;
    if (queue_due(out, time).len > 0 || (out->is_ended && !out->is_shut && queue_waiting(out) == 0))
        events |= POLLOUT;
    else if (queue_next_due(out) - time < *wait)
        *wait = queue_next_due(out) - time;
    if (link->open_from > time) {
        if (link->open_from - time < *wait)
            *wait = link->open_from - time;
        return events;
    }
    if (link->fault == PROXY_STALL && side == CLIENT)
        return events;
    if (!in->is_ended && queue_waiting(in) < MOST_QUEUED)
        events |= POLLIN;
    return events;
}

static void
serve(Proxy *proxy, Link *link, size_t side, short events, char *room)
{
    if (link->side[side] >= 0 && (events & POLLOUT) != 0)
        link_write(link, side);
    if (link->side[side] >= 0 && (events & (POLLIN | POLLHUP | POLLERR)) != 0 &&
        !link->to[1 - side].is_ended)
        link_read(proxy, link, side, room);
    else if (link->side[side] >= 0 && (events & POLLERR) != 0)
        link_close(link);
    /* without its client it lasts until the server has ended too */
    const bool is_over =
        link->to[CLIENT].is_ended && (link->side[CLIENT] < 0 || link->to[CLIENT].is_shut);
    if (is_over && link->to[SERVER].is_ended && link->to[SERVER].is_shut)
        link_close(link);
}

static void
forget_closed(Proxy *proxy)
{
    size_t kept = 0;

    for (size_t i = 0; i < proxy->links.len; i++) {
        Link *link = proxy->links.at[i];
        if (link->side[CLIENT] < 0 && link->side[SERVER] < 0) {
            link_close(link);
            arena_release(&link->arena);
        } else {
            proxy->links.at[kept++] = link;
        }
    }
    proxy->links.len = kept;
}

static void
cut_if_asked(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    if (proxy->is_cutting) {
        for (size_t i = 0; i < proxy->links.len; i++)
            link_close(proxy->links.at[i]);
        proxy->is_cutting = false;
        pthread_cond_broadcast(&proxy->cut_done);
    }
    pthread_mutex_unlock(&proxy->mutex);
}

typedef VEC(struct pollfd) Polled;

/* Two entries, then two for each link; returns how long poll may wait, in milliseconds. */
static int
list_polled(Proxy *proxy, Polled *polled)
{
    const int64_t time = now();
    int64_t wait = INT64_MAX;

    polled->len = 0;
    *VEC_ADD(&proxy->arena, polled) = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
    *VEC_ADD(&proxy->arena, polled) = (struct pollfd){.fd = proxy->listener, .events = POLLIN};
    for (size_t i = 0; i < proxy->links.len; i++) {
        for (size_t side = 0; side < 2; side++) {
            Link *link = proxy->links.at[i];
            const short events = events_of(link, side, time, &wait);
            /* poll passes over a negative one: no busy loop on a side that only hangs up */
            const int fd = events == 0 ? -1 : link->side[side];
            *VEC_ADD(&proxy->arena, polled) = (struct pollfd){.fd = fd, .events = events};
        }
    }
    if (wait == INT64_MAX)
        return -1;
    return wait <= 0 ? 0 : (int)((wait + 999) / 1000);
}

static bool
is_stopping(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    const bool stopping = proxy->is_stopping;
    pthread_mutex_unlock(&proxy->mutex);
    return stopping;
}

static void *
proxy_thread(void *given)
{
    Proxy *proxy = given;
    Polled polled = {0};
    char *room = arena_alloc(&proxy->arena, READ_SIZE);
    char drain[16];

    for (;;) {
        const bool stopping = is_stopping(proxy);
        cut_if_asked(proxy);
        forget_closed(proxy);
        const int wait = list_polled(proxy, &polled);
        const int ready = poll(polled.at, (nfds_t)polled.len, stopping ? 0 : wait);
        if (ready <= 0 && stopping)
            break;
        while (read(proxy->wake[0], drain, sizeof drain) > 0)
            ;
        for (size_t i = 2; i < polled.len; i++)
            serve(proxy, proxy->links.at[i / 2 - 1], i % 2, polled.at[i].revents, room);
        if ((polled.at[1].revents & POLLIN) != 0)
            link_open(proxy, accept(proxy->listener, NULL, NULL));
    }
    return NULL;
}

static void
wake_thread(Proxy *proxy)
{
    ck_assert_int_eq(write(proxy->wake[1], "", 1), 1);
}

Proxy *
proxy_start(Arena *arena, const ProxyOptions *options)
{
    Proxy *proxy = ARENA_NEW(arena, Proxy);
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;

    proxy->options = *options;
    pthread_mutex_init(&proxy->mutex, NULL);
    pthread_cond_init(&proxy->cut_done, NULL);
    proxy->listener = socket(AF_INET, SOCK_STREAM, 0);
    set_up_socket(proxy->listener);
    ck_assert_int_eq(bind(proxy->listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(proxy->listener, 128), 0);
    ck_assert_int_eq(getsockname(proxy->listener, (struct sockaddr *)&address, &size), 0);
    proxy->port = ntohs(address.sin_port);
    ck_assert_int_eq(pipe(proxy->wake), 0);
    for (size_t i = 0; i < 2; i++) {
        fcntl(proxy->wake[i], F_SETFD, FD_CLOEXEC);
        fcntl(proxy->wake[i], F_SETFL, O_NONBLOCK);
    }
    ck_assert_int_eq(pthread_create(&proxy->thread, NULL, proxy_thread, proxy), 0);
    return proxy;
}

void
proxy_stop(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->is_stopping = true;
    pthread_mutex_unlock(&proxy->mutex);
    wake_thread(proxy);
    pthread_join(proxy->thread, NULL);
    for (size_t i = 0; i < proxy->links.len; i++)
        link_close(proxy->links.at[i]);
    for (size_t i = 0; i < proxy->links.len; i++)
        arena_release(&proxy->links.at[i]->arena);
    close(proxy->listener);
    close(proxy->wake[0]);
    close(proxy->wake[1]);
    pthread_cond_destroy(&proxy->cut_done);
    pthread_mutex_destroy(&proxy->mutex);
    arena_release(&proxy->arena);
}

unsigned
proxy_port(const Proxy *proxy)
{
    return proxy->port;
}

const char *
proxy_url(const Proxy *proxy, const char *url, Arena *arena)
{
    PatternMatch match;

    ck_assert_msg(pattern_match("^(.*://[^/]*:)[0-9]+(/.*)?$", slice_of(url), &match), "%s", url);
    return arena_format(arena, "%.*s%u%.*s", SLICE_ARGS(match.group[1]), proxy->port,
                        SLICE_ARGS(match.group[2]));
}

ProxyCounts
proxy_counts(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    const ProxyCounts counts = proxy->counts;
    pthread_mutex_unlock(&proxy->mutex);
    return counts;
}

void
proxy_set_fault(Proxy *proxy, const ProxyFault *fault)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->fault = *fault;
    proxy->fault_happened = false;
    pthread_mutex_unlock(&proxy->mutex);
}

bool
proxy_fault_happened(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    const bool happened = proxy->fault_happened;
    pthread_mutex_unlock(&proxy->mutex);
    return happened;
}

void
proxy_cut(Proxy *proxy)
{
    pthread_mutex_lock(&proxy->mutex);
    proxy->is_cutting = true;
    wake_thread(proxy);
    while (proxy->is_cutting)
        pthread_cond_wait(&proxy->cut_done, &proxy->mutex);
    pthread_mutex_unlock(&proxy->mutex);
}
