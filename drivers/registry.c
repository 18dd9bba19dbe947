/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"
#include "drivers/driver.h"
#include "drivers/postgres/postgres.h"
#include "drivers/sqlite/sqlite.h"

const Driver *const DRIVERS[] = {&DRIVER_POSTGRES, &DRIVER_SQLITE, NULL};

const char *
direction_name(Direction direction)
{
    switch (direction) {
    case DIRECTION_UPGRADE:
        return "upgrade";
    case DIRECTION_DOWNGRADE:
        return "downgrade";
    case DIRECTION_STAMP:
        return "stamp";
    }
    return "?";
}

/* RFC 3986 section 3.1: what may stand before the colon. */
static bool
is_scheme(Slice text)
{
    if (text.len == 0 || !ascii_is_letter(text.at[0]))
        return false;
    for (size_t i = 1; i < text.len; i++) {
        const char c = text.at[i];
        if (!ascii_is_letter(c) && !ascii_is_digit(c) && c != '+' && c != '-' && c != '.')
            return false;
    }
    return true;
}

static bool
has_scheme(const Driver *driver, Slice scheme)
{
    for (size_t i = 0; driver->schemes[i] != NULL; i++) {
        if (slice_is_nocase(scheme, driver->schemes[i]))
            return true;
    }
    return false;
}

static bool
known_schemes_hint(Error *err)
{
    Buf known = {.arena = err->arena};

    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        for (size_t j = 0; DRIVERS[i]->schemes[j] != NULL; j++)
            buf_addf(&known, "%s%s://", known.len > 0 ? ", " : "", DRIVERS[i]->schemes[j]);
    }
    return error_hint(err, "known are %s", buf_text(&known));
}

bool
driver_for_url(const char *url, const Driver **driver, Error *err)
{
    Slice rest;
    const Slice scheme = slice_cut(slice_of(url), ':', &rest);
    Slice python;

    if (rest.at != NULL && is_scheme(scheme)) {
        const Slice name = slice_cut(scheme, '+', &python);
        for (size_t i = 0; DRIVERS[i] != NULL; i++) {
            if (has_scheme(DRIVERS[i], name)) {
                *driver = DRIVERS[i];
                return true;
            }
        }
        error_set(err, ERR_CONFIG, "there is no driver for %.*s:", SLICE_ARGS(scheme));
        return known_schemes_hint(err);
    }
    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        if (DRIVERS[i]->accepts(url)) {
            *driver = DRIVERS[i];
            return true;
        }
    }
    error_set(err, ERR_CONFIG, "the database URL does not begin with a scheme");
    return known_schemes_hint(err);
}

const Driver *
driver_find(const char *name)
{
    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        if (strcmp(DRIVERS[i]->name, name) == 0 || has_scheme(DRIVERS[i], slice_of(name)))
            return DRIVERS[i];
    }
    return NULL;
}
