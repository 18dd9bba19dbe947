/* SPDX-License-Identifier: MIT */
#include "core/base/pattern.h"

#include <assert.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct Pattern {
    pcre2_code *code;
    pcre2_match_data *data;
};

static void
pattern_free(void *handle)
{
    Pattern *pattern = handle;

    pcre2_match_data_free(pattern->data);
    pcre2_code_free(pattern->code);
}

Pattern *
pattern_new(Arena *arena, const char *regex)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    Pattern *pattern = ARENA_NEW(arena, Pattern);

    pattern->code =
        pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, 0, &error, &offset, NULL);
    assert(pattern->code != NULL);
    pattern->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
    assert(pattern->data != NULL);
    arena_defer(arena, pattern_free, pattern);
    return pattern;
}

bool
pattern_find(const Pattern *pattern, Slice text, size_t from, PatternMatch *match)
{
    const char *subject = text.at == NULL ? "" : text.at;
    const int groups =
        pcre2_match(pattern->code, (PCRE2_SPTR)subject, text.len, from, 0, pattern->data, NULL);

    if (groups < 0)
        return false;
    const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->data);
    *match = (PatternMatch){0};
    const size_t count = (size_t)groups;
    for (size_t i = 0; i < count && i < PATTERN_GROUPS; i++) {
        if (ends[2 * i] != PCRE2_UNSET)
            match->group[i] = (Slice){subject + ends[2 * i], ends[2 * i + 1] - ends[2 * i]};
    }
    return true;
}

bool
pattern_match(const char *regex, Slice text, PatternMatch *match)
{
    Arena arena = {0};
    const bool is_match = pattern_find(pattern_new(&arena, regex), text, 0, match);

    arena_release(&arena);
    return is_match;
}
