/* SPDX-License-Identifier: MIT */
#include "cmd/preview.h"

#include <string.h>

#include "cmd/context.h"
#include "cmd/output.h"

/* What a step comes to, and why it is there. */
typedef struct Part {
    const Node *node;
    size_t statements;
    size_t units;
    size_t transactions;
    bool is_reversible; /* an upgrade that has a way back on this database */
    Names reasons;      /* "2b depends on it" */
    Names after;        /* steps of this plan that must come before */
} Part;

/* ---- counting ---- */

static void
count_units(const Units *units, Part *part)
{
    part->units = units->len;
    for (size_t i = 0; i < units->len; i++) {
        const Statements *statements = &units->at[i].statements;

        part->transactions += units->at[i].is_transactional;
        for (size_t j = 0; j < statements->len; j++)
            part->statements += statements->at[j].role == STATEMENT_USER;
    }
}

static bool
count_step(const Preview *preview, Script *script, const Step *step, Arena *scratch, Part *part,
           Error *err)
{
    const Context *context = preview->context;
    RevisionText text = {0};
    Units units = {0};

    part->node = graph_find(&context->graph, step->revision->id);
    part->is_reversible =
        revision_has(step->revision, DIRECTION_DOWNGRADE, context->driver->dialect->name);
    if (!revision_read(step->revision, scratch, &text, err) ||
        !script_step(script, step, &text, scratch, &units, err))
        return false;
    count_units(&units, part);
    for (size_t i = 0; context->config.transaction_all && i < units.len; i++) {
        if (!script_join(&units.at[i], true, true, err))
            return false;
    }
    return true;
}

/* Collects the problems of all steps. */
static bool
count_steps(const Preview *preview, Catalog *catalog, Part *parts, Error *err)
{
    const Context *context = preview->context;
    const DatabaseState *state = &context->runner.state;
    const Plan *plan = preview->plan;
    Arena scratch = {0};
    Script script = {.dialect = context->driver->dialect,
                     .tables = &state->tables,
                     .session = &context->session,
                     .log = context->log,
                     .schema_log = context->log,
                     .resume = state->open,
                     .catalog = catalog};

    script_init(&script, &plan->rows_before, context->arena);
    for (size_t i = 0; i < plan->steps.len; i++) {
        Error problem = {.arena = err->arena};

        if (!count_step(preview, &script, &plan->steps.at[i], &scratch, &parts[i], &problem))
            error_append(err, &problem);
        script.resume = NULL; /* only the first step goes on with it */
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return err->code == ERR_NONE;
}

static bool
count_plan(const Preview *preview, Part *parts, Error *err)
{
    const Context *context = preview->context;
    const Dialect *dialect = context->driver->dialect;
    Catalog *catalog = NULL;

    if (!script_needs_catalog(dialect, preview->plan))
        return count_steps(preview, NULL, parts, err);
    if (!dialect->catalog_open(context->arena, &catalog, err))
        return false;
    const bool is_counted = dialect->catalog_load(catalog, context->runner.connection, err) &&
                            count_steps(preview, catalog, parts, err);
    dialect->catalog_close(catalog);
    return is_counted;
}

/* ---- explaining ---- */

/* Of `edges` those that are steps of the plan too. */
static void
add_neighbours(const Preview *preview, const Indexes *edges, const bool *planned,
               const char *sentence, Names *sentences, Names *ids)
{
    const Graph *graph = &preview->context->graph;

    for (size_t i = 0; i < edges->len; i++) {
        const char *id = graph->nodes[edges->at[i]].revision->id;

        if (!planned[edges->at[i]])
            continue;
        if (sentences != NULL)
            *VEC_ADD(preview->context->arena, sentences) =
                arena_format(preview->context->arena, "%s %s", id, sentence);
        if (ids != NULL && !names_contain(ids, id))
            *VEC_ADD(preview->context->arena, ids) = id;
    }
}

static bool
contains(const Indexes *nodes, size_t node)
{
    for (size_t i = 0; i < nodes->len; i++) {
        if (nodes->at[i] == node)
            return true;
    }
    return false;
}

/* An upgrade runs what the target needs, and what a step needs comes before it; a downgrade takes
 * off what stands on what goes, and that comes before it. */
static void
explain_step(const Preview *preview, const bool *planned, Part *part)
{
    const Graph *graph = &preview->context->graph;
    const Target *target = preview->target;
    Arena *arena = preview->context->arena;
    const Node *node = part->node;
    const bool is_up = target->direction == DIRECTION_UPGRADE;

    if (contains(is_up ? &target->nodes : &target->roots, graph_index(graph, node)))
        *VEC_ADD(arena, &part->reasons) =
            arena_format(arena, is_up ? "%s names it" : "it stands above %s", target->text);
    if (is_up) {
        add_neighbours(preview, &node->children, planned, "revises it", &part->reasons, NULL);
        add_neighbours(preview, &node->dependents, planned, "depends on it", &part->reasons, NULL);
        add_neighbours(preview, &node->parents, planned, "", NULL, &part->after);
        add_neighbours(preview, &node->dependencies, planned, "", NULL, &part->after);
        return;
    }
    add_neighbours(preview, &node->parents, planned, "goes, and it revises that", &part->reasons,
                   NULL);
    add_neighbours(preview, &node->dependencies, planned, "goes, and it depends on that",
                   &part->reasons, NULL);
    add_neighbours(preview, &node->children, planned, "", NULL, &part->after);
    add_neighbours(preview, &node->dependents, planned, "", NULL, &part->after);
}

static void
explain_steps(const Preview *preview, Part *parts)
{
    const Graph *graph = &preview->context->graph;
    Arena *arena = preview->context->arena;
    bool *planned = ARENA_ARRAY(arena, bool, graph->count);
    const size_t count = preview->plan->steps.len;

    for (size_t i = 0; i < count; i++)
        planned[graph_index(graph, parts[i].node)] = true;
    for (size_t i = 0; i < count; i++)
        explain_step(preview, planned, &parts[i]);
    if (preview->context->runner.state.open != NULL && count > 0) {
        parts[0].reasons = (Names){0};
        *VEC_ADD(arena, &parts[0].reasons) = "it stands half applied";
    }
}

/* ---- printing ---- */

static const char *
describe_units(const Part *part, Arena *arena)
{
    if (part->transactions == 0)
        return "no transaction";
    if (part->transactions < part->units)
        return arena_format(arena, "%zu of %zu parts in a transaction", part->transactions,
                            part->units);
    if (part->transactions == 1)
        return "one transaction";
    return arena_format(arena, "%zu transactions", part->transactions);
}

static void
add_row(Table *table, const Part *part, bool says_stuck)
{
    Arena *arena = table->arena;
    const Revision *revision = part->node->revision;

    table_add(table, arena_format(arena, "  %s", revision->id));
    table_add(table, arena_format(arena, "%zu statement%s", part->statements,
                                  part->statements == 1 ? "" : "s"));
    table_add(table, describe_units(part, arena));
    if (says_stuck)
        table_add_coloured(table, part->is_reversible ? "" : "no way back", COLOUR_WAIT);
    table_add(table, output_title(arena, revision->message));
    table_add(table, revision->file);
}

static void
print_reasons(const Preview *preview, const Part *parts)
{
    const Context *context = preview->context;
    Table table = {.arena = context->arena, .columns = 3};

    fputs("\nwhy, and in this order\n", context->out);
    for (size_t i = 0; i < preview->plan->steps.len; i++) {
        const Part *part = &parts[i];

        table_add(&table, arena_format(context->arena, "  %s", part->node->revision->id));
        table_add(&table, output_names(context->arena, &part->reasons, ""));
        table_add(&table, part->after.len == 0
                              ? "nothing must come before it"
                              : arena_format(context->arena, "after %s",
                                             output_names(context->arena, &part->after, "")));
    }
    table_print(&table, context->out, 0, context->is_coloured);
}

static void
print_text(const Preview *preview, const Part *parts)
{
    const Context *context = preview->context;
    const Plan *plan = preview->plan;
    const bool is_up = preview->target->direction == DIRECTION_UPGRADE;
    size_t stuck = 0;

    for (size_t i = 0; is_up && i < plan->steps.len; i++)
        stuck += !parts[i].is_reversible;
    Table table = {.arena = context->arena, .columns = stuck > 0 ? 6 : 5, .folds = true};

    fprintf(context->out, "%s from %s to %s: %zu step%s%s\n",
            direction_name(preview->target->direction),
            output_names(context->arena, &plan->rows_before, "base"),
            output_names(context->arena, &plan->rows_after, "base"), plan->steps.len,
            plan->steps.len == 1 ? "" : "s",
            context->config.transaction_all && plan->steps.len > 1 ? ", all in one transaction"
                                                                   : "");
    for (size_t i = 0; i < plan->steps.len; i++)
        add_row(&table, &parts[i], stuck > 0);
    table_print(&table, context->out, output_width(context->out), context->is_coloured);
    if (stuck > 0)
        fprintf(context->out, "no way back: %zu of them cannot be taken back by downgrade\n",
                stuck);
    if (preview->is_explained && plan->steps.len > 0)
        print_reasons(preview, parts);
    log_info(context->log, plan->steps.len == 0 ? "nothing to do" : "nothing was changed");
}

static void
print_json_step(const Preview *preview, Json *json, const Step *step, const Part *part)
{
    const Revision *revision = part->node->revision;

    json_object(json, NULL);
    json_text(json, "direction", direction_name(step->direction));
    json_text(json, "revision", revision->id);
    json_text(json, "message", revision->message);
    json_text(json, "file", revision->file);
    json_number(json, "statements", (int64_t)part->statements);
    json_number(json, "units", (int64_t)part->units);
    json_number(json, "transactions", (int64_t)part->transactions);
    json_bool(json, "is_reversible", part->is_reversible);
    if (preview->is_explained) {
        json_names(json, "reasons", &part->reasons);
        json_names(json, "after", &part->after);
    }
    json_object_end(json);
}

static void
print_json(const Preview *preview, const Part *parts)
{
    const Plan *plan = preview->plan;
    Json json = context_document(preview->context);

    json_text(&json, "direction", direction_name(preview->target->direction));
    json_names(&json, "rows_before", &plan->rows_before);
    json_names(&json, "rows_after", &plan->rows_after);
    json_array(&json, "steps");
    for (size_t i = 0; i < plan->steps.len; i++)
        print_json_step(preview, &json, &plan->steps.at[i], &parts[i]);
    json_array_end(&json);
    context_event_end(&json);
}

bool
preview_print(const Preview *preview, Error *err)
{
    const Context *context = preview->context;
    Part *parts = ARENA_ARRAY(context->arena, Part, preview->plan->steps.len);

    if (!count_plan(preview, parts, err))
        return false;
    if (preview->is_explained)
        explain_steps(preview, parts);
    if (context->json)
        print_json(preview, parts);
    else
        print_text(preview, parts);
    return true;
}
