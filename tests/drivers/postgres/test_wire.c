/* SPDX-License-Identifier: MIT */
/*
 * Every byte that a run sends, and what other clients of the same pooler see of it: nothing has a
 * name on the wire, and nothing is left on a connection.
 */
/* labels: versions */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/file.h"
#include "drivers/postgres/connection.h"
#include "tests/support/ground.h"
#include "tests/support/wire.h"

static const char *program; /* the one that is tested from outside */

static void
set_up(void)
{
    ground_begin("wire");
}

static void
write_revisions(void)
{
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x int);\nCOPY a FROM STDIN;\n1\n2\n\\.\n"
                  "SAVEPOINT s;\nSELECT 1;\n-- migrate:down\nDROP TABLE a;\n");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n"
                  "VACUUM a;\nINSERT INTO a VALUES (3);\n-- migrate:down transaction:false\n"
                  "DROP INDEX CONCURRENTLY a_x;\n");
    project_write(&project, "c", "b",
                  "-- migrate:up\nCREATE TABLE c (x int);\n-- migrate:up transaction:new\n"
                  "SET search_path TO pg_catalog;\nSELECT 1;\n-- migrate:down\nDROP TABLE c;\n");
}

/* ---- the bytes ---- */

/* What a simple query may begin with: a unit or a read, the end of a transaction that failed, the
 * question whether BEGIN may stand alone, and questions that need no transaction. */
static bool
is_known_query(const char *text)
{
    static const char *const BEGINNINGS[] = {"BEGIN ISOLATION LEVEL READ COMMITTED",
                                             "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
                                             "SELECT ", NULL};

    for (size_t i = 0; BEGINNINGS[i] != NULL; i++) {
        if (strncmp(text, BEGINNINGS[i], strlen(BEGINNINGS[i])) == 0)
            return true;
    }
    return strcmp(text, "BEGIN") == 0 || strcmp(text, "ROLLBACK") == 0;
}

/* A setting of the session would stay on a pooled connection: only a group may make one. */
static bool
sets_the_session(const char *text)
{
    static const char *const WORDS[] = {"SET ", "RESET ", NULL};

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += line[0] == '\n';
        for (size_t i = 0; WORDS[i] != NULL; i++) {
            if (strncmp(line, WORDS[i], strlen(WORDS[i])) == 0 &&
                strncmp(line, "SET LOCAL ", 10) != 0 && strncmp(line, "SET TRANSACTION ", 16) != 0)
                return true;
        }
    }
    return false;
}

/* The messages that may be sent: what the two shapes are made of, passwords and the farewell. */
static void
check_message(const WireMessage *message, const char *where)
{
    const char *body = message->body.at;

    if (message->type == '\0')
        return;
    ck_assert_msg(strchr("QPBDESXdcfp", message->type) != NULL, "%s: a message '%c'", where,
                  message->type);
    if (message->type == 'P' || message->type == 'E')
        ck_assert_msg(body[0] == '\0', "%s: '%c' names %s", where, message->type, body);
    if (message->type == 'B')
        ck_assert_msg(body[0] == '\0' && body[1] == '\0', "%s: a named portal or statement", where);
    if (message->type == 'D')
        ck_assert_msg(body[1] == '\0', "%s: 'D' names %s", where, body + 1);
    if (message->type == 'Q') {
        ck_assert_msg(is_known_query(body), "%s: an unknown query: %s", where, body);
        ck_assert_msg(!sets_the_session(body), "%s: sets the session: %s", where, body);
    }
    if (message->type == 'Q' || message->type == 'P') {
        ck_assert_msg(!wire_contains(message, "PREPARE "), "%s: PREPARE in %s", where, body);
        ck_assert_msg(!wire_contains(message, "DEALLOCATE"), "%s: DEALLOCATE in %s", where, body);
        ck_assert_msg(!wire_contains(message, "DISCARD"), "%s: DISCARD in %s", where, body);
        ck_assert_msg(!wire_contains(message, "pg_advisory_lock("), "%s: waits in the server",
                      where);
    }
}

/* The types of one client's messages, checked. */
static const char *
types_of(const char *path)
{
    Buf types = {.arena = &arena};
    WireMessage message;
    Slice rest;
    bool is_started = false;

    ck_assert_msg(file_read(path, &arena, &rest, &error), "%s", error.message);
    while (wire_next(&rest, &is_started, &message)) {
        check_message(&message, path);
        buf_add_char(&types, message.type == '\0' ? '-' : message.type);
    }
    ck_assert_uint_eq(rest.len, 0);
    return buf_text(&types);
}

/* A group is Parse, Bind, Describe, Execute a statement, and one Sync; its cleanup follows at once.
 * Nothing else is extended protocol. */
static void
check_groups(const char *types)
{
    size_t syncs = 0;

    for (const char *at = types; *at != '\0'; at++) {
        if (*at == 'P') {
            ck_assert_msg(strncmp(at, "PBDE", 4) == 0, "%s", types);
            at += 3;
        } else if (*at == 'S') {
            syncs++;
        } else {
            ck_assert_msg(syncs % 2 == 0, "a group without its cleanup: %s", types);
        }
    }
}

START_TEST(nothing_on_the_wire_has_a_name)
{
    const char *record = arena_format(&arena, "%s/%s", getenv("TMPDIR"), database.name);
    bool is_grouped = false;

    project_begin(&project, &arena, ground_proxy(_i, &(ProxyOptions){.record = record}));
    write_revisions();
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s", error.message);
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s", error.message);
    ck_assert_msg(project_run(&project, DIRECTION_DOWNGRADE, "base", &error), "%s", error.message);
    project_write(&project, "d", "c",
                  "-- migrate:up transaction:false\nSELECT 1;\nVACUUM nowhere;\n-- migrate:down\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_msg(project_resolve(&project, RESOLVE_RETRY, &error), "%s", error.message);
    ck_assert_msg(project_resolve(&project, RESOLVE_DONE, &error), "%s", error.message);
    const size_t connections = proxy_counts(proxy).connections;
    ground_proxy_end();
    for (size_t i = 1; i <= connections; i++) {
        const char *path = arena_format(&arena, "%s.%zu", record, i);
        const char *types = types_of(path);
        check_groups(types);
        is_grouped = is_grouped || strchr(types, 'S') != NULL;
        remove(path);
    }
    ck_assert(is_grouped);
}
END_TEST

/* Every command that talks to the database, and what status it may have. */
typedef struct Talk {
    const char *words;
    const char *statuses;
} Talk;

static const Talk TALKS[] = {
    {"doctor", "0"},
    {"doctor --json", "0"},
    {"doctor --wait 60s", "0"},
    {"ensure_version", "0"},
    {"status", "0"},
    {"upgrade --dry-run", "0"},
    {"upgrade a -v", "0"},
    {"current", "0"},
    {"current --check-heads", "3"},
    {"status --json", "0"},
    {"history -i", "0"},
    {"check", "03"},
    {"upgrade c -v --json", "0"},
    {"log", "0"},
    {"stamp a", "0"},
    {"stamp --purge c", "0"},
    {"downgrade b", "0"},
    {"downgrade base", "0"},
    {"upgrade current:head --sql", "0"},
    {"reset --force --yes=$NAME", "1"},
    {"upgrade e", "1"},
    {"status", "0"},
    {"resolve e --retry", "0"},
    {"resolve e --done", "0"},
    {"resolve e --abandon", "07"},
    {"reset --force --yes=$NAME", "1"},
};

static void
talk(const Talk *words, const char *url)
{
    const char *command = arena_format(
        &arena, "cd '%s/..' && NAME=%s && DATABASE_URL='%s' '%s' %s </dev/null >'%s.out' 2>&1",
        project.config.migrations.at[0], database.name, url, program, words->words,
        project.config.migrations.at[0]);
    const int status = WEXITSTATUS(system(command));

    ck_assert_msg(status < 10 && strchr(words->statuses, '0' + status) != NULL, "%s: exit %d",
                  command, status);
}

START_TEST(no_command_sends_anything_else)
{
    const char *record = arena_format(&arena, "%s/%s", getenv("TMPDIR"), database.name);
    const char *url = ground_proxy(_i, &(ProxyOptions){.record = record});

    project_begin(&project, &arena, url);
    project.config.migrations.at[0] =
        arena_format(&arena, "%s/migrations", project.config.migrations.at[0]);
    ck_assert_int_eq(mkdir(project.config.migrations.at[0], S_IRWXU), 0);
    write_revisions();
    project_write(&project, "e", "c",
                  "-- migrate:up transaction:false\nSELECT 1;\nVACUUM nowhere;\nSELECT 2;\n"
                  "-- migrate:down\n");
    for (size_t i = 0; i < sizeof TALKS / sizeof *TALKS; i++)
        talk(&TALKS[i], url);
    const size_t connections = proxy_counts(proxy).connections;
    ground_proxy_end();
    ck_assert_uint_ge(connections, sizeof TALKS / sizeof *TALKS);
    for (size_t i = 1; i <= connections; i++) {
        const char *path = arena_format(&arena, "%s.%zu", record, i);
        check_groups(types_of(path));
        remove(path);
    }
}
END_TEST

/* ---- the bystander ---- */

/* Asks on a connection of its own, all along, what its settings are. */
typedef struct Bystander {
    pthread_t thread;
    const char *url;
    atomic_bool is_over;
    size_t looks;
    char seen[512]; /* what was not its own; "" so far */
} Bystander;

static const char *const SETTINGS =
    "SELECT concat_ws('|', current_setting('search_path'), current_setting('role'), "
    "current_setting('lock_timeout'), current_setting('statement_timeout'), "
    "current_setting('default_transaction_read_only'), "
    "current_setting('default_transaction_isolation'), "
    "current_setting('idle_in_transaction_session_timeout'), "
    "coalesce(current_setting('migrate.run', true), ''), "
    "coalesce(current_setting('migrate.step', true), ''), (SELECT count(*) FROM pg_class WHERE "
    "relpersistence = 't' AND pg_table_is_visible(oid)), (SELECT count(*) FROM "
    "pg_prepared_statements))";
static const char *const OWN = "\"$user\", public|none|0|0|off|read committed|0|||0|0";

static void *
stand_by(void *context)
{
    Bystander *bystander = context;
    PGconn *connection = PQconnectdb(bystander->url);

    while (!atomic_load(&bystander->is_over)) {
        PGresult *answer = PQexec(connection, SETTINGS);
        const char *seen = PQresultStatus(answer) == PGRES_TUPLES_OK ? PQgetvalue(answer, 0, 0)
                                                                     : PQerrorMessage(connection);
        if (strcmp(seen, OWN) != 0 && bystander->seen[0] == '\0')
            snprintf(bystander->seen, sizeof bystander->seen, "%s", seen);
        bystander->looks++;
        PQclear(answer);
    }
    PQfinish(connection);
    return NULL;
}

START_TEST(a_bystander_sees_nothing_of_a_run)
{
    Bystander bystander = {.url = test_database_url(&database, _i)};

    project_begin(&project, &arena, test_database_url(&database, _i));
    project.session.search_path = "public, pg_catalog";
    *VEC_ADD(&arena, &project.session.settings) = (Setting){"work_mem", "5MB"};
    write_revisions();
    ck_assert_int_eq(pthread_create(&bystander.thread, NULL, stand_by, &bystander), 0);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s",
                      error.message);
        ck_assert_msg(project_run(&project, DIRECTION_DOWNGRADE, "base", &error), "%s",
                      error.message);
    }
    atomic_store(&bystander.is_over, true);
    ck_assert_int_eq(pthread_join(bystander.thread, NULL), 0);
    ck_assert_uint_gt(bystander.looks, 0);
    ck_assert_str_eq(bystander.seen, "");
}
END_TEST

/* Somebody leaves settings on every connection of the pool. */
START_TEST(what_a_bystander_leaves_does_not_move_where_revisions_run)
{
    const char *role = arena_format(&arena, "evil_%s", database.name);

    test_database_run(
        database.direct,
        arena_format(&arena,
                     "CREATE SCHEMA evil; CREATE ROLE %s; GRANT ALL ON SCHEMA evil TO "
                     "%s; CREATE TABLE evil.a (y int)",
                     role, role));
    for (size_t i = 0; i < WARM_CONNECTIONS + 2; i++)
        test_database_run(test_database_url(&database, _i),
                          arena_format(&arena,
                                       "SET search_path TO evil; SET ROLE %s; SET lock_timeout TO "
                                       "'1ms'; SET default_transaction_read_only TO on; SET "
                                       "statement_timeout TO '50ms'",
                                       role));
    project_begin(&project, &arena, test_database_url(&database, _i));
    write_revisions();
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s", error.message);
    ck_assert_str_eq(
        test_database_read(&arena, database.direct,
                           "SELECT schemaname || '.' || tablename || ' ' || tableowner FROM "
                           "pg_tables WHERE tablename IN ('c', 'migrate_version') ORDER BY 1"),
        "public.c postgres\npublic.migrate_version postgres\n");
    ck_assert_str_eq(
        test_database_read(&arena, database.direct, "SELECT x FROM public.a ORDER BY x"),
        "1\n2\n3\n");
    test_database_run(database.direct,
                      arena_format(&arena, "DROP OWNED BY %s; DROP ROLE %s", role, role));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, nothing_on_the_wire_has_a_name, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, no_command_sends_anything_else, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_bystander_sees_nothing_of_a_run, WAY_TRANSACTION, WAY_COUNT);
    tcase_add_loop_test(tcase, what_a_bystander_leaves_does_not_move_where_revisions_run,
                        WAY_TRANSACTION, WAY_COUNT);
}

int
main(int argc, char **argv)
{
    static char path[4096];
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

    char here[2048];

    /* beside the folder of the tests, wherever a test runs */
    snprintf(path, sizeof path, "%s%s%.*s/../migrate",
             argv[0][0] == '/' || getcwd(here, sizeof here) == NULL ? "" : here,
             argv[0][0] == '/' ? "" : "/", slash == NULL ? 1 : (int)(slash - argv[0]),
             slash == NULL ? "." : argv[0]);
    program = path;
    return servers_main("drivers/postgres/wire", add);
}
