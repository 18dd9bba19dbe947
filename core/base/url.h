/* SPDX-License-Identifier: MIT */
/*
 * Url: the generic syntax of a database URL,
 * scheme+driver://user:password@host:port,…/path?key=value, cut where libpq cuts it (the user part
 * ends at the first '@' that no '/' precedes). What the parts mean is each driver's business.
 * Whatever prints a URL passes it through url_redact() first.
 */
#ifndef MIGRATE_CORE_BASE_URL_H
#define MIGRATE_CORE_BASE_URL_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/slice.h"

/* All parts borrow from the text and are as written, percent-encoded; `at` is NULL for a part that
 * is absent ("user:@host" has an empty password, "user@host" none). */
typedef struct Url {
    Slice scheme; /* "postgresql" of "postgresql+asyncpg://" */
    Slice driver; /* "asyncpg"; absent without a '+' */
    Slice user;
    Slice password;
    Slice hosts; /* "a:1,[::1]:2": url_next_host() */
    Slice path;  /* from its first '/' on, without the parameters */
    Slice query; /* behind the '?': url_next_parameter() */
} Url;

/* Cuts `text`; false if it does not begin with a scheme and "://". Checks nothing else. */
bool url_split(Slice text, Url *url);
/* Takes the next host, and its port (absent without a ':'), off *hosts; an IPv6 address is without
 * its brackets. False at the end. */
bool url_next_host(Slice *hosts, Slice *host, Slice *port);
/* Takes the next parameter off *query; `value` is absent without a '='. False at the end. */
bool url_next_parameter(Slice *query, Slice *key, Slice *value);
/* Percent-decodes; false for a '%' without two hex digits and for %00. *decoded is in `arena`. */
MUST_CHECK bool url_decode(Slice text, Arena *arena, const char **decoded);

/* Why a URL cannot be meant as it is written, above all because its password needs percent-encoding
 * (libpq would take a part of it for the host, and say so aloud); NULL if nothing is wrong. The
 * text is ours and repeats no part of the URL. Texts that are no URL, such as keyword strings,
 * pass. */
const char *url_problem(const char *url);

/* The URL, or a libpq keyword string, for people: passwords in the user part, in parameters and
 * keywords are ***, control characters are '?'. Of a malformed one rather too much is masked. */
const char *url_redact(const char *url, Arena *arena);
/* A message in which somebody's word may stand who wrote a URL at the wrong place: what looks like
 * a password in a URL, or behind "password=", is ***. Everything else stays. */
const char *url_redact_message(const char *text, Arena *arena);

#endif
