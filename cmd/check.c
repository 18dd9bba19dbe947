/* SPDX-License-Identifier: MIT */
/* check: what a pipeline wants to know of a change before it is merged: the files, the graph, every
 * body, and where the database stands. Makes nothing and changes nothing. */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"
#include "cmd/output.h"
#include "core/target.h"

static const Option OPTIONS[] = {
    {"allow-branches", '\0', OPTION_FLAG, NULL, VALUE_NONE, "several heads are no problem"},
    {"reversible", '\0', OPTION_FLAG, NULL, VALUE_NONE, "every revision must have a downgrade"},
    {"offline", '\0', OPTION_FLAG, NULL, VALUE_NONE, "leave the database out"},
    {"dialect", '\0', OPTION_TEXT, "NAME", VALUE_DIALECT,
     "postgres or sqlite (those that the files and the URL name)"},
    {.name = NULL},
};

enum { MOST_DIALECTS = 8 };

typedef struct Check {
    Context *context;
    Error findings; /* ERR_NONE: none yet */
    const Dialect *dialects[MOST_DIALECTS];
    size_t dialect_count;
    bool is_any; /* nothing says for which database: fine for one of them is fine */
    bool has_graph;
    bool is_compared; /* with the database */
} Check;

/* ---- for which databases ---- */

static bool
names_dialect(const Revisions *revisions, const char *dialect)
{
    for (size_t i = 0; i < revisions->len; i++) {
        const Sections *sections = &revisions->at[i].sections;

        for (size_t j = 0; j < sections->len; j++) {
            if (sections->at[j].dialect != NULL && strcmp(sections->at[j].dialect, dialect) == 0)
                return true;
        }
    }
    return false;
}

static void
add_dialect(Check *check, const Dialect *dialect)
{
    if (check->dialect_count < MOST_DIALECTS)
        check->dialects[check->dialect_count++] = dialect;
}

static bool
choose_dialects(Check *check, Error *err)
{
    Context *context = check->context;
    const Dialect *asked = NULL;
    Error unusable = {.arena = context->arena}; /* of the URL: told with the database, if at all */

    if (option_is_given(context, "dialect")) {
        if (!context_dialect(context, &asked, err))
            return false;
        add_dialect(check, asked);
        return true;
    }
    const bool has_driver = context->config.url != NULL && context_driver(context, &unusable);
    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        if ((has_driver && DRIVERS[i] == context->driver) ||
            names_dialect(&context->revisions, DRIVERS[i]->dialect->name))
            add_dialect(check, DRIVERS[i]->dialect);
    }
    check->is_any = check->dialect_count == 0;
    for (size_t i = 0; check->is_any && DRIVERS[i] != NULL; i++)
        add_dialect(check, DRIVERS[i]->dialect);
    return true;
}

/* ---- the files ---- */

static bool
has_problem(const Error *problems, const Error *one)
{
    for (; problems != NULL && problems->code != ERR_NONE; problems = problems->next) {
        if (problems->place.line == one->place.line &&
            problems->place.column == one->place.column &&
            strcmp(problems->message, one->message) == 0)
            return true;
    }
    return false;
}

/* Adds those of `more` that `problems`, of the same file, has not: what is wrong for every database
 * is told once. */
static void
add_new(Error *problems, const Error *more)
{
    for (; more != NULL && more->code != ERR_NONE; more = more->next) {
        Error one = *more;

        one.next = NULL;
        one.last = NULL;
        if (!has_problem(problems, &one))
            error_append(problems, &one);
    }
}

/* Both directions of a revision for one database. */
static void
check_body(const Check *check, const Revision *revision, const RevisionText *text,
           const Dialect *dialect, Arena *scratch, Error *problems)
{
    static const Direction DIRECTIONS[] = {DIRECTION_UPGRADE, DIRECTION_DOWNGRADE};
    const Context *context = check->context;
    const TableNames tables = context_tables(&context->config, dialect);
    const Script script = {.dialect = dialect, .tables = &tables, .session = &context->session};

    for (size_t i = 0; i < sizeof DIRECTIONS / sizeof DIRECTIONS[0]; i++) {
        const Step step = {.revision = revision, .direction = DIRECTIONS[i]};
        const bool is_needed =
            DIRECTIONS[i] == DIRECTION_UPGRADE || option_is_given(context, "reversible");

        if (!is_needed && !revision_has(revision, DIRECTIONS[i], dialect->name))
            continue;
        Error problem = {.arena = problems->arena};
        if (!script_check(&script, &step, text, scratch, &problem))
            error_append(problems, &problem);
    }
}

static void
check_revision(Check *check, const Revision *revision, Arena *scratch)
{
    Arena *arena = check->context->arena;
    Error problems = {.arena = arena};
    RevisionText text;

    if (!revision_read(revision, scratch, &text, &problems)) {
        error_append(&check->findings, &problems);
        return;
    }
    for (size_t i = 0; i < check->dialect_count; i++) {
        Error one = {.arena = arena};

        check_body(check, revision, &text, check->dialects[i], scratch, &one);
        if (check->is_any && one.code == ERR_NONE)
            return;
        add_new(&problems, &one);
    }
    if (problems.code != ERR_NONE)
        error_append(&check->findings, &problems);
}

/* ERR_REVISION is what we are looking for; anything else ends the command. */
static bool
check_files(Check *check, Error *err)
{
    Context *context = check->context;
    Arena scratch = {0};
    Error problems = {.arena = context->arena};

    check->has_graph = context_revisions(context, &problems);
    if (!check->has_graph && problems.code != ERR_REVISION) {
        *err = problems;
        return false;
    }
    if (!check->has_graph)
        error_append(&check->findings, &problems);
    if (!choose_dialects(check, err))
        return false;
    for (size_t i = 0; i < context->revisions.len; i++) {
        check_revision(check, &context->revisions.at[i], &scratch);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return true;
}

/* ---- the graph and the database ---- */

/* `head` must name one revision, or upgrade without a target fails. */
static void
check_heads(Check *check)
{
    const Context *context = check->context;
    const Graph *graph = &context->graph;
    Names heads = {0};

    if (graph->heads.len <= 1 || option_is_given(context, "allow-branches"))
        return;
    for (size_t i = 0; i < graph->heads.len; i++) {
        const Revision *revision = graph->nodes[graph->heads.at[i]].revision;
        *VEC_ADD(context->arena, &heads) =
            arena_format(context->arena, "%s (%s)", revision->id, revision->file);
    }
    const Revision *last = graph->nodes[*VEC_LAST(&graph->heads)].revision;
    const Place place = {.file = last->file, .line = last->id_line};
    Error problem = {.arena = context->arena};
    error_set_at(&problem, ERR_REVISION, place, "there are %zu heads: %s", heads.len,
                 names_join(context->arena, &heads, ", "));
    error_hint(&problem,
               graph->real_heads.len > 1
                   ? "migrate merge heads brings them together; --allow-branches if they are meant"
                   : "others depend on all but one of them, which merge heads leaves out; "
                     "--allow-branches if they are meant");
    error_append(&check->findings, &problem);
}

static bool
compare_rows(Check *check, Error *problem)
{
    Context *context = check->context;
    Indexes rows = {0};
    Names heads = {0};

    if (!context_connect(context, true, problem))
        return false;
    const DatabaseState *state = &context->runner.state;
    if (!target_rows(&context->graph, &state->rows, context->arena, &rows, problem))
        return false;
    check->is_compared = true;
    if (state->open != NULL) {
        error_set(problem, ERR_STATE, "%s: %s", context_database(context),
                  output_open(context->arena, state->open));
        return error_hint(problem,
                          "migrate upgrade goes on with it, or migrate resolve settles it");
    }
    if (entry_is_at_heads(&context->graph, &state->rows, context->arena, &heads))
        return true;
    error_set(problem, ERR_BEHIND, "%s is at %s, not at the heads (%s)", context_database(context),
              output_names(context->arena, &state->rows, "base"),
              output_names(context->arena, &heads, "base"));
    return error_hint(problem, "migrate upgrade heads");
}

static void
check_database(Check *check)
{
    Error problem = {.arena = check->context->arena};
    const Config *config = &check->context->config;
    const bool has_url = config->url != NULL || config->url_problem != NULL;

    if (!has_url || option_is_given(check->context, "offline"))
        return;
    if (!compare_rows(check, &problem))
        error_append(&check->findings, &problem);
}

/* ---- what it says ---- */

static Names
dialect_names(const Check *check)
{
    Names names = {0};

    for (size_t i = 0; i < check->dialect_count; i++)
        *VEC_ADD(check->context->arena, &names) = check->dialects[i]->name;
    return names;
}

static void
print_document(const Check *check)
{
    const Context *context = check->context;
    const Names dialects = dialect_names(check);
    const Names heads = entry_heads(&context->graph, context->arena);
    Json json = context_document(context);

    json_bool(&json, "ok", check->findings.code == ERR_NONE);
    json_number(&json, "revisions", (int64_t)context->revisions.len);
    json_names(&json, "heads", &heads);
    json_names(&json, "dialects", &dialects);
    if (check->is_compared)
        json_names(&json, "rows", &context->runner.state.rows);
    else
        json_text(&json, "rows", NULL);
    output_problems(&json, "findings", &check->findings);
    context_event_end(&json);
}

static void
print_fine(const Check *check)
{
    const Context *context = check->context;
    const size_t heads = context->graph.real_heads.len;
    const Names dialects = dialect_names(check);

    fprintf(context->out, "%zu revision%s, %zu head%s, fine for %s%s\n", context->revisions.len,
            context->revisions.len == 1 ? "" : "s", heads, heads == 1 ? "" : "s",
            names_join(context->arena, &dialects, check->is_any ? " or " : " and "),
            check->is_compared ? "; the database is at the heads" : "");
}

static bool
run(Context *context, Error *err)
{
    Check check = {.context = context, .findings = {.arena = context->arena}};
    size_t count = 0;

    if (!check_files(&check, err))
        return false;
    if (check.has_graph) {
        check_heads(&check);
        check_database(&check);
    }
    const bool is_fine = check.findings.code == ERR_NONE;
    for (const Error *one = is_fine ? NULL : &check.findings; one != NULL; one = one->next)
        count++;
    if (context->json)
        print_document(&check);
    else if (is_fine)
        print_fine(&check);
    else
        output_error(&check.findings, context->out, context->is_coloured);
    return is_fine || error_set(err, check.findings.code, "check found %zu problem%s", count,
                                count == 1 ? "" : "s");
}

const Command COMMAND_CHECK = {
    .name = "check",
    .group = "Look",
    .operands = "",
    .summary = "look for what is wrong before it is merged or deployed",
    .description =
        "Reads all revision files and looks at what a run would stumble over: headers and "
        "directives, parents and dependencies that are missing, loops, more than one head, SQL "
        "that does not lex or is refused in its section, a direction that is missing. With a URL "
        "it also asks whether the database is at the heads. It changes nothing, and makes no "
        "table.\n"
        "\n"
        "Each problem is printed with its place. Exit status 4: something is wrong with the files. "
        "3: they are fine, but the database is not at the heads.",
    .examples = "migrate check --offline                in a pipeline, before a merge\n"
                "migrate check --reversible --offline   every downgrade must be there\n"
                "migrate check                          behind a deployment: is it all applied?",
    .flags = NEEDS_CONFIG,
    .options = OPTIONS,
    .run = run,
};
