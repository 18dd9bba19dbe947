/* SPDX-License-Identifier: MIT */
/*
 * Proxy: a TCP proxy on loopback between a client and PostgreSQL or PgBouncer, in a thread of the
 * test. It counts round trips, delays what passes, records what the client sends, and cuts
 * connections at a chosen message. What goes wrong in it fails the test.
 */
#ifndef MIGRATE_TESTS_SUPPORT_PROXY_H
#define MIGRATE_TESTS_SUPPORT_PROXY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"

typedef struct Proxy Proxy;

typedef struct ProxyOptions {
    unsigned target_port; /* on 127.0.0.1 */
    unsigned delay;       /* milliseconds, one way; a TCP handshake costs both ways too */
    bool refuses_groups;  /* who sends a Parse is cut off, as if only simple queries were known */
    bool drops_cancels;   /* who asks for a cancel is cut off */
    const char *record;   /* NULL, or a path: what the n-th client sends goes to the file PATH.n */
} ProxyOptions;

/* A round trip: a connection is made, or the client sends after the server's bytes have reached it
 * (or for the first time), and what it sends is not the farewell. A client that sends on while the
 * server already answers is charged for it, unless the delay is longer than that sending takes. */
typedef struct ProxyCounts {
    size_t connections;
    size_t round_trips; /* connections included */
    size_t messages;    /* of the clients, startup packets included */
    size_t bytes_sent;  /* by the clients */
} ProxyCounts;

typedef enum ProxyFaultKind {
    PROXY_FAULT_NONE,
    PROXY_CUT_BEFORE,      /* the message does not reach the server; both sides are closed */
    PROXY_CUT_AFTER_SEND,  /* it does, then nobody hears the answer; both sides are closed */
    PROXY_CUT_AFTER_REPLY, /* as before, but the server has answered (ReadyForQuery) by then */
    PROXY_STALL, /* it does, and its answer comes, but what the client sends behind it is not read
                  */
    PROXY_BLACKHOLE, /* it does, and nothing comes back, but the connection stands */
} ProxyFaultKind;

/* Happens once, at the message-th message behind the startup that contains the text, counted over
 * all connections from proxy_set_fault on. */
typedef struct ProxyFault {
    ProxyFaultKind kind;
    size_t message;         /* from 1 */
    const char *containing; /* NULL: any message counts; lives as long as the proxy */
} ProxyFault;

Proxy *proxy_start(Arena *arena, const ProxyOptions *options);
/* What clients that have closed had sent is still counted and recorded. */
void proxy_stop(Proxy *proxy);

unsigned proxy_port(const Proxy *proxy);
/* The URL with the proxy's port in place of its own. */
const char *proxy_url(const Proxy *proxy, const char *url, Arena *arena);

/* Complete for all that the server has answered. */
ProxyCounts proxy_counts(Proxy *proxy);
void proxy_set_fault(Proxy *proxy, const ProxyFault *fault);
bool proxy_fault_happened(Proxy *proxy);
/* Closes all connections of now; new ones are taken. Returns when that is done. */
void proxy_cut(Proxy *proxy);

#endif
