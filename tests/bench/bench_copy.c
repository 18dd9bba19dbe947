/* SPDX-License-Identifier: MIT */
/* tests/bench/copy says what is measured. psql and migrate in turns, each on a fresh database; of
 * the rounds the median of each counts. */
#define _DEFAULT_SOURCE 1 /* glibc: wait4; NOLINT(cert-dcl51-cpp) */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/rows.h"
#include "tests/support/scratch.h"
#include "tests/support/servers.h"

enum {
    ROUNDS = 5,
    MAX_ROUNDS = 51,
    MEGABYTES = 256,
    LEAST_RATIO = 90,   /* per cent of psql's throughput */
    MOST_RESIDENT = 32, /* MB */
};

/* A program that loads the file; $URL is the database. */
typedef struct Contender {
    const char *command;
    double seconds[MAX_ROUNDS];
    long resident; /* most of all rounds, KB */
} Contender;

typedef struct Bench {
    Arena arena;
    size_t megabytes;
    size_t rounds;
    Contender migrate;
    Contender psql;
    bool is_fine;
} Bench;

static double
now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
measure(Contender *contender, size_t round, const char *url)
{
    struct rusage usage;
    int status = 0;

    setenv("URL", url, 1);
    const double begun = now();
    const pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", contender->command, (char *)NULL);
        _exit(127);
    }
    ck_assert_int_eq(wait4(child, &status, 0, &usage), child);
    contender->seconds[round] = now() - begun;
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %d",
                  contender->command, status);
    if (usage.ru_maxrss > contender->resident)
        contender->resident = usage.ru_maxrss;
}

static int
compare(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;

    return (*left > *right) - (*left < *right);
}

static double
median(Contender *contender, size_t rounds)
{
    qsort(contender->seconds, rounds, sizeof(double), compare);
    return contender->seconds[rounds / 2];
}

static void
measure_way(Bench *bench, const char *way, bool is_direct)
{
    Contender *contenders[] = {&bench->psql, &bench->migrate};

    for (size_t i = 0; i < bench->rounds * 2; i++) {
        Arena arena = {0};
        const TestDatabase database = test_database_new(&arena, "bench");
        measure(contenders[i % 2], i / 2,
                arena_format(&arena, "%s?sslmode=disable&gssencmode=disable",
                             is_direct ? database.direct : database.tx));
        test_database_drop(&database);
        arena_release(&arena);
    }
    const double psql = median(&bench->psql, bench->rounds);
    const double migrate = median(&bench->migrate, bench->rounds);
    const double size = (double)bench->megabytes;
    printf("%-26s psql %6.1f MB/s, migrate %6.1f MB/s: %.2f; resident %ld MB\n", way, size / psql,
           size / migrate, psql / migrate, bench->migrate.resident / 1024);
    bench->is_fine = bench->is_fine && psql / migrate >= LEAST_RATIO / 100.0 &&
                     bench->migrate.resident <= MOST_RESIDENT * 1024L;
}

START_TEST(copy)
{
    static Bench bench = {.rounds = ROUNDS, .megabytes = MEGABYTES, .is_fine = true};
    const char *rounds = getenv("BENCH_ROUNDS");
    const char *megabytes = getenv("BENCH_MEGABYTES");
    Arena *arena = &bench.arena;
    const char *folder = scratch_folder(arena);

    if (rounds != NULL)
        bench.rounds = strtoul(rounds, NULL, 10);
    if (megabytes != NULL)
        bench.megabytes = strtoul(megabytes, NULL, 10);
    ck_assert(bench.rounds > 0 && bench.rounds < MAX_ROUNDS);
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(system("mkdir migrations"), 0);
    rows_write("migrations/r1.sql", "CREATE TABLE", bench.megabytes << 20, NULL);
    bench.migrate.command =
        arena_format(arena, "exec '%s' -q -u \"$URL\" upgrade head", getenv("BENCH_PROGRAM"));
    bench.psql.command = "exec psql -X -q -1 -v ON_ERROR_STOP=1 -f migrations/r1.sql \"$URL\"";
    printf("COPY of %zu MB, medians of %zu\n", bench.megabytes, bench.rounds);
    measure_way(&bench, "direct", true);
    measure_way(&bench, "PgBouncer, transactions", false);
    arena_release(arena);
    ck_assert(getenv("BENCH_CHECK") == NULL || bench.is_fine);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 3600);
    tcase_add_test(tcase, copy);
}

/* bench_copy PROGRAM [--check] [ROUNDS [MEGABYTES]] */
int
main(int argc, char **argv)
{
    const char *name = "BENCH_ROUNDS";

    if (argc < 2)
        return EXIT_FAILURE;
    setenv("BENCH_PROGRAM", argv[1], 1);
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0) {
            setenv("BENCH_CHECK", "1", 1);
            continue;
        }
        setenv(name, argv[i], 1);
        name = "BENCH_MEGABYTES";
    }
    return servers_main("bench/copy", add);
}
