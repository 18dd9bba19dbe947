/* SPDX-License-Identifier: MIT */
/*
 * verify-script: was a script made from the revision files as they are now? Its header says for
 * which database, from where, to where; the script is made again from that and compared byte for
 * byte. What the header lists then tells which file it is that differs.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/help.h"
#include "cmd/offline.h"
#include "core/base/file.h"
#include "core/base/mapping.h"

static const Option OPTIONS[] = {
    {.name = NULL},
};

/* What the first lines of a script say; slices of its text. */
typedef struct Header {
    Slice program; /* "migrate 0.1.0" */
    Direction direction;
    bool is_tables; /* of ensure_version */
    Slice dialect;
    bool is_plain;
    Names from;
    Names to;
    Slice lines; /* what stands behind "-- revisions:" */
} Header;

static bool
refuse(const char *file, Error *err)
{
    error_set(err, ERR_REVISION, "\"%s\" does not begin as a script of migrate --sql", file);
    return error_hint(err, "it must be the whole file, as it was printed");
}

/* Takes "-- KEY: value" off the text. */
static bool
take_line(Slice *text, const char *key, Slice *value)
{
    Slice rest = {0};
    const Slice line = slice_cut(*text, '\n', &rest);

    if (!slice_starts_with(line, key))
        return false;
    *value = slice_after(line, strlen(key));
    *text = rest;
    return true;
}

static bool
take_verb(Slice word, Header *header)
{
    static const Direction ALL[] = {DIRECTION_UPGRADE, DIRECTION_DOWNGRADE, DIRECTION_STAMP};

    header->is_tables = slice_is(word, "ensure_version");
    for (size_t i = 0; !header->is_tables && i < sizeof ALL / sizeof *ALL; i++) {
        header->direction = ALL[i];
        if (slice_is(word, direction_name(ALL[i])))
            return true;
    }
    header->direction = DIRECTION_STAMP;
    return header->is_tables;
}

/* "a, b", or "base" for none. */
static Names
take_rows(Slice text, Arena *arena)
{
    Names rows = {0};

    while (text.at != NULL && !slice_is(text, "base"))
        *VEC_ADD(arena, &rows) = arena_copy(arena, slice_trim(slice_cut(text, ',', &text)));
    return rows;
}

/* "-- migrate 0.1.0: upgrade for postgres, plain" and the lines below it. */
static bool
parse_header(Slice text, Arena *arena, Header *header)
{
    Slice title = {0};
    Slice from = {0};
    Slice to = {0};
    Slice rest = {0};

    if (!take_line(&text, "-- migrate ", &title) || !take_line(&text, "-- from: ", &from) ||
        !take_line(&text, "-- to: ", &to))
        return false;
    header->program = slice_cut(title, ':', &rest);
    if (rest.at == NULL || !take_verb(slice_cut(slice_trim(rest), ' ', &rest), header) ||
        !slice_starts_with(rest, "for "))
        return false;
    header->dialect = slice_cut(slice_after(rest, strlen("for ")), ',', &rest);
    header->is_plain = rest.at != NULL && slice_is(slice_trim(rest), "plain");
    header->from = take_rows(from, arena);
    header->to = take_rows(to, arena);
    header->lines = text;
    return true;
}

/* ---- making it again ---- */

static bool
find_target(const Context *context, const Header *header, Target *target, Error *err)
{
    const Graph *graph = &context->graph;
    Arena *arena = context->arena;
    Indexes from = {0};
    Indexes to = {0};

    *target = (Target){.direction = header->direction, .text = "", .is_base = header->to.len == 0};
    if (!target_rows(graph, &header->from, arena, &from, err) ||
        !target_rows(graph, &header->to, arena, &to, err))
        return false;
    target->nodes = to;
    if (header->direction == DIRECTION_UPGRADE)
        return true;
    /* what was applied and is not any more */
    bool *below = ARENA_ARRAY(arena, bool, graph->count);
    bool *kept = ARENA_ARRAY(arena, bool, graph->count);
    graph_mark_ancestors(graph, &from, arena, below);
    graph_mark_ancestors(graph, &to, arena, kept);
    for (size_t i = 0; i < graph->count; i++) {
        if (below[i] && !kept[i])
            *VEC_ADD(arena, &target->roots) = i;
    }
    return true;
}

static bool
make_plan(const Context *context, const Header *header, Plan *plan, Error *err)
{
    StampTarget stamp = {.is_base = true};
    Target target;

    if (header->is_tables) {
        plan_tables(&header->from, context->arena, plan);
        return true;
    }
    if (header->direction == DIRECTION_STAMP)
        return target_rows(&context->graph, &header->to, context->arena, &stamp.nodes, err) &&
               plan_stamp(&context->graph, &stamp, &header->from, false, context->arena, plan, err);
    return find_target(context, header, &target, err) &&
           plan_make(&context->graph, &target, &header->from, context->arena, plan, err);
}

static void
close_stream(FILE **stream)
{
    if (*stream != NULL)
        fclose(*stream);
}

/* The line at which the stream and the text part; 0: they are the same. */
static size_t
compare(FILE *stream, const FileText *script)
{
    const Slice text = script->text;
    Trail trail = trail_begin(text, script->is_mapped);
    size_t line = 1;
    size_t at = 0;
    int c = getc(stream);

    for (; c != EOF && at < text.len && (unsigned char)text.at[at] == c; c = getc(stream)) {
        if (c == '\n') {
            line++;
            trail_follow(&trail, text.at + at);
        }
        at++;
    }
    return c == EOF && at == text.len ? 0 : line;
}

/* ---- saying what differs ---- */

static Slice
next_listed(Slice *lines, Slice *id)
{
    while (lines->at != NULL) {
        Slice line = slice_cut(*lines, '\n', lines);
        Slice checksum = {0};

        if (!slice_starts_with(line, "-- "))
            break;
        if (!slice_starts_with(line, "--   "))
            continue;
        *id = slice_cut(slice_after(line, strlen("--   ")), ' ', &checksum);
        if (checksum.at != NULL && slice_starts_with(checksum, "sha256:"))
            return slice_cut(slice_after(checksum, strlen("sha256:")), ' ', &checksum);
    }
    return (Slice){0};
}

/* The first revision that is another, in another place, or another file. */
static const char *
first_difference(const OfflineScript *made, Slice lines, Arena *arena)
{
    const Steps *steps = &made->offline->plan->steps;
    Slice id = {0};

    for (size_t i = 0; made->offline->direction != DIRECTION_STAMP && i < steps->len; i++) {
        const Slice checksum = next_listed(&lines, &id);
        const Revision *now = steps->at[i].revision;

        if (checksum.at == NULL)
            return arena_format(arena, "revision %s is missing", now->id);
        if (!slice_is(id, now->id))
            return arena_format(arena, "step %zu is revision %.*s, and would be %s now", i + 1,
                                SLICE_ARGS(id), now->id);
        if (!slice_is(checksum, made->checksums[i]))
            return arena_format(arena, "%s has changed since", now->file);
    }
    if (made->offline->direction != DIRECTION_STAMP && next_listed(&lines, &id).at != NULL)
        return arena_format(arena, "revision %.*s would not be in it now", SLICE_ARGS(id));
    return NULL;
}

static bool
say_difference(const OfflineScript *made, const Header *header, const char *file, size_t line,
               Error *err)
{
    const Context *context = made->offline->context;
    const char *program = arena_format(context->arena, "migrate %.*s", SLICE_ARGS(header->program));
    const char *difference = first_difference(made, header->lines, context->arena);

    if (strcmp(program, HELP_VERSION) != 0) {
        error_set(err, ERR_BEHIND, "%s was made by %s, and this is %s", file, program,
                  HELP_VERSION);
        return error_hint(err, "compare with that version, or print the script again");
    }
    if (difference != NULL) {
        error_set(err, ERR_BEHIND, "%s is not what the files make now: %s", file, difference);
        return error_hint(err, "print it again, and have it reviewed again");
    }
    error_set_at(err, ERR_BEHIND, (Place){file, (unsigned)line, 0},
                 "here the script differs from what would be printed now");
    return error_hint(err, "the revision files are the same: it was edited, cut off, or printed "
                           "with another configuration");
}

static bool
verify(Context *context, const Header *header, const char *file, const FileText *script, Error *err)
{
    const Driver *driver = driver_find(arena_copy(context->arena, header->dialect));
    AUTO(close_stream) FILE *stream = tmpfile();
    Offline offline = {.context = context,
                       .session = context->session,
                       .direction = header->direction,
                       .is_tables = header->is_tables,
                       .is_one = context->config.transaction_all};
    AUTO(offline_release) OfflineScript made = {.offline = &offline};
    Plan plan = {0};

    if (driver == NULL)
        return refuse(file, err);
    if (stream == NULL)
        return error_set_errno(err, ERR_FAILED, "cannot make a temporary file");
    if (!make_plan(context, header, &plan, err)) {
        error_set(err, ERR_REVISION, "%s: no file defines some of the revisions it is about", file);
        return error_hint(err, "its header names them; migrate history lists what there is");
    }
    offline.dialect = driver->dialect;
    offline.tables = context_tables(&context->config, driver->dialect);
    offline.session.is_plain = header->is_plain;
    offline.plan = &plan;
    if (!offline_make(&made, err) || !offline_write(&made, stream, err))
        return false;
    if (fflush(stream) != 0 || ferror(stream) != 0)
        return error_set_errno(err, ERR_FAILED, "cannot write a temporary file");
    rewind(stream);
    const size_t line = compare(stream, script);
    return line == 0 || say_difference(&made, header, file, line, err);
}

static bool
run(Context *context, Error *err)
{
    const char *file = context->operands.at[0];
    Header header = {0};
    FileText script = {0};

    if (!file_text_read(file, context->arena, &script, err))
        return false;
    if (!parse_header(script.text, context->arena, &header))
        return refuse(file, err);
    if (!verify(context, &header, file, &script, err))
        return false;
    log_info(context->log, "%s is what the revision files make", file);
    return true;
}

const Command COMMAND_VERIFY_SCRIPT = {
    .name = "verify-script",
    .group = "Look",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_FILE,
    .summary = "is a script what the revision files make now?",
    .description =
        "Makes a script of --sql again, from what its header says, and compares it byte for byte. "
        "Connects to nothing. It must be run with the configuration that the script was made with."
        "\n\n"
        "Exit status: 0 it is the same, 3 it differs (what differs is said), 4 it is no script of "
        "migrate, or names revisions that no file defines.",
    .examples = "migrate upgrade a:b --sql -o review.sql\n"
                "migrate verify-script review.sql      before it is run",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
