/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/offline.h"
#include "cmd/output.h"
#include "cmd/run.h"
#include "core/base/text.h"

static const Option OPTIONS[] = {
    {"yes", '\0', OPTION_TEXT, "NAME", VALUE_TEXT,
     "the name of the database, instead of being asked for it"},
    {"force", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "even without allow_reset: true in the chosen environment"},
    {.name = NULL},
};

/* Nothing is dropped that is not allowed to be. */
static bool
check_allowed(const Context *context, Error *err)
{
    const Config *config = &context->config;

    if (config->protected) {
        error_set(err, ERR_CONFIG, "reset is refused: %s is protected", context_database(context));
        return error_hint(err, "protected: true stands in %s",
                          config->file == NULL ? "the configuration" : config->file);
    }
    if (!context->driver->is_shared || config->allow_reset || option_is_given(context, "force"))
        return true;
    error_set(err, ERR_CONFIG, "reset is refused: %s may be somebody else's",
              context_database(context));
    return error_hint(err, "allow_reset: true in the environment chosen with -n, or --force");
}

/* The next word, quoted name or other character of a statement; len 0 at the end. */
static Slice
next_token(Slice *rest)
{
    size_t length = 1;

    *rest = slice_trim(*rest);
    if (rest->len == 0)
        return *rest;
    if (rest->at[0] == '"') {
        while (length < rest->len && rest->at[length] != '"')
            length++;
        length += length < rest->len;
    } else {
        while (length < rest->len && !ascii_is_space(rest->at[length]) && rest->at[length] != '"')
            length++;
    }
    const Slice token = {rest->at, length};
    *rest = slice_after(*rest, length);
    return token;
}

/* A name as the database knows it: unquoted ones in lower case. */
static const char *
schema_name(Slice token, Arena *arena)
{
    char *name = arena_copy(arena, token);

    if (token.len >= 2 && token.at[0] == '"')
        return arena_copy(arena, (Slice){token.at + 1, token.len - 2});
    for (char *at = name; *at != '\0'; at++)
        *at = ascii_lower(*at);
    return name;
}

/* CREATE SCHEMA [IF NOT EXISTS] name, or AUTHORIZATION role, which is the name then. */
static void
add_schema(Slice statement, Arena *arena, Names *schemas)
{
    Slice token = {0};
    unsigned skipped = 0;

    (void)next_token(&statement);
    (void)next_token(&statement);
    token = next_token(&statement);
    while (skipped < 3 && (slice_is_nocase(token, "if") || slice_is_nocase(token, "not") ||
                           slice_is_nocase(token, "exists"))) {
        token = next_token(&statement);
        skipped++;
    }
    if (slice_is_nocase(token, "authorization"))
        token = next_token(&statement);
    const char *name = schema_name(token, arena);
    if (name[0] != '\0' && !names_contain(schemas, name))
        *VEC_ADD(arena, schemas) = name;
}

static void
add_schemas_in(Slice text, unsigned line, const Dialect *dialect, Arena *arena, Names *schemas)
{
    SqlLexer lexer;
    SqlStatement statement;

    sql_init(&lexer, dialect->lexer, text, line);
    while (sql_next(&lexer, &statement)) {
        if (slice_is_nocase(statement.words[0], "create") &&
            slice_is_nocase(statement.words[1], "schema"))
            add_schema(statement.text, arena, schemas);
    }
}

static void
add_schemas_of_operation(const Operation *op, const Dialect *dialect, Arena *arena, Names *schemas)
{
    if (op->kind == OP_CREATE_SCHEMA && !names_contain(schemas, op->name))
        *VEC_ADD(arena, schemas) = arena_text(arena, op->name);
    for (const OpSql *sql = op->sql; op->kind == OP_SQL && sql != NULL; sql = sql->next)
        add_schemas_in(op_expression(&sql->up, dialect->name).text, 1, dialect, arena, schemas);
}

static void
add_schemas_of(const Revision *revision, const RevisionText *text, const Dialect *dialect,
               Arena *arena, Names *schemas)
{
    for (size_t i = 0; i < revision->sections.len; i++) {
        const Section *section = &revision->sections.at[i];
        const Slice body = {text->text.at + section->body, section->body_len};

        if (section->direction == DIRECTION_UPGRADE)
            add_schemas_in(body, section->body_line, dialect, arena, schemas);
    }
    for (size_t i = 0; text->body != NULL && i < text->body->up.len; i++)
        add_schemas_of_operation(&text->body->up.at[i], dialect, arena, schemas);
}

/* The schemas that revisions make: what is in them is dropped too. */
static bool
find_schemas(const Context *context, Names *schemas, Error *err)
{
    Arena scratch = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < context->revisions.len; i++) {
        const Revision *revision = &context->revisions.at[i];
        RevisionText text;

        ok = revision_read(revision, &scratch, &text, err);
        if (ok)
            add_schemas_of(revision, &text, context->driver->dialect, context->arena, schemas);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return ok;
}

/* The way up is checked before anything is dropped. */
static bool
check_upgrade(const Context *context, Error *err)
{
    const Names no_rows = {0};
    Target target;
    Plan plan = {0};

    if (!target_resolve(&context->graph, DIRECTION_UPGRADE, "heads", &no_rows, context->arena,
                        &target, err) ||
        !plan_make(&context->graph, &target, &no_rows, context->arena, &plan, err))
        return false;
    const Offline offline = {
        .context = context,
        .dialect = context->driver->dialect,
        .tables = context->runner.state.tables,
        .plan = &plan,
        .direction = DIRECTION_UPGRADE,
    };
    return offline_check(&offline, err);
}

static void
print_objects(const Context *context, const ObjectNames *objects)
{
    if (context->json) {
        Json json = context_event(context, "objects");
        json_names(&json, "objects", &objects->lines);
        context_event_end(&json);
        return;
    }
    log_info(context->log, objects->lines.len == 0 ? "nothing to drop" : "drops:");
    for (size_t i = 0; i < objects->lines.len; i++)
        log_info(context->log, "  %s", output_line(context->arena, objects->lines.at[i]));
}

static bool
run(Context *context, Error *err)
{
    Runner *runner = &context->runner;
    Names schemas = {0};
    ObjectNames objects = {0};

    if (!context_driver(context, err) || !check_allowed(context, err) ||
        !context_connect(context, false, err) || !check_upgrade(context, err) ||
        !find_schemas(context, &schemas, err) ||
        !runner->driver->objects_list(runner->connection, &schemas, context->arena, &objects, err))
        return false;
    print_objects(context, &objects);
    if (!context_confirm(context, "reset drops all of this in", err))
        return false;
    if (!runner->driver->reset(runner->connection, &runner->state.tables, &objects, err))
        return false;
    if (!runner_read(runner, err))
        return run_failed(context, 1, err);
    return run_online(context, DIRECTION_UPGRADE, "heads", err);
}

const Command COMMAND_RESET = {
    .name = "reset",
    .group = "Run revisions",
    .operands = "",
    .summary = "drop everything in the database and upgrade it again",
    .description =
        "For local development: lists and drops every object of the search path's schemas and of "
        "the schemas that the revisions make, then runs upgrade heads. It wants the name of the "
        "database typed, or --yes=NAME.\n"
        "\n"
        "Refused with protected: true. A database that others may use too (PostgreSQL) wants "
        "allow_reset: true in the environment chosen with -n, or --force.",
    .examples = "migrate -n development reset\n"
                "migrate -n development reset --yes=app",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | WRITES,
    .options = OPTIONS,
    .run = run,
};
