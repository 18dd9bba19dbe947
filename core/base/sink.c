/* SPDX-License-Identifier: MIT */
#include "core/base/sink.h"

#include "core/base/mapping.h"

enum { WORTH_WHILE = 64 * 1024 };

void
sink_flush(Sink *sink)
{
    if (sink->take == NULL || sink->text.len == 0)
        return;
    sink->take(sink->context, buf_slice(&sink->text));
    buf_clear(&sink->text);
}

void
sink_pass(Sink *sink)
{
    if (sink->text.len >= WORTH_WHILE)
        sink_flush(sink);
}

void
sink_add(Sink *sink, Slice text, bool is_mapped)
{
    Trail trail = trail_begin(text, is_mapped);

    for (Slice rest = text; rest.len > 0; trail_follow(&trail, rest.at)) {
        const Slice piece = trail_piece(&rest);
        sink_flush(sink);
        if (sink->take == NULL)
            buf_add_slice(&sink->text, piece);
        else
            sink->take(sink->context, piece);
    }
}
