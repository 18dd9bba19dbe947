/* SPDX-License-Identifier: MIT */
#include "tests/support/sqlite_shell.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/file.h"

static void
output_read(Arena *arena, int from, const char **output)
{
    Buf buf = {.arena = arena};
    char chunk[4096];

    for (;;) {
        const ssize_t got = read(from, chunk, sizeof chunk);
        if (got <= 0)
            break;
        buf_add_slice(&buf, (Slice){chunk, (size_t)got});
    }
    *output = arena_copy(arena, slice_trim(buf_slice(&buf)));
}

int
sqlite_shell(Arena *arena, const char *file, Slice script, const char **output)
{
    Error error = {.arena = arena};
    const char *input = arena_format(arena, "%s.sql", file);
    int ends[2];
    int status = 0;

    ck_assert_msg(file_write(input, script, true, &error), "%s", error.message);
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (freopen(input, "r", stdin) != NULL && dup2(ends[1], 1) == 1 && dup2(ends[1], 2) == 2)
            (void)execlp("sqlite3", "sqlite3", "-batch", "-init", "/dev/null", file, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    output_read(arena, ends[0], output);
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) != 127, "is sqlite3 installed?");
    return WEXITSTATUS(status);
}

const char *
sqlite_ask(Arena *arena, const char *file, const char *query)
{
    const char *answer = NULL;

    ck_assert_msg(sqlite_shell(arena, file, slice_of(query), &answer) == 0, "%s", answer);
    return answer;
}

SqliteHolder
sqlite_hold(const char *file, const char *statements)
{
    SqliteHolder holder = {0};
    int input[2];
    int output[2];
    char answer = '\0';

    ck_assert_int_eq(pipe(input), 0);
    ck_assert_int_eq(pipe(output), 0);
    holder.process = fork();
    ck_assert_int_ge(holder.process, 0);
    if (holder.process == 0) {
        if (dup2(input[0], 0) == 0 && dup2(output[1], 1) == 1 && close(input[1]) == 0)
            (void)execlp("sqlite3", "sqlite3", "-batch", "-init", "/dev/null", file, (char *)NULL);
        _exit(127);
    }
    (void)close(input[0]);
    (void)close(output[1]);
    holder.input = input[1];
    ck_assert_int_gt(dprintf(input[1], "%s;\nSELECT 'held';\n", statements), 0);
    ck_assert_msg(read(output[0], &answer, 1) == 1, "the sqlite3 shell says nothing");
    (void)close(output[0]);
    return holder;
}

void
sqlite_let_go(SqliteHolder *holder)
{
    int status = 0;

    (void)close(holder->input);
    ck_assert_int_eq(waitpid(holder->process, &status, 0), holder->process);
}
