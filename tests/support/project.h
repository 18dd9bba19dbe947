/* SPDX-License-Identifier: MIT */
/* Project: revision files in a folder of the test's own and a runner on them, for tests of whole
 * runs without the command line. */
#ifndef MIGRATE_TESTS_SUPPORT_PROJECT_H
#define MIGRATE_TESTS_SUPPORT_PROJECT_H

#include "core/fill.h"

typedef struct Project {
    Arena *arena;
    const Driver *driver; /* NULL: that of the URL */
    Config config;        /* a test may change it, and what follows, between runs */
    Session session;
    Runner runner; /* of the last run: state and events; the caller's events are kept */
    size_t steps;  /* that it did */
} Project;

/* An empty folder, the defaults of the configuration. */
void project_begin(Project *project, Arena *arena, const char *url);
/* The file <id>.sql with a header and `body` behind it; replaces the one that is there. */
void project_write(Project *project, const char *id, const char *revises, const char *body);
/* The file <id>.yaml with these operations: items of a list, the first of which is in its line 4;
 * other keys may follow. */
void project_write_yaml(Project *project, const char *id, const char *revises,
                        const char *operations);
/* Loads the files, connects, runs, closes. The state stays in project->runner. What *err held is
 * forgotten. */
bool project_run(Project *project, Direction direction, const char *target, Error *err);
/* The same, but settles what stands half applied. */
bool project_resolve(Project *project, Resolution resolution, Error *err);
/* The same, but only makes the tables. */
bool project_make_tables(Project *project, bool *is_made, Error *err);
/* The same, but fills the was: of a YAML revision in; *text is its new text, which is not written.
 */
bool project_fill(Project *project, const char *id, const char **text, Error *err);
/* The version rows that the last run ended with, joined by ','; "" for base. */
const char *project_rows(const Project *project);

#endif
