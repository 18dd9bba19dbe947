/* SPDX-License-Identifier: MIT */
#include "tests/support/project.h"

#include <check.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "tests/support/scratch.h"

enum {
    LOCK_TIMEOUT = 5000,
    WAIT = 60000,
    CONNECT_TIMEOUT = 10000,
    CONNECT_RETRIES = 5,
};

void
project_begin(Project *project, Arena *arena, const char *url)
{
    *project = (Project){.arena = arena,
                         .config = {.url = url,
                                    .version_table = "migrate_version",
                                    .history_table = "migrate_history",
                                    .keeps_history = true,
                                    .lock_timeout = LOCK_TIMEOUT,
                                    .retry_for = WAIT,
                                    .wait_for_lock = WAIT,
                                    .connect_timeout = CONNECT_TIMEOUT,
                                    .connect_retries = CONNECT_RETRIES},
                         .session = {.application_name = "migrate",
                                     .lock_timeout = LOCK_TIMEOUT,
                                     .connect_timeout = CONNECT_TIMEOUT,
                                     .wait_for_lock = WAIT,
                                     .run_by = "tester",
                                     .run_from = "here",
                                     .program = "migrate 0.1.0"}};
    *VEC_ADD(arena, &project->config.migrations) = scratch_folder(arena);
}

static void
write_file(Project *project, const char *name, const char *text)
{
    const char *path = path_join(project->arena, project->config.migrations.at[0], name);
    Error err = {.arena = project->arena};

    ck_assert_msg(file_write(path, slice_of(text), true, &err), "%s: %s", path, err.message);
}

void
project_write(Project *project, const char *id, const char *revises, const char *body)
{
    write_file(
        project, arena_format(project->arena, "%s.sql", id),
        arena_format(project->arena, "-- revision: %s\n-- revises: %s\n\n%s", id, revises, body));
}

void
project_write_yaml(Project *project, const char *id, const char *revises, const char *operations)
{
    write_file(project, arena_format(project->arena, "%s.yaml", id),
               arena_format(project->arena, "revision: %s\nrevises: %s\noperations:\n%s", id,
                            revises, operations));
}

/* What the last run read and how it was watched stays with the project. */
static Runner
runner_of(const Project *project, const Graph *graph)
{
    return (Runner){.config = &project->config,
                    .driver = project->driver,
                    .graph = graph,
                    .session = &project->session,
                    .log = project->runner.log,
                    .events = project->runner.events,
                    .interrupted = project->runner.interrupted,
                    .now = project->runner.now,
                    .sleep = project->runner.sleep,
                    .arena = project->arena};
}

/* Loads the files. */
static bool
load(Project *project, Graph *graph, Error *err)
{
    Revisions revisions = {0};

    project->steps = 0;
    *err = (Error){.arena = err->arena};
    if (project->driver == NULL && !driver_for_url(project->config.url, &project->driver, err))
        return false;
    if (!revision_load_all(&project->config.migrations, false, NULL, project->arena, &revisions,
                           err) ||
        !graph_build(&revisions, project->arena, graph, err))
        return false;
    if (project->driver->adapt != NULL &&
        !project->driver->adapt(project->config.url, &project->session, project->arena, err))
        return false;
    project->runner = runner_of(project, graph);
    return true;
}

/* Loads the files and connects. */
static bool
begin(Project *project, Graph *graph, Error *err)
{
    return load(project, graph, err) && runner_open(&project->runner, false, err);
}

bool
project_run(Project *project, Direction direction, const char *target, Error *err)
{
    Runner *runner = &project->runner;
    Graph *graph = ARENA_NEW(project->arena, Graph);
    Target resolved;

    const bool is_done = begin(project, graph, err) &&
                         target_resolve(graph, direction, target, &runner->state.rows,
                                        project->arena, &resolved, err) &&
                         runner_run(runner, &resolved, &project->steps, err);
    runner_close(runner);
    return is_done;
}

bool
project_resolve(Project *project, Resolution resolution, Error *err)
{
    Graph *graph = ARENA_NEW(project->arena, Graph);
    const bool is_done =
        begin(project, graph, err) && runner_resolve(&project->runner, resolution, err);

    runner_close(&project->runner);
    return is_done;
}

bool
project_make_tables(Project *project, bool *is_made, Error *err)
{
    Graph *graph = ARENA_NEW(project->arena, Graph);
    const bool is_done =
        begin(project, graph, err) && runner_make_tables(&project->runner, is_made, err);

    runner_close(&project->runner);
    return is_done;
}

bool
project_fill(Project *project, const char *id, const char **text, Error *err)
{
    Graph *graph = ARENA_NEW(project->arena, Graph);

    if (!load(project, graph, err))
        return false;
    const Node *node = graph_find(graph, id);
    Fill fill = {.runner = &project->runner,
                 .revision = node->revision,
                 .node = (size_t)(node - graph->nodes)};
    if (!fill_revision(&fill, project->arena, err))
        return false;
    *text = arena_copy(project->arena, fill.result);
    return true;
}

const char *
project_rows(const Project *project)
{
    return names_join(project->arena, &project->runner.state.rows, ",");
}
