/* SPDX-License-Identifier: MIT */
#include "tests/support/wire.h"

#include <string.h>

static uint32_t
number_at(const char *at)
{
    uint32_t number = 0;

    for (size_t i = 0; i < 4; i++)
        number = number << 8 | (unsigned char)at[i];
    return number;
}

bool
wire_next(Slice *rest, bool *is_started, WireMessage *message)
{
    const size_t type_len = *is_started ? 1 : 0;
    const size_t head_len = *is_started ? 5 : 8;

    if (rest->len < head_len)
        return false;
    const size_t whole_len = type_len + number_at(rest->at + type_len);
    if (whole_len < head_len || rest->len < whole_len)
        return false;
    *message = (WireMessage){
        .type = *is_started ? rest->at[0] : '\0',
        .code = *is_started ? 0 : number_at(rest->at + 4),
        .body = {rest->at + head_len, whole_len - head_len},
        .whole = {rest->at, whole_len},
    };
    if (!*is_started)
        *is_started = message->code != WIRE_SSL && message->code != WIRE_GSS;
    *rest = (Slice){rest->at + whole_len, rest->len - whole_len};
    return true;
}

bool
wire_contains(const WireMessage *message, const char *text)
{
    const size_t len = strlen(text);
    const Slice body = message->body;

    for (size_t i = 0; i + len <= body.len; i++) {
        if (memcmp(body.at + i, text, len) == 0)
            return true;
    }
    return false;
}
