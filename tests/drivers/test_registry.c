/* SPDX-License-Identifier: MIT */
#include "drivers/driver.h"
#include "tests/support/suite.h"

typedef struct RegistryCase {
    const char *url;
    const char *driver; /* NULL: none */
    const char *message;
} RegistryCase;

static const char NO_SCHEME[] = "the database URL does not begin with a scheme";

static const RegistryCase CASES[] = {
    {"sqlite:///a.db", "sqlite", NULL},
    {"sqlite+aiosqlite:///a.db", "sqlite", NULL},
    {"SQLITE://", "sqlite", NULL},
    {"postgresql://host/db", "postgres", NULL},
    {"postgres://host/db", "postgres", NULL},
    {"postgresql+asyncpg://host/db", "postgres", NULL},
    {"Postgresql+psycopg2://u:p@host/db", "postgres", NULL},
    {"host=localhost dbname=app", "postgres", NULL},
    {"mysql://root:secret@host/db", NULL, "there is no driver for mysql:"},
    {"mysql+pymysql://root:secret@host/db", NULL, "there is no driver for mysql+pymysql:"},
    {"sqlite3:///a.db", NULL, "there is no driver for sqlite3:"},
    {"app.db", NULL, NO_SCHEME},
    {"", NULL, NO_SCHEME},
    {"://x", NULL, NO_SCHEME},
};

START_TEST(a_url_finds_its_driver)
{
    const RegistryCase *one = &CASES[_i];
    Arena arena = {0};
    Error error = {.arena = &arena};
    const Driver *driver = NULL;

    ck_assert_int_eq(driver_for_url(one->url, &driver, &error), one->driver != NULL);
    ck_assert_pstr_eq(driver == NULL ? NULL : driver->name, one->driver);
    ck_assert_pstr_eq(error.message, one->message);
    if (one->driver == NULL) {
        ck_assert_int_eq(error.code, ERR_CONFIG);
        ck_assert_str_eq(error.hint, "known are postgresql://, postgres://, sqlite://");
    }
    arena_release(&arena);
}
END_TEST

START_TEST(a_driver_is_found_by_name_and_alias)
{
    ck_assert_str_eq(driver_find("postgres")->name, "postgres");
    ck_assert_str_eq(driver_find("postgresql")->name, "postgres");
    ck_assert_str_eq(driver_find("sqlite")->name, "sqlite");
    ck_assert_ptr_null(driver_find("mysql"));
    ck_assert_ptr_null(driver_find(""));
}
END_TEST

START_TEST(directions_have_names)
{
    ck_assert_str_eq(direction_name(DIRECTION_UPGRADE), "upgrade");
    ck_assert_str_eq(direction_name(DIRECTION_DOWNGRADE), "downgrade");
    ck_assert_str_eq(direction_name(DIRECTION_STAMP), "stamp");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_url_finds_its_driver, 0, sizeof CASES / sizeof *CASES);
    tcase_add_test(tcase, a_driver_is_found_by_name_and_alias);
    tcase_add_test(tcase, directions_have_names);
}

int
main(void)
{
    return suite_main("drivers/registry", add);
}
