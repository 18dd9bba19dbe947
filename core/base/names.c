/* SPDX-License-Identifier: MIT */
#include "core/base/names.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"

static int
compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
names_sort(Names *names)
{
    if (names->len > 1)
        qsort(names->at, names->len, sizeof *names->at, compare);
}

bool
names_contain(const Names *names, const char *name)
{
    for (size_t i = 0; i < names->len; i++) {
        if (strcmp(names->at[i], name) == 0)
            return true;
    }
    return false;
}

bool
names_equal(const Names *a, const Names *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (strcmp(a->at[i], b->at[i]) != 0)
            return false;
    }
    return true;
}

const char *
names_join(Arena *arena, const Names *names, const char *separator)
{
    Buf buf = {.arena = arena};

    for (size_t i = 0; i < names->len; i++) {
        buf_add(&buf, i > 0 ? separator : "");
        buf_add(&buf, names->at[i]);
    }
    return buf_text(&buf);
}

const char *
names_list(Arena *arena, const Names *names)
{
    enum { SHOWN = 5 };
    /* one more is as short as saying so */
    const size_t shown = names->len > SHOWN + 1 ? SHOWN : names->len;
    Buf text = {.arena = arena};

    for (size_t i = 0; i < shown; i++) {
        const bool is_last = i + 1 == names->len;
        buf_add(&text, i == 0 ? "" : is_last ? " and " : ", ");
        buf_add(&text, names->at[i]);
    }
    if (shown < names->len)
        buf_addf(&text, " and %zu more", names->len - shown);
    return buf_text(&text);
}

Names
names_copy(Arena *arena, const Names *names)
{
    Names copy = {0};

    for (size_t i = 0; i < names->len; i++)
        *VEC_ADD(arena, &copy) = names->at[i];
    return copy;
}

void
names_remove(Names *names, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < names->len; i++) {
        if (strcmp(names->at[i], name) != 0)
            names->at[kept++] = names->at[i];
    }
    names->len = kept;
}
