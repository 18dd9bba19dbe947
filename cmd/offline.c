/* SPDX-License-Identifier: MIT */
#include "cmd/offline.h"

#include <string.h>

#include "cmd/context.h"
#include "cmd/help.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "core/base/path.h"

static Script
script_for(const Offline *offline, Arena *arena)
{
    Script script = {0};

    script_init(&script, &offline->plan->rows_before, arena);
    script.dialect = offline->dialect;
    script.tables = &offline->tables;
    script.session = &offline->context->session;
    script.resume = offline->resume;
    return script;
}

/* The file of a step as it is now; text->text.at is NULL for a stamp, which has none. */
static bool
read_step(const Step *step, Arena *arena, RevisionText *text, Error *err)
{
    *text = (RevisionText){0};
    return step->revision == NULL || revision_read(step->revision, arena, text, err);
}

static const RevisionText *
text_of(const Step *step, const RevisionText *text)
{
    return step->revision == NULL ? NULL : text;
}

/* Also collects the checksums of the files, one a step ("" for a stamp). */
static bool
check_steps(const Offline *offline, Names *checksums, Error *err)
{
    Arena *arena = offline->context->arena;
    Arena scratch = {0};
    const Script script = script_for(offline, arena);

    for (size_t i = 0; i < offline->plan->steps.len; i++) {
        const Step *step = &offline->plan->steps.at[i];
        Error problem = {.arena = err->arena};
        RevisionText text;

        if (!read_step(step, &scratch, &text, &problem) ||
            !script_check(&script, step, text_of(step, &text), &scratch, &problem))
            error_append(err, &problem);
        *VEC_ADD(arena, checksums) = arena_text(arena, text.checksum);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return err->code == ERR_NONE;
}

bool
offline_check(const Offline *offline, Error *err)
{
    Names checksums = {0};

    return check_steps(offline, &checksums, err);
}

/* Reads the step again and makes its units; the file must be what was checked. */
static bool
make_units(const Step *step, const char *checksum, Script *script, Arena *scratch, Units *units,
           Error *err)
{
    RevisionText *text = ARENA_NEW(scratch, RevisionText);

    if (!read_step(step, scratch, text, err))
        return false;
    if (strcmp(text->checksum, checksum) != 0)
        return error_set(err, ERR_FAILED, "%s has changed while it was being read",
                         step->revision->file);
    return script_step(script, step, text_of(step, text), scratch, units, err);
}

/* Comments are one line each: output_line and output_title let no line end through. */
static void
print_header(const Offline *offline, const Names *checksums, FILE *out)
{
    Arena *arena = offline->context->arena;
    const Plan *plan = offline->plan;

    fprintf(out, "-- %s: %s for %s\n", HELP_VERSION, direction_name(offline->direction),
            offline->dialect->name);
    fprintf(out, "-- from: %s\n", output_names(arena, &plan->rows_before, "base"));
    fprintf(out, "-- to: %s\n", output_names(arena, &plan->rows_after, "base"));
    if (plan->steps.len == 0 || offline->direction == DIRECTION_STAMP) {
        fputs(plan->steps.len == 0 ? "-- nothing to do\n" : "-- revisions: none run\n", out);
        return;
    }
    fprintf(out, "-- revisions: %zu\n", plan->steps.len);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const Revision *revision = plan->steps.at[i].revision;

        fprintf(out, "--   %s sha256:%s %s\n", revision->id, checksums->at[i],
                output_title(arena, revision->message));
    }
}

static bool
print_step(const Step *step, const char *checksum, Script *script, FILE *out, Error *err)
{
    Arena scratch = {0};
    Units units = {0};
    const Names before = names_copy(&scratch, &script->rows);
    bool ok = make_units(step, checksum, script, &scratch, &units, err);

    if (ok)
        fprintf(out, "-- %s\n\n", progress_line(step, &before, &script->rows, &scratch));
    for (size_t i = 0; ok && i < units.len; i++) {
        if (!script_print(&units.at[i], out))
            break; /* main sees that the stream has failed */
    }
    arena_release(&scratch);
    return ok;
}

bool
offline_print(const Offline *offline, Error *err)
{
    FILE *out = offline->context->out;
    Script script = script_for(offline, offline->context->arena);
    Names checksums = {0};

    if (!check_steps(offline, &checksums, err))
        return false;
    print_header(offline, &checksums, out);
    fprintf(out, "%s\n", offline->dialect->script_head);
    for (size_t i = 0; i < offline->plan->steps.len && !ferror(out); i++) {
        if (!print_step(&offline->plan->steps.at[i], checksums.at[i], &script, out, err))
            return false;
    }
    fputs(offline->dialect->script_tail, out);
    if (offline->plan->steps.len == 0)
        log_info(offline->context->log, "nothing to do");
    return true;
}

/* What a step comes to. */
typedef struct Preview {
    size_t statements;
    size_t units;
    size_t transactions;
} Preview;

static Preview
count_units(const Units *units)
{
    Preview preview = {.units = units->len};

    for (size_t i = 0; i < units->len; i++) {
        const Statements *statements = &units->at[i].statements;

        preview.transactions += units->at[i].is_transactional;
        for (size_t j = 0; j < statements->len; j++)
            preview.statements += statements->at[j].role == STATEMENT_USER;
    }
    return preview;
}

static const char *
describe_units(const Preview *preview, Arena *arena)
{
    if (preview->transactions == 0)
        return "no transaction";
    if (preview->transactions < preview->units)
        return arena_format(arena, "%zu of %zu parts in a transaction", preview->transactions,
                            preview->units);
    if (preview->transactions == 1)
        return "one transaction";
    return arena_format(arena, "%zu transactions", preview->transactions);
}

static void
preview_row(Table *table, const Step *step, const Preview *preview)
{
    Arena *arena = table->arena;
    const Revision *revision = step->revision;

    table_add(table, arena_format(arena, "  %s", revision == NULL ? "" : revision->id));
    table_add(table, arena_format(arena, "%zu statement%s", preview->statements,
                                  preview->statements == 1 ? "" : "s"));
    table_add(table, describe_units(preview, arena));
    table_add(table, revision == NULL ? "" : output_title(arena, revision->message));
    table_add(table, revision == NULL ? "" : revision->file);
}

static void
preview_json(Json *json, const Step *step, const Preview *preview)
{
    const Revision *revision = step->revision;

    json_object(json, NULL);
    json_text(json, "direction", direction_name(step->direction));
    json_text(json, "revision", revision == NULL ? NULL : revision->id);
    json_text(json, "message", revision == NULL ? NULL : revision->message);
    json_text(json, "file", revision == NULL ? NULL : revision->file);
    json_number(json, "statements", (int64_t)preview->statements);
    json_number(json, "units", (int64_t)preview->units);
    json_number(json, "transactions", (int64_t)preview->transactions);
    json_object_end(json);
}

/* Counts what each step comes to. */
static bool
preview_steps(const Offline *offline, Preview *previews, Error *err)
{
    Names checksums = {0};
    Script script = script_for(offline, offline->context->arena);
    Arena scratch = {0};
    bool ok = check_steps(offline, &checksums, err);

    for (size_t i = 0; ok && i < offline->plan->steps.len; i++) {
        Units units = {0};

        ok = make_units(&offline->plan->steps.at[i], checksums.at[i], &script, &scratch, &units,
                        err);
        previews[i] = count_units(&units);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return ok;
}

static void
preview_document(const Offline *offline, const Preview *previews)
{
    const Plan *plan = offline->plan;
    Json json = context_document(offline->context);

    json_text(&json, "direction", direction_name(offline->direction));
    json_names(&json, "rows_before", &plan->rows_before);
    json_names(&json, "rows_after", &plan->rows_after);
    json_array(&json, "steps");
    for (size_t i = 0; i < plan->steps.len; i++)
        preview_json(&json, &plan->steps.at[i], &previews[i]);
    json_array_end(&json);
    context_event_end(&json);
}

bool
offline_preview(const Offline *offline, Error *err)
{
    const Context *context = offline->context;
    const Plan *plan = offline->plan;
    Preview *previews = ARENA_ARRAY(context->arena, Preview, plan->steps.len);
    Table table = {.arena = context->arena, .columns = 5};

    if (!preview_steps(offline, previews, err))
        return false;
    if (context->json) {
        preview_document(offline, previews);
        return true;
    }
    fprintf(context->out, "%s from %s to %s: %zu step%s\n", direction_name(offline->direction),
            output_names(context->arena, &plan->rows_before, "base"),
            output_names(context->arena, &plan->rows_after, "base"), plan->steps.len,
            plan->steps.len == 1 ? "" : "s");
    for (size_t i = 0; i < plan->steps.len; i++)
        preview_row(&table, &plan->steps.at[i], &previews[i]);
    table_print(&table, context->out, output_width(context->out), context->is_coloured);
    log_info(context->log, plan->steps.len == 0 ? "nothing to do" : "nothing was changed");
    return true;
}
