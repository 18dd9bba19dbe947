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

/* A way to bring the schema about: a shell command with $URL, run in the scratch folder. */
typedef struct Contender {
    const char *name;
    const char *command;
    bool is_slow; /* over a delay: measured once */
    double milliseconds[MAX_ROUNDS];
    size_t rounds;
    double median;
} Contender;

typedef struct Bench {
    Arena arena;
    const char *folder; /* of the revisions */
    const char *config; /* of what is no revision */
    size_t rounds;
    Contender contenders[3];
} Bench;

enum { MIGRATE, PSQL_MESSAGE, PSQL_STATEMENTS, CONTENDERS };

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

/* The same SQL as revisions and as one text. */
static void
write_files(Bench *bench)
{
    Arena *arena = &bench->arena;
    Buf all = {.arena = arena};
    const char *before = "";

    for (size_t i = 0; i < REVISIONS; i++) {
        const char *id = arena_format(arena, "%012zx", i + 4096);
        const char *sql = arena_format(
            arena, "CREATE TABLE t%zu (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz);",
            i);
        write_file(bench, arena_format(arena, "%s/%s_t%zu.sql", bench->folder, id, i),
                   arena_format(arena, "-- revision: %s\n-- revises: %s\n\n-- migrate:up\n%s\n", id,
                                before, sql));
        buf_addf(&all, "%s\n", sql);
        before = id;
    }
    write_file(bench, arena_format(arena, "%s/all.sql", bench->config), buf_text(&all));
    write_file(bench, arena_format(arena, "%s/migrate.yaml", bench->config),
               arena_format(arena, "migrations: [%s]\n", bench->folder));
}

static void
measure(Bench *bench, Contender *contender, unsigned delay)
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
    setenv("URL", arena_format(&arena, "%s?sslmode=disable&gssencmode=disable", url), 1);
    const double begun = now();
    const int status = system(contender->command);
    contender->milliseconds[contender->rounds++] = now() - begun;
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d",
                  contender->command, status);
    if (proxy != NULL)
        proxy_stop(proxy);
    const char *count = test_database_read(
        &arena, database.direct, "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]+$'");
    ck_assert_str_eq(count, "200\n");
    test_database_drop(&database);
    arena_release(&arena);
    (void)bench;
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
            const bool is_enough = bench->contenders[i].is_slow && delay > 0 && round > 0;
            if (!is_enough)
                measure(bench, &bench->contenders[i], delay);
        }
    }
    for (size_t i = 0; i < CONTENDERS; i++) {
        Contender *contender = &bench->contenders[i];
        qsort(contender->milliseconds, contender->rounds, sizeof(double), compare);
        contender->median = contender->milliseconds[contender->rounds / 2];
    }
}

/* False when migrate takes more than `target` times psql's one message. */
static bool
report(const Bench *bench, unsigned delay, double target)
{
    const double base = bench->contenders[PSQL_MESSAGE].median;

    printf("%u revisions, round trip %u ms, medians of %zu\n", REVISIONS, 2 * delay, bench->rounds);
    for (size_t i = 0; i < CONTENDERS; i++)
        printf("  %-28s %9.1f ms  %6.2f\n", bench->contenders[i].name, bench->contenders[i].median,
               bench->contenders[i].median / base);
    return bench->contenders[MIGRATE].median / base <= target;
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
    bench.contenders[PSQL_MESSAGE] = (Contender){
        .name = "psql, one message",
        .command = arena_format(&bench.arena, "cd %s && psql -X -q -c \"$(cat all.sql)\" \"$URL\"",
                                bench.config)};
    bench.contenders[PSQL_STATEMENTS] =
        (Contender){.name = "psql, statement by statement",
                    .command = arena_format(&bench.arena, "cd %s && psql -X -q -f all.sql \"$URL\"",
                                            bench.config),
                    .is_slow = true};
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
