/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/output.h"
#include "core/replay.h"

static const Option OPTIONS[] = {
    {"dialect", '\0', OPTION_TEXT, "NAME", VALUE_DIALECT, "postgres or sqlite (each of them)"},
    {"down", '\0', OPTION_FLAG, NULL, VALUE_NONE, "the way down instead of the way up"},
    {.name = NULL},
};

/* One revision, one direction, one dialect. */
typedef struct Rendered {
    const Context *context;
    const Dialect *dialect;
    const Revision *revision;
    size_t node;
    Direction direction;
    Arena arena; /* of its texts */
    Catalog *catalog;
} Rendered;

static void
rendered_release(Rendered *rendered)
{
    if (rendered->catalog != NULL)
        rendered->dialect->catalog_close(rendered->catalog);
    arena_release(&rendered->arena);
}

/* What is below a revision that is to be applied; for the way down, it too. */
static bool
play_below(Rendered *rendered, Script *script, Error *err)
{
    const Names base = {0};
    Target target = {.direction = DIRECTION_UPGRADE, .text = rendered->revision->id};
    Plan plan = {0};

    if (rendered->dialect->catalog_open == NULL || !rendered->revision->is_yaml)
        return true;
    *VEC_ADD(&rendered->arena, &target.nodes) = rendered->node;
    if (!plan_make(&rendered->context->graph, &target, &base, &rendered->arena, &plan, err) ||
        !rendered->dialect->catalog_open(&rendered->arena, &rendered->catalog, err))
        return false;
    if (rendered->direction == DIRECTION_UPGRADE)
        plan.steps.len--; /* it is the last */
    script->catalog = rendered->catalog;
    return replay_plan(script, &plan, rendered->catalog, err);
}

static bool
make_units(Rendered *rendered, Units *units, Error *err)
{
    const Context *context = rendered->context;
    const Names base = {0};
    const Step step = {.revision = rendered->revision, .direction = rendered->direction};
    const TableNames tables = context_tables(&context->config, rendered->dialect);
    RevisionText *text = ARENA_NEW(&rendered->arena, RevisionText);
    Script script = {.dialect = rendered->dialect,
                     .tables = &tables,
                     .session = &context->session,
                     .log = context->log};

    script_init(&script, &base, &rendered->arena);
    return revision_read(rendered->revision, &rendered->arena, text, err) &&
           play_below(rendered, &script, err) &&
           script_step(&script, &step, text, &rendered->arena, units, err);
}

static void
print_statement(const Statement *statement, unsigned *line, FILE *out)
{
    if (statement->place.line != *line)
        fprintf(out, "-- %s:%u\n", statement->place.file, statement->place.line);
    *line = statement->place.line;
    fprintf(out, "%.*s;\n", SLICE_ARGS(statement->text));
    if ((statement->facts & SQL_COPY_FROM_STDIN) != 0)
        fprintf(out, "%.*s\\.\n", SLICE_ARGS(statement->data));
}

static void
print_units(const Rendered *rendered, const Units *units, FILE *out)
{
    fprintf(out, "-- %s of %s for %s\n", direction_name(rendered->direction),
            rendered->revision->id, rendered->dialect->name);
    for (size_t i = 0; i < units->len; i++) {
        const Unit *unit = &units->at[i];
        unsigned line = 0;

        if (units->len > 1 || !unit->is_transactional)
            fprintf(out, "\n-- %s\n",
                    unit->is_transactional ? "one transaction:" : "without a transaction:");
        else
            fputc('\n', out);
        for (size_t j = 0; j < unit->statements.len; j++) {
            if (unit->statements.at[j].role == STATEMENT_USER)
                print_statement(&unit->statements.at[j], &line, out);
        }
    }
}

static void
print_json(Rendered *rendered, const Units *units, Json *json)
{
    Arena *arena = &rendered->arena;

    json_object(json, NULL);
    json_text(json, "revision", rendered->revision->id);
    json_text(json, "direction", direction_name(rendered->direction));
    json_text(json, "dialect", rendered->dialect->name);
    json_array(json, "units");
    for (size_t i = 0; i < units->len; i++) {
        json_object(json, NULL);
        json_bool(json, "transaction", units->at[i].is_transactional);
        json_array(json, "statements");
        for (size_t j = 0; j < units->at[i].statements.len; j++) {
            const Statement *statement = &units->at[i].statements.at[j];
            if (statement->role != STATEMENT_USER)
                continue;
            json_object(json, NULL);
            json_number(json, "line", statement->place.line);
            json_text(json, "sql", arena_copy(arena, statement->text));
            json_object_end(json);
        }
        json_array_end(json);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
}

static bool
render(Context *context, const Dialect *dialect, size_t node, Json *json, Error *err)
{
    AUTO(rendered_release)
    Rendered rendered = {.context = context,
                         .dialect = dialect,
                         .revision = context->graph.nodes[node].revision,
                         .node = node,
                         .direction = option_is_given(context, "down") ? DIRECTION_DOWNGRADE
                                                                       : DIRECTION_UPGRADE};
    Units units = {0};

    if (!make_units(&rendered, &units, err))
        return false;
    if (json != NULL)
        print_json(&rendered, &units, json);
    else
        print_units(&rendered, &units, context->out);
    return true;
}

/* Without --dialect: for those that the revision has this way; none is an error. */
static bool
render_node(Context *context, const Driver *asked, size_t node, Json *json, size_t *printed,
            Error *err)
{
    const Revision *revision = context->graph.nodes[node].revision;
    const Direction direction =
        option_is_given(context, "down") ? DIRECTION_DOWNGRADE : DIRECTION_UPGRADE;
    const Driver *last = asked;
    size_t found = 0;

    for (const Driver *const *driver = DRIVERS; *driver != NULL; driver++) {
        last = *driver;
        if (asked == NULL ? !revision_has(revision, direction, (*driver)->name) : asked != *driver)
            continue;
        if (json == NULL && ++*printed > 1)
            fputc('\n', context->out);
        found++;
        if (!render(context, (*driver)->dialect, node, json, err))
            return false;
    }
    return found > 0 || (last != NULL && render(context, last->dialect, node, json, err));
}

static bool
run(Context *context, Error *err)
{
    const char *name = option_text(context, "dialect");
    const Driver *asked = name == NULL ? NULL : driver_find(name);
    Json json = {0};
    Indexes nodes = {0};
    size_t printed = 0;

    if (name != NULL && asked == NULL) {
        error_set(err, ERR_USAGE, "unknown dialect \"%s\"", name);
        return error_hint(err, "--dialect postgres or --dialect sqlite");
    }
    if (!context_nodes(context, &context->operands, &nodes, err))
        return false;
    if (context->json) {
        json = context_document(context);
        json_array(&json, "rendered");
    }
    for (size_t i = 0; i < nodes.len; i++) {
        if (!render_node(context, asked, nodes.at[i], context->json ? &json : NULL, &printed, err))
            return false;
    }
    if (context->json) {
        json_array_end(&json);
        context_event_end(&json);
    }
    return true;
}

const Command COMMAND_RENDER = {
    .name = "render",
    .group = "Look",
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_REVISION,
    .summary = "the SQL that a revision becomes",
    .description = "Prints the statements that revisions become, without what migrate puts around "
                   "them. For a YAML revision on SQLite the revisions below it are replayed in "
                   "memory first, since some operations make a table again from its own text. "
                   "upgrade --sql prints scripts that can be run.",
    .examples = "migrate render head --dialect sqlite\n"
                "migrate render 1975ea --down",
    .options = OPTIONS,
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .run = run,
};
