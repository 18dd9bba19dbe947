/* SPDX-License-Identifier: MIT */
#include "core/base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/vec.h"

/* Sets every field but the arena. */
static void
fill(Error *err, ErrorCode code, Place place, const char *message)
{
    *err = (Error){.arena = err->arena, .code = code, .place = place, .message = message};
}

static Error *
last_of(Error *err)
{
    Error *last = err->last == NULL ? err : err->last;

    while (last->next != NULL)
        last = last->next;
    return last;
}

bool
error_set(Error *err, ErrorCode code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fill(err, code, (Place){0}, arena_vformat(err->arena, format, values));
    va_end(values);
    return false;
}

bool
error_set_at(Error *err, ErrorCode code, Place place, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    fill(err, code, place, arena_vformat(err->arena, format, values));
    va_end(values);
    return false;
}

bool
error_set_errno(Error *err, ErrorCode code, const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list values;
    va_start(values, format);
    const char *what = arena_vformat(err->arena, format, values);
    va_end(values);
    fill(err, code, (Place){0}, arena_format(err->arena, "%s: %s", what, reason));
    return false;
}

bool
error_wrap(Error *err, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *context = arena_vformat(err->arena, format, values);
    va_end(values);
    err->message = arena_format(err->arena, "%s: %s", context, err->message);
    return false;
}

bool
error_hint(Error *err, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    last_of(err)->hint = arena_vformat(err->arena, format, values);
    va_end(values);
    return false;
}

bool
error_add_at(Error *err, ErrorCode code, Place place, const char *format, ...)
{
    Error *target = err;

    if (err->code != ERR_NONE) {
        target = ARENA_NEW(err->arena, Error);
        target->arena = err->arena;
        last_of(err)->next = target;
        err->last = target;
    }
    va_list values;
    va_start(values, format);
    fill(target, code, place, arena_vformat(err->arena, format, values));
    va_end(values);
    return false;
}

bool
error_append(Error *err, const Error *more)
{
    if (err->code == ERR_NONE) {
        *err = *more;
        return false;
    }
    Error *copy = ARENA_NEW(err->arena, Error);
    *copy = *more;
    last_of(err)->next = copy;
    err->last = last_of(copy);
    return false;
}

/* A problem and where it stood, so that sorting keeps the order of equals. */
typedef struct Ranked {
    Error *node;
    Error problem;
    size_t rank;
} Ranked;

static int
compare_places(const void *a, const void *b)
{
    const Ranked *x = a;
    const Ranked *y = b;
    const Place *left = &x->problem.place;
    const Place *right = &y->problem.place;

    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    if (left->column != right->column)
        return left->column < right->column ? -1 : 1;
    return x->rank < y->rank ? -1 : 1;
}

void
error_sort(Error *err)
{
    VEC(Ranked) all = {0};

    for (Error *at = err; at != NULL; at = at->next) {
        const size_t rank = all.len;
        *VEC_ADD(err->arena, &all) = (Ranked){at, *at, rank};
    }
    if (all.len < 2)
        return;
    Arena *arena = err->arena;
    Ranked *sorted = ARENA_ARRAY(arena, Ranked, all.len);
    memcpy(sorted, all.at, all.len * sizeof *sorted);
    qsort(sorted, all.len, sizeof *sorted, compare_places);
    for (size_t i = 0; i < all.len; i++) {
        Error *node = all.at[i].node;
        *node = sorted[i].problem;
        node->next = i + 1 < all.len ? all.at[i + 1].node : NULL;
        node->last = NULL;
    }
    err->last = VEC_LAST(&all)->node;
}

int
error_exit_status(ErrorCode code)
{
    switch (code) {
    case ERR_NONE:
        return 0;
    case ERR_FAILED:
        return 1;
    case ERR_USAGE:
    case ERR_CONFIG:
        return 2;
    case ERR_BEHIND:
        return 3;
    case ERR_REVISION:
        return 4;
    case ERR_CONNECT:
        return 5;
    case ERR_LOCKED:
        return 6;
    case ERR_STATE:
        return 7;
    case ERR_INTERRUPTED:
        return 130;
    case ERR_TERMINATED:
        return 143;
    }
    return 1;
}
