/* SPDX-License-Identifier: MIT */
/* tests/bench/upgrade says what is measured. Each contender runs as a program of its own, on a
 * fresh database, in turns; of its rounds the median counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "tests/support/proxy.h"
#include "tests/support/scratch.h"
#include "tests/support/servers.h"

enum {
    REVISIONS = 200,
    ROUNDS = 9,
    MAX_ROUNDS = 101,
    DELAY = 10, /* one way */
    STATEMENT_BY_STATEMENT_ROUNDS = 1,
};

/* A way to bring the schema about: a shell command with $URL, run in the folder of its files. */
typedef struct Contender {
    const char *name;
    const char *command; /* NULL: it is not installed */
    bool is_slow;        /* over a delay: measured once */
    double milliseconds[MAX_ROUNDS];
    size_t rounds;
    double median;
    size_t round_trips; /* of the last round over a delay */
} Contender;

enum { MIGRATE, PSQL_MESSAGE, PSQL_STATEMENTS, ALEMBIC, DBMATE, CONTENDERS };

typedef struct Bench {
    Arena arena;
    const char *folder; /* of the revisions */
    const char *config; /* of what is no revision */
    size_t rounds;
    Contender contenders[CONTENDERS];
} Bench;

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void
write_file(Bench *bench, const char *path, const char *text)
{
    Error err = {.arena = &bench->arena};

    ck_assert_msg(file_write(path, slice_of(text), true, &err), "%s", err.message);
}

/* A revision of Alembic, and a migration of dbmate. */
static void
write_peers(Bench *bench, const char *id, const char *before, const char *sql)
{
    Arena *arena = &bench->arena;

    write_file(bench, arena_format(arena, "%s/alembic/versions/%s.py", bench->config, id),
               arena_format(arena,
                            "from alembic import op\nrevision = '%s'\ndown_revision = %s\n"
                            "def upgrade():\n    op.execute('%s')\n",
                            id, before[0] == '\0' ? "None" : arena_format(arena, "'%s'", before),
                            sql));
    write_file(bench, arena_format(arena, "%s/dbmate/%s_t.sql", bench->config, id),
               arena_format(arena, "-- migrate:up\n%s\n-- migrate:down\n", sql));
}

static const char ALEMBIC_ENV[] =
    "import os\n"
    "from sqlalchemy import create_engine, pool\n"
    "from alembic import context\n"
    "url = os.environ['URL'].replace('postgres://', 'postgresql+psycopg2://')\n"
    "with create_engine(url, poolclass=pool.NullPool).connect() as connection:\n"
    "    context.configure(connection=connection)\n"
    "    with context.begin_transaction():\n"
    "        context.run_migrations()\n";

/* The same SQL as revisions and as one text. */
static void
write_files(Bench *bench)
{
    Arena *arena = &bench->arena;
    Buf all = {.arena = arena};
    const char *before = "";
    const char *folders =
        arena_format(arena, "cd '%s' && mkdir -p alembic/versions dbmate", bench->config);

    ck_assert_int_eq(system(folders), 0);
    for (size_t i = 0; i < REVISIONS; i++) {
        const char *id = arena_format(arena, "%012zu", i + 1);
        const char *sql = arena_format(
            arena, "CREATE TABLE t%zu (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz);",
            i);
        write_file(bench, arena_format(arena, "%s/%s_t%zu.sql", bench->folder, id, i),
                   arena_format(arena, "-- revision: %s\n-- revises: %s\n\n-- migrate:up\n%s\n", id,
                                before, sql));
        write_peers(bench, id, before, sql);
        buf_addf(&all, "%s\n", sql);
        before = id;
    }
    write_file(bench, arena_format(arena, "%s/alembic/env.py", bench->config), ALEMBIC_ENV);
    write_file(bench, arena_format(arena, "%s/alembic.ini", bench->config),
               "[alembic]\nscript_location = alembic\n");
    write_file(bench, arena_format(arena, "%s/all.sql", bench->config), buf_text(&all));
    write_file(bench, arena_format(arena, "%s/migrate.yaml", bench->config),
               arena_format(arena, "migrations: [%s]\n", bench->folder));
}

static void
measure(Contender *contender, unsigned delay)
{
    Arena arena = {0};
    const TestDatabase database = test_database_new(&arena, "bench");
    Proxy *proxy = NULL;
    const char *url = database.direct;

    if (delay > 0) {
        proxy = proxy_start(&arena,
                            &(ProxyOptions){.target_port = database.direct_port, .delay = delay});
        url = proxy_url(proxy, url, &arena);
    }
    setenv("URL", arena_format(&arena, "%s?sslmode=disable", url), 1);
    const double begun = now();
    const int status = system(contender->command);
    contender->milliseconds[contender->rounds++] = now() - begun;
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d",
                  contender->command, status);
    if (proxy != NULL) {
        contender->round_trips = proxy_counts(proxy).round_trips;
        proxy_stop(proxy);
    }
    const char *count = test_database_read(
        &arena, database.direct, "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+$'");
    ck_assert_str_eq(count, "200\n");
    test_database_drop(&database);
    arena_release(&arena);
}

static int
compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static void
measure_all(Bench *bench, unsigned delay)
{
    for (size_t i = 0; i < CONTENDERS; i++)
        bench->contenders[i].rounds = 0;
    for (size_t round = 0; round < bench->rounds; round++) {
        for (size_t i = 0; i < CONTENDERS; i++) {
            Contender *contender = &bench->contenders[i];
            const bool is_enough = contender->is_slow && delay > 0 && round > 0;
            if (contender->command != NULL && !is_enough)
                measure(contender, delay);
        }
    }
    for (size_t i = 0; i < CONTENDERS; i++) {
        Contender *contender = &bench->contenders[i];
        qsort(contender->milliseconds, contender->rounds, sizeof(double), compare);
        contender->median = contender->milliseconds[contender->rounds / 2];
    }
}

static void
report_one(const Contender *contender, unsigned delay, double base)
{
    if (contender->command == NULL) {
        printf("  %-28s not installed\n", contender->name);
        return;
    }
    printf("  %-28s %9.1f ms  %6.2f", contender->name, contender->median, contender->median / base);
    if (delay > 0)
        printf("  %5zu round trips", contender->round_trips);
    printf("\n");
}

/* False when migrate takes more than `target` times psql's one message. */
static bool
report(const Bench *bench, unsigned delay, double target)
{
    const double base = bench->contenders[PSQL_MESSAGE].median;

    printf("%u revisions, round trip %u ms, medians of %zu\n", REVISIONS, 2 * delay, bench->rounds);
    for (size_t i = 0; i < CONTENDERS; i++)
        report_one(&bench->contenders[i], delay, base);
    return bench->contenders[MIGRATE].median / base <= target;
}

/* NULL where the probe fails: it is not installed. */
static const char *
if_there(const char *probe, const char *command)
{
    return system(probe) == 0 ? command : NULL;
}

/* The others, each run as its manual says for a deployment. */
static void
add_peers(Bench *bench)
{
    Arena *arena = &bench->arena;

    bench->contenders[PSQL_MESSAGE] = (Contender){
        .name = "psql, one message",
        .command = arena_format(arena, "cd %s && psql -X -q -c \"$(cat all.sql)\" \"$URL\"",
                                bench->config)};
    bench->contenders[PSQL_STATEMENTS] = (Contender){
        .name = "psql, statement by statement",
        .command = arena_format(arena, "cd %s && psql -X -q -f all.sql \"$URL\"", bench->config),
        .is_slow = true};
    bench->contenders[ALEMBIC] = (Contender){
        .name = "alembic upgrade head",
        .command = if_there(
            "\"${ALEMBIC:-alembic}\" --version >/dev/null 2>&1",
            arena_format(arena, "cd %s && \"${ALEMBIC:-alembic}\" upgrade head", bench->config)),
        .is_slow = true};
    bench->contenders[DBMATE] = (Contender){
        .name = "dbmate migrate",
        .command = if_there("\"${DBMATE:-dbmate}\" --version >/dev/null 2>&1",
                            arena_format(arena,
                                         "cd %s && \"${DBMATE:-dbmate}\" -u \"$URL\" -d dbmate "
                                         "--no-dump-schema migrate >/dev/null",
                                         bench->config)),
        .is_slow = true};
}

START_TEST(upgrade)
{
    static Bench bench = {.rounds = ROUNDS};
    const char *rounds = getenv("BENCH_ROUNDS");

    if (rounds != NULL)
        bench.rounds = strtoul(rounds, NULL, 10);
    bench.folder = scratch_folder(&bench.arena);
    bench.config = scratch_folder(&bench.arena);
    write_files(&bench);
    bench.contenders[MIGRATE] = (Contender){
        .name = "migrate upgrade head",
        .command = arena_format(&bench.arena, "cd %s && '%s' -q -u \"$URL\" upgrade head",
                                bench.config, getenv("BENCH_PROGRAM"))};
    add_peers(&bench);
    measure_all(&bench, 0);
    const bool is_fast = report(&bench, 0, 1.8);
    measure_all(&bench, DELAY);
    const bool is_fast_far = report(&bench, DELAY, 1.6);
    arena_release(&bench.arena);
    ck_assert(getenv("BENCH_CHECK") == NULL || (is_fast && is_fast_far));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, upgrade);
}

/* bench_upgrade PROGRAM [--check] [ROUNDS] */
int
main(int argc, char **argv)
{
    if (argc < 2)
        return EXIT_FAILURE;
    setenv("BENCH_PROGRAM", argv[1], 1);
    for (int i = 2; i < argc; i++)
        setenv(strcmp(argv[i], "--check") == 0 ? "BENCH_CHECK" : "BENCH_ROUNDS", argv[i], 1);
    return servers_main("bench/upgrade", add);
}
