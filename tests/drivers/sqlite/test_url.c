/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/sqlite.h"
#include "drivers/sqlite/url.h"
#include "tests/support/suite.h"

typedef struct UrlCase {
    const char *url;
    const char *folder;
    const char *path; /* NULL: in memory */
    SqliteMode mode;
    const char *shown;
    const char *name;
} UrlCase;

static const UrlCase CASES[] = {
    {"sqlite:///rel.db", NULL, "rel.db", SQLITE_MODE_CREATE, "sqlite:///rel.db", "rel.db"},
    {"sqlite:///sub/rel.db", NULL, "sub/rel.db", SQLITE_MODE_CREATE, "sqlite:///sub/rel.db",
     "rel.db"},
    {"sqlite:///rel.db", "/srv", "/srv/rel.db", SQLITE_MODE_CREATE, "sqlite:////srv/rel.db",
     "rel.db"},
    {"sqlite:///rel.db", ".", "rel.db", SQLITE_MODE_CREATE, "sqlite:///rel.db", "rel.db"},
    {"sqlite:////abs/app.db", "/srv", "/abs/app.db", SQLITE_MODE_CREATE, "sqlite:////abs/app.db",
     "app.db"},
    {"sqlite+aiosqlite:///a.db", NULL, "a.db", SQLITE_MODE_CREATE, "sqlite:///a.db", "a.db"},
    {"sqlite+pysqlite:///a.db", NULL, "a.db", SQLITE_MODE_CREATE, "sqlite:///a.db", "a.db"},
    {"SQLite:///a.db", NULL, "a.db", SQLITE_MODE_CREATE, "sqlite:///a.db", "a.db"},
    {"sqlite:///a%20b%3F%25%C3%A4.db", NULL, "a b?%ä.db", SQLITE_MODE_CREATE, "sqlite:///a b?%ä.db",
     "a b?%ä.db"},
    {"sqlite:///a@b:c.db", NULL, "a@b:c.db", SQLITE_MODE_CREATE, "sqlite:///a@b:c.db", "a@b:c.db"},
    {"sqlite:///:odd:", NULL, "./:odd:", SQLITE_MODE_CREATE, "sqlite:///./:odd:", ":odd:"},
    {"sqlite:///file:a", NULL, "./file:a", SQLITE_MODE_CREATE, "sqlite:///./file:a", "file:a"},
    {"sqlite:///a.db?mode=ro", NULL, "a.db", SQLITE_MODE_READ, "sqlite:///a.db", "a.db"},
    {"sqlite:///a.db?mode=rw", NULL, "a.db", SQLITE_MODE_WRITE, "sqlite:///a.db", "a.db"},
    {"sqlite:///a.db?timeout=5&mode=rwc&check_same_thread=false", NULL, "a.db", SQLITE_MODE_CREATE,
     "sqlite:///a.db", "a.db"},
    {"sqlite://", NULL, NULL, SQLITE_MODE_CREATE, "sqlite:// (in memory)", ":memory:"},
    {"sqlite:///", "/srv", NULL, SQLITE_MODE_CREATE, "sqlite:// (in memory)", ":memory:"},
    {"sqlite:///:memory:", "/srv", NULL, SQLITE_MODE_CREATE, "sqlite:// (in memory)", ":memory:"},
    {"sqlite:///a.db?mode=memory", NULL, NULL, SQLITE_MODE_CREATE, "sqlite:// (in memory)",
     ":memory:"},
};

START_TEST(a_url_names_a_file)
{
    const UrlCase *one = &CASES[_i];
    Arena arena = {0};
    Error error = {.arena = &arena};
    SqliteUrl url;

    ck_assert_msg(sqlite_url_parse(one->url, one->folder, NULL, &arena, &url, &error), "%s",
                  error.message);
    ck_assert_pstr_eq(url.path, one->path);
    ck_assert_int_eq(url.mode, one->mode);
    ck_assert_str_eq(DRIVER_SQLITE.describe(one->url, one->folder, &arena), one->shown);
    ck_assert_str_eq(DRIVER_SQLITE.database_name(one->url, one->folder, &arena), one->name);
    arena_release(&arena);
}
END_TEST

START_TEST(a_relative_path_gets_a_folder_in_front)
{
    static const struct {
        const char *url;
        const char *folder;
        const char *rebased;
    } MOVES[] = {
        {"sqlite:///app.db", "../x", "sqlite:///../x/app.db"},
        {"sqlite+aiosqlite:///a%20b.db?mode=ro", "50%?",
         "sqlite+aiosqlite:///50%25%3F/a%20b.db?mode=ro"},
        {"sqlite:///app.db", "", "sqlite:///app.db"},
        {"sqlite:////srv/app.db", "../x", "sqlite:////srv/app.db"},
        {"sqlite://", "../x", "sqlite://"},
        {"sqlite:///:memory:", "../x", "sqlite:///:memory:"},
        {"sqlite:///app.db", "/srv", "sqlite:////srv/app.db"},
    };
    Arena arena = {0};

    for (size_t i = 0; i < sizeof MOVES / sizeof MOVES[0]; i++)
        ck_assert_str_eq(sqlite_url_rebase(MOVES[i].url, MOVES[i].folder, &arena),
                         MOVES[i].rebased);
    arena_release(&arena);
}
END_TEST

typedef struct WrongCase {
    const char *url;
    const char *message;
    const char *hint;
} WrongCase;

static const char HOST[] = "the SQLite URL names a host, and SQLite has none";
static const char SLASHES[] = "a relative path takes three slashes (sqlite:///app.db), an absolute "
                              "one four (sqlite:////srv/app.db)";
static const char PERCENT[] =
    "the path of the SQLite URL has a '%' that no two hexadecimal digits follow";
static const char WRITE_PERCENT[] = "write a percent sign in a file name as %25";

static const WrongCase WRONG_CASES[] = {
    {"sqlite://rel.db", HOST, SLASHES},
    {"sqlite://srv/app.db", HOST, SLASHES},
    {"sqlite://user:secret@/app.db", HOST, SLASHES},
    {"sqlite:app.db", "a SQLite URL begins with sqlite://",
     "sqlite:///relative.db or sqlite:////absolute/path.db"},
    {"sqlite+pysqlcipher:///a.db", "cannot read a database of sqlite+pysqlcipher",
     "an ordinary SQLite database is sqlite:///app.db"},
    {"sqlite:///100%.db", PERCENT, WRITE_PERCENT},
    {"sqlite:///a%00.db", PERCENT, WRITE_PERCENT},
    {"sqlite:///a.db?mode=maybe", "unknown mode \"maybe\" in the SQLite URL",
     "mode is ro, rw, rwc or memory"},
    {"sqlite:///a.db?cache=shared", "unknown parameter \"cache\" in the SQLite URL",
     "mode is known; write a question mark in a file name as %3F"},
};

START_TEST(a_url_that_cannot_be_meant_is_refused)
{
    const WrongCase *one = &WRONG_CASES[_i];
    Arena arena = {0};
    Error error = {.arena = &arena};
    SqliteUrl url;

    ck_assert(!sqlite_url_parse(one->url, NULL, NULL, &arena, &url, &error));
    ck_assert_int_eq(error.code, ERR_CONFIG);
    ck_assert_str_eq(error.message, one->message);
    ck_assert_pstr_eq(error.hint, one->hint);
    ck_assert_str_eq(DRIVER_SQLITE.describe(one->url, NULL, &arena), "?");
    ck_assert_str_eq(DRIVER_SQLITE.database_name(one->url, NULL, &arena), "?");
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_url_names_a_file, 0, sizeof CASES / sizeof *CASES);
    tcase_add_test(tcase, a_relative_path_gets_a_folder_in_front);
    tcase_add_loop_test(tcase, a_url_that_cannot_be_meant_is_refused, 0,
                        sizeof WRONG_CASES / sizeof *WRONG_CASES);
}

int
main(void)
{
    return suite_main("drivers/sqlite/url", add);
}
