/* SPDX-License-Identifier: MIT */
#include "cmd/context.h"

#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cmd/help.h"
#include "cmd/output.h"
#include "core/target.h"

enum { HOST_SIZE = 256 };

/* Who runs this, for the history. A container may run as a number that no user has. */
static const char *
user_name(Arena *arena)
{
    const struct passwd *user = getpwuid(geteuid());

    return user == NULL ? arena_format(arena, "uid %lu", (unsigned long)geteuid())
                        : arena_text(arena, user->pw_name);
}

static const char *
host_name(Arena *arena)
{
    char name[HOST_SIZE];

    if (gethostname(name, sizeof name) != 0)
        return "?";
    name[sizeof name - 1] = '\0';
    return arena_text(arena, name);
}

static void
session_from_config(const Config *config, Session *session)
{
    *session = (Session){
        .search_path = config->search_path,
        .role = config->role,
        .application_name = config->application_name,
        .lock_timeout = config->lock_timeout,
        .statement_timeout = config->statement_timeout,
        .connect_timeout = config->connect_timeout,
        .wait_for_lock = config->wait_for_lock,
        .program = HELP_VERSION,
    };
    session->settings.at = config->settings.at;
    session->settings.len = config->settings.len;
    session->settings.cap = config->settings.cap;
}

bool
context_config(Context *context, Error *err)
{
    if (!config_load(&context->request, context->arena, &context->config, err))
        return false;
    session_from_config(&context->config, &context->session);
    return true;
}

bool
context_revisions(Context *context, Error *err)
{
    const Config *config = &context->config;

    return revision_load_all(&config->migrations, config->recursive, context->log, context->arena,
                             &context->revisions, err) &&
           graph_build(&context->revisions, context->arena, &context->graph, err);
}

bool
context_driver(Context *context, Error *err)
{
    return config_url(&context->config, &context->url, err) &&
           driver_for_url(context->url, &context->driver, err) &&
           (context->driver->adapt == NULL ||
            context->driver->adapt(context->url, &context->session, context->arena, err));
}

const char *
context_database(const Context *context)
{
    const Config *config = &context->config;
    const char *database =
        context->driver->describe(context->url, config->url_folder, context->arena);

    return arena_format(context->arena, "%s (from %s)", database, config->url_source);
}

bool
context_connect(Context *context, bool is_read_only, Error *err)
{
    if (context->is_connected)
        return true;
    if (!context_driver(context, err))
        return false;
    if (!is_read_only)
        log_info(context->log, "database: %s",
                 output_line(context->arena, context_database(context)));
    context->session.run_by = user_name(context->arena);
    context->session.run_from = host_name(context->arena);
    context->runner = (Runner){
        .config = &context->config,
        .driver = context->driver,
        .graph = &context->graph,
        .session = &context->session,
        .log = context->log,
        .interrupted = context->interrupted,
        .arena = context->arena,
    };
    context->is_connected = true;
    return runner_open(&context->runner, is_read_only, err);
}

void
context_close(Context *context)
{
    if (context->is_connected)
        runner_close(&context->runner);
    context->is_connected = false;
}

bool
context_nodes(Context *context, const Names *texts, Indexes *nodes, Error *err)
{
    bool *seen = ARENA_ARRAY(context->arena, bool, context->graph.count);

    *nodes = (Indexes){0};
    for (size_t i = 0; i < texts->len; i++) {
        const Names *rows = NULL;
        Indexes found = {0};

        if (target_names_current(texts->at[i])) {
            if (!context_connect(context, true, err))
                return false;
            rows = &context->runner.state.rows;
        }
        if (!target_find(&context->graph, texts->at[i], rows, context->arena, &found, err))
            return false;
        for (size_t j = 0; j < found.len; j++) {
            if (!seen[found.at[j]])
                *VEC_ADD(context->arena, nodes) = found.at[j];
            seen[found.at[j]] = true;
        }
    }
    return true;
}

bool
context_prepare(Context *context, Error *err)
{
    const unsigned flags = context->command->flags;
    const bool is_offline = option_is_given(context, "sql");
    const bool is_read_only = (flags & WRITES) == 0 || option_is_given(context, "dry-run");

    if (context->command->check != NULL && !context->command->check(context, err))
        return false;
    if ((flags & NEEDS_CONFIG) != 0 && !context_config(context, err))
        return false;
    if ((flags & NEEDS_REVISIONS) != 0 && !context_revisions(context, err))
        return false;
    if ((flags & NEEDS_DATABASE) != 0 && !is_offline)
        return context_connect(context, is_read_only, err);
    return true;
}

TableNames
context_tables(const Config *config, const Dialect *dialect)
{
    return (TableNames){
        .schema = config->version_table_schema != NULL ? config->version_table_schema
                                                       : dialect->default_schema,
        .version = config->version_table,
        .history = config->history_table,
        .keeps_history = config->keeps_history,
    };
}

bool
context_dialect(Context *context, const Dialect **dialect, Error *err)
{
    const char *name = option_text(context, "dialect");

    if (name == NULL && context->config.url == NULL) {
        error_set(err, ERR_USAGE, "--sql without a URL: for which database?");
        return error_hint(err, "--dialect postgres or --dialect sqlite");
    }
    const Driver *driver = NULL;
    if (name == NULL) {
        if (!context_driver(context, err))
            return false;
        driver = context->driver;
    } else {
        driver = driver_find(name);
    }
    if (driver == NULL) {
        error_set(err, ERR_USAGE, "unknown dialect \"%s\"", name);
        return error_hint(err, "--dialect postgres or --dialect sqlite");
    }
    *dialect = driver->dialect;
    return true;
}

/* Asks on the terminal; false when nothing was typed. */
static bool
ask(const Context *context, const char *what, const char *name, Buf *answer)
{
    int c = 0;

    fprintf(stderr, "%s %s\nType the name of the database (%s) to go on: ", what,
            output_line(context->arena, context_database(context)),
            output_line(context->arena, name));
    fflush(stderr);
    while ((c = fgetc(stdin)) != EOF && c != '\n')
        buf_add_char(answer, (char)c);
    if (c == EOF)
        fputc('\n', stderr);
    return c != EOF;
}

bool
context_confirm(const Context *context, const char *what, Error *err)
{
    const char *name =
        context->driver->database_name(context->url, context->config.url_folder, context->arena);
    const char *given = option_text(context, "yes");
    Buf answer = {.arena = context->arena};

    if (given != NULL && strcmp(given, name) == 0)
        return true;
    if (given != NULL) {
        error_set(err, ERR_USAGE, "--yes names \"%s\", but the database is \"%s\"", given, name);
        return error_hint(err, "nothing was changed");
    }
    if (!isatty(STDIN_FILENO)) {
        error_set(err, ERR_USAGE, "%s %s: nobody is there to be asked", what,
                  context_database(context));
        return error_hint(err, "--yes=%s", name);
    }
    const bool is_answered = ask(context, what, name, &answer);
    if (context->interrupted != NULL && *context->interrupted != 0)
        return error_set(err, *context->interrupted == SIGTERM ? ERR_TERMINATED : ERR_INTERRUPTED,
                         "interrupted; nothing was changed");
    if (!is_answered || !slice_is(slice_trim(buf_slice(&answer)), name)) {
        error_set(err, ERR_USAGE, "that is not \"%s\"", name);
        return error_hint(err, "nothing was changed");
    }
    return true;
}

Json
context_event(const Context *context, const char *name)
{
    Json json = {.stream = context->out};

    json_object(&json, NULL);
    json_text(&json, "event", name);
    json_number(&json, "format", JSON_FORMAT);
    return json;
}

void
context_event_end(Json *json)
{
    json_object_end(json);
    json_end(json);
    fflush(json->stream);
}

Json
context_document(const Context *context)
{
    Json json = {.stream = context->out, .is_pretty = true};

    json_object(&json, NULL);
    json_number(&json, "format", JSON_FORMAT);
    return json;
}
