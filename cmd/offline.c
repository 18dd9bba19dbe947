/* SPDX-License-Identifier: MIT */
#include "cmd/offline.h"

#include <stdint.h>
#include <string.h>

#include "cmd/context.h"
#include "cmd/help.h"
#include "cmd/outfile.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "core/replay.h"

/* Bytes of a script, and of one step, that are held until they are printed. What is longer is made
 * twice from there on: first to see that all of it can be made. */
enum { HELD_BYTES = 16 << 20, STEP_BYTES = 4 << 20 };

bool
offline_check_options(const Context *context, Error *err)
{
    static const char *const NAMES[] = {"dialect", "output", "plain"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (option_is_given(context, "sql") || !option_is_given(context, NAMES[i]))
            continue;
        error_set(err, ERR_USAGE, "--%s is for --sql", NAMES[i]);
        return error_hint(err, i == 0 ? "otherwise the URL says which database it is"
                                      : "without it nothing is printed, but run");
    }
    return true;
}

/* A script that begins where the database stands is for that database. */
static bool
check_dialect(const Context *context, const Dialect *dialect, Error *err)
{
    const DatabaseState *state = &context->runner.state;

    if (!context->is_connected)
        return true;
    if (context->driver->dialect != dialect) {
        error_set(err, ERR_USAGE, "--dialect %s, and current is read from a %s database",
                  dialect->name, context->driver->name);
        return error_hint(err, "name the revision instead of current, or leave --dialect out");
    }
    if (state->open != NULL) {
        error_set(err, ERR_STATE, "the database stands at %s",
                  output_open(context->arena, state->open));
        return error_hint(err, "a script cannot go on in the middle: run migrate %s first",
                          state->open->direction);
    }
    return true;
}

bool
offline_init(Context *context, Offline *offline, Error *err)
{
    *offline = (Offline){.context = context, .is_one = context->config.transaction_all};
    if (!context_dialect(context, &offline->dialect, err) ||
        !check_dialect(context, offline->dialect, err))
        return false;
    offline->tables = context->is_connected ? context->runner.state.tables
                                            : context_tables(&context->config, offline->dialect);
    offline->session = context->session;
    offline->session.run_by = NULL; /* a script says nothing of where it was made */
    offline->session.run_from = NULL;
    offline->session.is_plain = option_is_given(context, "plain");
    return true;
}

/* ---- making ---- */

static Script
script_for(const Offline *offline, Arena *arena)
{
    Script script = {0};

    script_init(&script, &offline->plan->rows_before, arena);
    script.dialect = offline->dialect;
    script.tables = &offline->tables;
    script.session = &offline->session;
    return script;
}

/* Rows of COPY reach a server through psql only. */
static bool
refuse_data(const Units *units, Error *err)
{
    bool is_fine = true;

    for (size_t i = 0; i < units->len; i++) {
        const Statements *statements = &units->at[i].statements;
        for (size_t j = 0; units->at[i].has_data && j < statements->len; j++) {
            if ((statements->at[j].facts & SQL_COPY_FROM_STDIN) == 0)
                continue;
            is_fine = error_add_at(err, ERR_REVISION, statements->at[j].place,
                                   "rows of COPY cannot stand in a script for any client");
            error_hint(err, "leave --plain out and run the script with psql");
        }
    }
    return is_fine;
}

static bool
finish_units(const Offline *offline, size_t step, Units *units, Error *err)
{
    const size_t steps = offline->plan->steps.len;

    if (offline->session.is_plain && !refuse_data(units, err))
        return false;
    for (size_t i = 0; offline->is_one && i < units->len; i++) {
        const bool is_first = step == 0 && i == 0;
        const bool is_last = step + 1 == steps && i + 1 == units->len;
        if (!script_join(&units->at[i], is_first, is_last, err))
            return false;
    }
    return true;
}

/* Where steps are made, one after the other. */
typedef struct Maker {
    const Offline *offline;
    Script script;
    Sink *out;
    Arena scratch; /* of one step */
    Arena room;    /* of what goes through `out` */
    char checksum[SHA256_HEX_SIZE];
    bool has_bare_unit;
    Catalog *own; /* NULL: none, or the caller's */
} Maker;

/* A catalog that is what the database is, or, without one, what the revisions below make. */
static bool
open_catalog(const Offline *offline, const Script *script, Catalog **catalog, Error *err)
{
    const Context *context = offline->context;
    const Dialect *dialect = offline->dialect;

    if (!dialect->catalog_open(context->arena, catalog, err))
        return false;
    if (context->is_connected)
        return dialect->catalog_load(*catalog, context->runner.connection, err);
    return replay_rows(script, &context->graph, &offline->plan->rows_before, context->arena,
                       *catalog, err);
}

static bool
maker_init(Maker *maker, const Offline *offline, Sink *out, Error *err)
{
    maker->offline = offline;
    maker->out = out;
    maker->out->text.arena = &maker->room;
    maker->script = script_for(offline, offline->context->arena);
    maker->script.catalog = offline->catalog;
    if (offline->catalog != NULL || !script_needs_catalog(offline->dialect, offline->plan))
        return true;
    if (!open_catalog(offline, &maker->script, &maker->own, err))
        return false;
    maker->script.catalog = maker->own;
    return true;
}

static void
maker_release(Maker *maker)
{
    if (maker->own != NULL)
        maker->offline->dialect->catalog_close(maker->own);
    arena_release(&maker->scratch);
    arena_release(&maker->room);
}

static bool
print_units(Maker *maker, const Step *step, const Units *units, Error *err)
{
    bool is_fine = true;
    const char *line = progress_line(step, &units->at[0].rows_before, &VEC_LAST(units)->rows_after,
                                     &maker->scratch);

    buf_addf(&maker->out->text, "-- %s\n\n", line);
    for (size_t i = 0; i < units->len; i++) {
        is_fine = script_print(&maker->script, &units->at[i], maker->out, err) && is_fine;
        maker->has_bare_unit = maker->has_bare_unit || !units->at[i].is_transactional;
    }
    sink_flush(maker->out);
    return is_fine;
}

/* The file of a step as it is now, which must be the one of that checksum (NULL: any). */
static bool
read_step(Maker *maker, const Revision *revision, const char *checksum, RevisionText *text,
          Error *err)
{
    if (!revision_read(revision, &maker->scratch, text, err))
        return false;
    if (checksum == NULL || strcmp(revision_checksum(text), checksum) == 0)
        return true;
    error_set(err, ERR_FAILED, "%s has changed while it was being read", revision->file);
    return error_hint(err, "run the command again");
}

/* The text of the next step. */
static bool
make_step(Maker *maker, size_t index, const char *checksum, Error *err)
{
    const Step *step = &maker->offline->plan->steps.at[index];
    RevisionText text = {0};
    Units units = {0};

    arena_reset(&maker->scratch);
    if (step->revision != NULL && !read_step(maker, step->revision, checksum, &text, err))
        return false;
    if (!script_step(&maker->script, step, step->revision == NULL ? NULL : &text, &maker->scratch,
                     &units, err) ||
        !finish_units(maker->offline, index, &units, err))
        return false;
    maker->checksum[0] = '\0';
    if (step->revision != NULL)
        memcpy(maker->checksum, revision_checksum(&text), sizeof maker->checksum);
    return print_units(maker, step, &units, err);
}

/* Adds what is wrong with the steps from this one on. */
static void
check_steps(const Offline *offline, size_t from, Arena *arena, Error *err)
{
    const Script script = script_for(offline, offline->context->arena);

    for (size_t i = from; i < offline->plan->steps.len; i++) {
        const Step *step = &offline->plan->steps.at[i];
        Error problem = {.arena = err->arena};
        RevisionText text = {0};

        if (step->revision != NULL && (!revision_read(step->revision, arena, &text, &problem) ||
                                       !script_check(&script, step, &text, arena, &problem)))
            error_append(err, &problem);
        arena_reset(arena);
    }
}

bool
offline_check(const Offline *offline, Error *err)
{
    Arena scratch = {0};

    check_steps(offline, 0, &scratch, err);
    arena_release(&scratch);
    return err->code == ERR_NONE;
}

/* Holds a piece of a step, unless all of it has become too long. */
static void
hold(void *context, Slice text)
{
    OfflineScript *made = context;

    made->is_full = made->is_full || text.len > made->most - made->bytes;
    if (made->is_full)
        return;
    made->bytes += text.len;
    *VEC_ADD(&made->arena, &made->texts) = (Slice){arena_copy(&made->arena, text), text.len};
}

bool
offline_make(OfflineScript *made, Error *err)
{
    const Offline *offline = made->offline;
    Arena *arena = offline->context->arena;
    Sink out = {.take = hold, .context = made};
    AUTO(maker_release) Maker maker = {0};

    if (!maker_init(&maker, offline, &out, err))
        return false;
    maker.script.log = offline->context->log;
    maker.script.schema_log = offline->context->log;
    made->checksums = ARENA_ARRAY(arena, const char *, offline->plan->steps.len);
    /* the caller's catalog is behind the plan then: this cannot be made again */
    const bool is_whole =
        offline->catalog != NULL && script_needs_catalog(offline->dialect, offline->plan);
    for (size_t i = 0; i < offline->plan->steps.len; i++) {
        const size_t pieces = made->texts.len;
        const size_t room = HELD_BYTES - made->bytes;

        made->most = is_whole ? SIZE_MAX : made->bytes + (room < STEP_BYTES ? room : STEP_BYTES);

        if (!make_step(&maker, i, NULL, err)) {
            check_steps(offline, i + 1, &maker.scratch, err);
            return false;
        }
        made->checksums[i] = arena_text(arena, maker.checksum);
        if (!made->is_full)
            made->held = i + 1;
        else if (made->held == i)
            made->texts.len = pieces; /* no half of a step */
    }
    made->has_bare_unit = maker.has_bare_unit;
    return true;
}

void
offline_release(OfflineScript *made)
{
    arena_release(&made->arena);
    *made = (OfflineScript){.offline = made->offline};
}

/* ---- printing ---- */

static void
print_table(const Offline *offline, const char *title, const char *table, FILE *stream)
{
    Arena *arena = offline->context->arena;

    if (offline->tables.schema != NULL)
        table = arena_format(arena, "%s.%s", offline->tables.schema, table);
    fprintf(stream, "-- %s: %s\n", title, output_line(arena, table));
}

static void
print_notes(const OfflineScript *made, FILE *stream)
{
    const Offline *offline = made->offline;

    if (offline->is_one)
        fputs("-- all of it is one transaction\n", stream);
    if (made->has_bare_unit)
        fputs(
            "-- not all of it is in a transaction: cut off there, this script, or the connection "
            "that\n-- runs it, may leave the statement run at which it was cut, or the part of it "
            "before the cut\n",
            stream);
    if (offline->session.is_plain)
        fputs("-- plain: nothing here sees where the database stands. Run it once, in a client "
              "that stops\n-- at the first error, and only on a database that is at the rows of "
              "\"from\".\n",
              stream);
    else if (offline->plan->steps.len > 0)
        fputs("-- A database that is not at the rows of \"from\" is left as it is.\n", stream);
}

/* Comments are one line each: output_line and output_title let no line end through. */
static void
print_header(const OfflineScript *made, FILE *stream)
{
    const Offline *offline = made->offline;
    Arena *arena = offline->context->arena;
    const Plan *plan = offline->plan;

    fprintf(stream, "-- %s: %s for %s%s\n", HELP_VERSION,
            offline->is_tables ? "ensure_version" : direction_name(offline->direction),
            offline->dialect->name, offline->session.is_plain ? ", plain" : "");
    fprintf(stream, "-- from: %s\n", output_names(arena, &plan->rows_before, "base"));
    fprintf(stream, "-- to: %s\n", output_names(arena, &plan->rows_after, "base"));
    print_table(offline, "version table", offline->tables.version, stream);
    if (offline->tables.keeps_history)
        print_table(offline, "history table", offline->tables.history, stream);
    if (plan->steps.len == 0 || offline->direction == DIRECTION_STAMP)
        fputs(plan->steps.len == 0 ? "-- nothing to do\n" : "-- revisions: none run\n", stream);
    else
        fprintf(stream, "-- revisions: %zu\n", plan->steps.len);
    for (size_t i = 0; offline->direction != DIRECTION_STAMP && i < plan->steps.len; i++) {
        const Revision *revision = plan->steps.at[i].revision;
        const char *title = output_title(arena, revision->message);

        fprintf(stream, "--   %s sha256:%s%s%s\n", revision->id, made->checksums[i],
                title[0] == '\0' ? "" : " ", title);
    }
    print_notes(made, stream);
}

/* Brings the maker to the first step that was not held: a catalog has to see the others again. */
static bool
skip_held(Maker *maker, size_t held, Error *err)
{
    const Steps *steps = &maker->offline->plan->steps;

    for (size_t i = 0; i < held; i++) {
        if (maker->own == NULL)
            plan_apply(&steps->at[i], maker->script.arena, &maker->script.rows);
        else if (!make_step(maker, i, NULL, err))
            return false;
        buf_clear(&maker->out->text);
    }
    maker->script.is_begun = held > 0;
    return true;
}

static void
write_piece(void *stream, Slice text)
{
    fwrite(text.at, 1, text.len, stream);
}

/* Steps that were not held are made again; the files must be what they were. */
static bool
write_rest(const OfflineScript *made, FILE *stream, Error *err)
{
    const Offline *offline = made->offline;
    const Steps *steps = &offline->plan->steps;
    Sink out = {.take = NULL}; /* until what was held is behind us */
    AUTO(maker_release) Maker maker = {0};

    if (!maker_init(&maker, offline, &out, err) || !skip_held(&maker, made->held, err))
        return false;
    maker.script.catalog = maker.own; /* the caller's is behind the plan, and needed by no step */
    out.take = write_piece;
    out.context = stream;
    for (size_t i = made->held; i < steps->len && !ferror(stream); i++) {
        if (!make_step(&maker, i, made->checksums[i], err))
            return false;
    }
    return true;
}

bool
offline_write(const OfflineScript *made, FILE *stream, Error *err)
{
    const Offline *offline = made->offline;

    print_header(made, stream);
    if (!offline->session.is_plain)
        fputs(offline->dialect->script_head, stream);
    fputc('\n', stream);
    for (size_t i = 0; i < made->texts.len && !ferror(stream); i++)
        fwrite(made->texts.at[i].at, 1, made->texts.at[i].len, stream);
    if (made->held < offline->plan->steps.len && !write_rest(made, stream, err))
        return false;
    if (!offline->session.is_plain)
        fputs(offline->dialect->script_tail, stream);
    fputs("-- end of the script\n", stream);
    return true;
}

/* ---- where to ---- */

static bool
print_to_file(OfflineScript *made, const char *path, Error *err)
{
    AUTO(outfile_drop) OutFile file = {0};

    return outfile_open(path, made->offline->context->arena, &file, err) &&
           offline_write(made, file.stream, err) && outfile_keep(&file, err);
}

/* "0012_8f2c1e04a7b1.sql": as wide as the last number needs, and no longer than a name may be. */
static const char *
file_name(const Offline *offline, size_t index, Arena *arena)
{
    enum { LONGEST = 200, WIDTH = 4 };
    const Step *step = &offline->plan->steps.at[index];
    const Slice id = slice_of(step->revision == NULL ? "stamp" : step->revision->id);
    const int width = snprintf(NULL, 0, "%zu", offline->plan->steps.len);
    size_t len = id.len < LONGEST ? id.len : LONGEST;

    while (len < id.len && len > 0 && ((unsigned char)id.at[len] & 0xC0U) == 0x80U)
        len--; /* no half of a character */
    return arena_format(arena, "%0*zu_%.*s.sql", width < WIDTH ? WIDTH : width, index + 1, (int)len,
                        id.at);
}

/* Each step as a script of its own, with the header and the bytes that its own range would give. */
static bool
print_part(const Offline *whole, size_t index, Names *rows, OutFolder *folder, Error *err)
{
    Step *step = &whole->plan->steps.at[index];
    Plan plan = {.steps = {step, 1, 1}, .rows_before = names_copy(folder->arena, rows)};
    Offline offline = *whole;
    AUTO(offline_release) OfflineScript made = {.offline = &offline};
    AUTO(outfile_drop) OutFile file = {0};

    plan_apply(step, folder->arena, rows);
    plan.rows_after = names_copy(folder->arena, rows);
    offline.plan = &plan;
    return offline_make(&made, err) &&
           outfolder_add(folder, file_name(whole, index, folder->arena), &file, err) &&
           offline_write(&made, file.stream, err) && outfile_keep(&file, err);
}

static bool
print_to_folder(OfflineScript *made, const char *path, Error *err)
{
    const Offline *offline = made->offline;
    Arena *arena = offline->context->arena;
    AUTO(outfolder_drop) OutFolder folder = {0};
    Names rows = names_copy(arena, &offline->plan->rows_before);
    Offline whole = *offline;
    Sink none = {0};
    AUTO(maker_release) Maker maker = {0};

    if (offline->is_one) {
        error_set(err, ERR_USAGE, "transaction: all is one script, not a file for each revision");
        return error_hint(err, "--output FILE, or transaction: revision");
    }
    offline_release(made);
    if (!outfolder_open(path, arena, &folder, err) || !maker_init(&maker, offline, &none, err))
        return false;
    whole.catalog = maker.own; /* one for all parts */
    for (size_t i = 0; i < offline->plan->steps.len; i++) {
        if (!print_part(&whole, i, &rows, &folder, err))
            return false;
    }
    return outfolder_keep(&folder, err);
}

bool
offline_print(const Offline *offline, Error *err)
{
    const Context *context = offline->context;
    const char *output = option_text(context, "output");
    AUTO(offline_release) OfflineScript made = {.offline = offline};

    if (!offline_make(&made, err))
        return false;
    if (offline->plan->steps.len == 0)
        log_info(context->log, "nothing to do");
    if (output == NULL || strcmp(output, "-") == 0)
        return offline_write(&made, context->out, err);
    if (output[0] != '\0' && output[strlen(output) - 1] == '/')
        return print_to_folder(&made, output, err);
    return print_to_file(&made, output, err);
}
