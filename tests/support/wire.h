/* SPDX-License-Identifier: MIT */
/* Wire: the messages in a recorded stream of PostgreSQL's protocol 3.0, for the proxy and for tests
 * that look at every byte a client sent. */
#ifndef MIGRATE_TESTS_SUPPORT_WIRE_H
#define MIGRATE_TESTS_SUPPORT_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/slice.h"

/* What a packet before the startup is there for stands where the protocol version would be. */
enum {
    WIRE_STARTUP = 196608, /* version 3.0 */
    WIRE_CANCEL = 80877102,
    WIRE_SSL = 80877103,
    WIRE_GSS = 80877104,
};

typedef struct WireMessage {
    char type;     /* 'Q', 'P', …; '\0' for a packet of the startup */
    uint32_t code; /* of such a packet */
    Slice body;    /* without type, length and code; borrowed */
    Slice whole;
} WireMessage;

/* Takes the next whole message off *rest; false if there is none. *is_started: the startup is over
 * and messages have types; false before the first packet of a client, true for a server's answers.
 */
bool wire_next(Slice *rest, bool *is_started, WireMessage *message);
/* `text` occurs in the message's body. */
bool wire_contains(const WireMessage *message, const char *text);

#endif
