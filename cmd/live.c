/* SPDX-License-Identifier: MIT */
#include "cmd/live.h"

#include "cmd/output.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/text.h"

/* Milliseconds: a statement takes long, and the line is not drawn more often. */
enum { LONG = 1000, PAUSE = 90 };

/* Characters of a statement that are kept, and columns of a terminal that does not say. */
enum { TEXT_LENGTH = 200, USUAL_WIDTH = 80 };

static const char *
cut(Arena *arena, const char *text, size_t width)
{
    const Slice all = slice_of(text);

    if (utf8_count(all) <= width)
        return text;
    if (width < 4)
        return "";
    return arena_format(arena, "%.*s...", (int)utf8_offset(all, width - 3), text);
}

/* "4.2 s", whole seconds from ten on: the line would flicker otherwise. */
static const char *
elapsed(Arena *arena, int64_t milliseconds)
{
    if (milliseconds < 10000)
        return arena_format(arena, "%d.%d s", (int)(milliseconds / 1000),
                            (int)(milliseconds % 1000 / 100));
    if (milliseconds < INT64_C(60000))
        return arena_format(arena, "%d s", (int)(milliseconds / 1000));
    return output_duration(arena, milliseconds);
}

const char *
live_line(const Live *live, int64_t now, size_t width, Arena *arena)
{
    Buf line = {.arena = arena};

    if (live->count > 0)
        buf_addf(&line, "[%zu/%zu] ", live->index, live->count);
    buf_addf(&line, "%s  %s", elapsed(arena, now - live->began), live->step);
    if (live->text != NULL && now - live->text_began >= LONG) {
        /* what runs is worth more than what it is for */
        const Slice all = buf_slice(&line);
        const size_t used = utf8_count(all);
        const size_t half = used > width / 2 ? width / 2 : used;
        const char *front = cut(arena, buf_text(&line), half);

        line = (Buf){.arena = arena};
        buf_add(&line, front);
        if (live->statements > 1)
            buf_addf(&line, "  %zu/%zu", live->statement, live->statements);
        buf_addf(&line, "  %s", live->text);
    }
    return cut(arena, buf_text(&line), width);
}

void
live_step(Live *live, const char *step)
{
    live->step = step;
    live->began = clock_milliseconds();
    live->text = NULL;
    live_draw(live);
}

void
live_statement(Live *live, const Unit *unit, const Statement *statement)
{
    const Slice text = {statement->text.at, utf8_offset(statement->text, TEXT_LENGTH)};

    if (live->log == NULL)
        return;
    arena_reset(&live->text_arena);
    live->text = output_line(&live->text_arena, arena_copy(&live->text_arena, text));
    live->text_began = clock_milliseconds();
    live->statement = statement->number;
    live->statements = unit->total;
    live_draw(live);
}

void
live_draw(Live *live)
{
    const int64_t now = clock_milliseconds();
    Arena scratch = {0};

    if (live->log == NULL || live->step == NULL || now - live->drawn < PAUSE)
        return;
    const size_t width = output_width(live->log->stream);
    /* the last column stays free: some terminals begin a new line there */
    const char *line =
        live_line(live, now, (width == 0 ? (size_t)USUAL_WIDTH : width) - 1, &scratch);
    log_live(live->log, line);
    live->drawn = now;
    arena_release(&scratch);
}

void
live_stop(Live *live)
{
    live->step = NULL;
    live->text = NULL;
    arena_release(&live->text_arena);
    if (live->log != NULL)
        log_live(live->log, "");
}
