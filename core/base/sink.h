/* SPDX-License-Identifier: MIT */
/*
 * Sink: text on its way out. It is built in `text`, and whoever takes it gets it piece by piece, so
 * that a gigabyte takes no more memory than its longest piece. {.text = {.arena = arena}} keeps
 * all.
 */
#ifndef MIGRATE_CORE_BASE_SINK_H
#define MIGRATE_CORE_BASE_SINK_H

#include <stdbool.h>

#include "core/base/buf.h"

typedef struct Sink {
    Buf text;                                /* what has not been taken yet */
    void (*take)(void *context, Slice text); /* borrows the text; NULL: nobody takes it */
    void *context;
} Sink;

/* To be called between two pieces: hands on what has gathered, once it is worth while. */
void sink_pass(Sink *sink);
/* Hands on what is left. */
void sink_flush(Sink *sink);
/* Adds a text of any length, which may be mapped. */
void sink_add(Sink *sink, Slice text, bool is_mapped);

#endif
