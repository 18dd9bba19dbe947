/* SPDX-License-Identifier: MIT */
#include "cmd/fill.h"

#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/file.h"
#include "core/fill.h"

typedef VEC(Fill) Fills;

/* The database that the revisions are rehearsed on. Without a URL it is one of SQLite, which needs
 * none. */
static bool
choose_database(Context *context, Config *config, Runner *runner, Error *err)
{
    if (context->config.url == NULL)
        context->driver = driver_find("sqlite");
    else if (!context_driver(context, err))
        return false;
    *config = context->config;
    if (context->driver->rehearsal_url != NULL) {
        config->url = context->driver->rehearsal_url;
        config->url_folder = NULL;
        config->version_table_schema = NULL;
    } else {
        log_info(context->log, "database: %s",
                 output_line(context->arena, context_database(context)));
    }
    *runner = (Runner){.config = config,
                       .driver = context->driver,
                       .graph = &context->graph,
                       .session = &context->session,
                       .log = context->log,
                       .interrupted = context->interrupted,
                       .arena = context->arena};
    return true;
}

static bool
fill_node(const Context *context, Runner *runner, size_t node, Fills *fills, Error *err)
{
    const Revision *revision = context->graph.nodes[node].revision;
    Fill fill = {.runner = runner, .revision = revision, .node = node};

    if (!revision->is_yaml)
        return error_set_at(err, ERR_REVISION, (Place){.file = revision->file},
                            "revision %s is SQL, and has no was:", revision->id);
    if (!fill_revision(&fill, context->arena, err)) {
        if (context->config.url == NULL && err->code == ERR_FAILED && err->hint == NULL)
            error_hint(err, "without a URL this is SQLite: -u URL names the database it is for");
        return false;
    }
    *VEC_ADD(context->arena, fills) = fill;
    return true;
}

static bool
write_result(const Context *context, const Fill *fill, Error *err)
{
    const char *file = fill->revision->file;

    if (fill->filled == 0) {
        log_info(context->log, "%s: no was: is missing", file);
        return true;
    }
    if (!file_write(file, fill->result, true, err))
        return false;
    fprintf(context->out, "%s\n", file);
    log_info(context->log, "%s: was: is written for %zu operation%s", file, fill->filled,
             fill->filled == 1 ? "" : "s");
    return true;
}

bool
fill_run(Context *context, const Names *names, Error *err)
{
    Indexes nodes = {0};
    Fills fills = {0};
    Config config;
    Runner runner;

    if (names->len == 0) {
        error_set(err, ERR_USAGE, "revision fill wants a revision");
        return error_hint(err, "migrate revision fill head");
    }
    if (!context_nodes(context, names, &nodes, err) ||
        !choose_database(context, &config, &runner, err))
        return false;
    for (size_t i = 0; i < nodes.len; i++) {
        if (!fill_node(context, &runner, nodes.at[i], &fills, err))
            return false;
    }
    for (size_t i = 0; i < fills.len; i++) {
        if (!write_result(context, &fills.at[i], err))
            return false;
    }
    return true;
}
