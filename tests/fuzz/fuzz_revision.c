/* SPDX-License-Identifier: MIT */
/* Fuzz target: the header and directives of a SQL revision. The sections of a file that parses lie
 * in it, in order; every problem of one that does not has its place. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/revision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool is_true)
{
    if (!is_true)
        abort();
}

static void
check_revision(const Revision *revision, size_t size)
{
    size_t end = 0;

    check(revision_id_problem(slice_of(revision->id)) == NULL);
    for (size_t i = 0; i < revision->revises.len; i++)
        check(revision_id_problem(slice_of(revision->revises.at[i])) == NULL);
    for (size_t i = 0; i < revision->sections.len; i++) {
        const Section *section = &revision->sections.at[i];
        check(section->body > end && section->body_len <= size - section->body);
        check(section->body_line == section->line + 1);
        end = section->body + section->body_len;
    }
    check(revision->sections.len == 0 || end == size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = {0};
    Revision revision;
    Error err = {.arena = &arena};
    const Slice text = {(const char *)data, size};

    if (revision_parse_sql("fuzz.sql", text, &arena, &revision, &err)) {
        check(err.code == ERR_NONE);
        check_revision(&revision, size);
    } else {
        check(err.code == ERR_REVISION);
        for (const Error *at = &err; at != NULL; at = at->next)
            check(at->place.line > 0 && at->place.column > 0);
    }
    arena_release(&arena);
    return 0;
}
