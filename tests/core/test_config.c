/* SPDX-License-Identifier: MIT */
#include "core/config.h"

#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static Arena arena;
static const char *folder;
static const char *const NO_VARIABLES[] = {NULL};

/* Loads migrate.yaml of the test's folder, which is the working folder. */
static bool
load(const ConfigRequest *request, Config *config, const char **problems)
{
    Error err = {.arena = &arena};
    ConfigRequest with_variables = *request;

    if (with_variables.variables == NULL)
        with_variables.variables = NO_VARIABLES;
    const bool is_loaded = config_load(&with_variables, &arena, config, &err);
    *problems = is_loaded ? "" : problems_text(&err, &arena);
    if (!is_loaded)
        ck_assert_int_eq(err.code, ERR_CONFIG);
    return is_loaded;
}

static Config
loaded(const char *yaml, const ConfigRequest *request)
{
    Config config;
    const char *problems = NULL;

    folder_write(&arena, folder, "migrate.yaml", slice_of(yaml));
    ck_assert_msg(load(request, &config, &problems), "%s", problems);
    return config;
}

static const char *
refused(const char *yaml, const ConfigRequest *request)
{
    Config config;
    const char *problems = NULL;

    folder_write(&arena, folder, "migrate.yaml", slice_of(yaml));
    ck_assert(!load(request, &config, &problems));
    return problems;
}

/* "URL from SOURCE, relative to FOLDER", or the problem. */
static const char *
url_of(const Config *config)
{
    const char *url = NULL;
    Error err = {.arena = &arena};

    if (!config_url(config, &url, &err)) {
        ck_assert_int_eq(err.code, ERR_CONFIG);
        return problems_text(&err, &arena);
    }
    return arena_format(&arena, "%s from %s, relative to %s", url, config->url_source,
                        config->url_folder == NULL ? "the working folder" : config->url_folder);
}

static const struct {
    const char *text;
    bool is_duration;
    int64_t milliseconds;
} DURATIONS[] = {
    {"5s", true, 5000},    {"250ms", true, 250},
    {"10m", true, 600000}, {"1h", true, 3600000},
    {"0", true, 0},        {"0s", true, 0},
    {"000", true, 0},      {"999999999h", true, INT64_C(3599999996400000)},
    {"5", false, 0},       {"", false, 0},
    {"s", false, 0},       {"-1s", false, 0},
    {"+1s", false, 0},     {"1.5s", false, 0},
    {"5 s", false, 0},     {" 5s", false, 0},
    {"5S", false, 0},      {"5sec", false, 0},
    {"1d", false, 0},      {"9999999999s", false, 0},
};

START_TEST(a_duration_is_a_number_with_a_unit)
{
    int64_t milliseconds = -1;

    ck_assert_msg(duration_parse(slice_of(DURATIONS[_i].text), &milliseconds) ==
                      DURATIONS[_i].is_duration,
                  "%s", DURATIONS[_i].text);
    if (DURATIONS[_i].is_duration)
        ck_assert_int_eq(milliseconds, DURATIONS[_i].milliseconds);
}
END_TEST

static void
assert_defaults(const Config *config)
{
    ck_assert_str_eq(names_join(&arena, &config->migrations, " "), "migrations");
    ck_assert(!config->recursive);
    ck_assert_str_eq(config->file_template, "%(rev)s_%(slug)s");
    ck_assert_uint_eq(config->truncate_slug_length, 40);
    ck_assert_str_eq(config->timezone, "UTC");
    ck_assert_str_eq(config->version_table, "migrate_version");
    ck_assert_ptr_null(config->version_table_schema);
    ck_assert_str_eq(config->history_table, "migrate_history");
    ck_assert(config->keeps_history);
    ck_assert(!config->transaction_all);
    ck_assert_ptr_null(config->search_path);
    ck_assert_ptr_null(config->role);
    ck_assert_uint_eq(config->settings.len, 0);
    ck_assert_str_eq(config->application_name, "migrate");
    ck_assert_int_eq(config->lock_timeout, 5000);
    ck_assert_int_eq(config->retry_for, 60000);
    ck_assert_int_eq(config->statement_timeout, 0);
    ck_assert_int_eq(config->wait_for_lock, 600000);
    ck_assert_int_eq(config->connect_timeout, 10000);
    ck_assert_uint_eq(config->connect_retries, 5);
    ck_assert(!config->protected);
    ck_assert(!config->allow_reset);
    ck_assert(!config->dotenv);
}

START_TEST(no_file_is_needed)
{
    Config config;
    const char *problems = NULL;
    const ConfigRequest request = {.url = "sqlite:///a.db"};

    ck_assert(load(&request, &config, &problems));
    assert_defaults(&config);
    ck_assert_ptr_null(config.file);
    ck_assert_str_eq(config.folder, ".");
    ck_assert_str_eq(url_of(&config), "sqlite:///a.db from --url, relative to the working folder");
}
END_TEST

START_TEST(an_empty_file_has_the_defaults)
{
    static const char *const EMPTY[] = {"",     "# a comment\n", "~\n",
                                        "{}\n", "---\n",         "\xEF\xBB\xBF# BOM\n"};

    for (size_t i = 0; i < sizeof EMPTY / sizeof EMPTY[0]; i++) {
        const Config config = loaded(EMPTY[i], &(ConfigRequest){0});
        assert_defaults(&config);
        ck_assert_str_eq(config.file, "migrate.yaml");
        ck_assert_ptr_null(config.url);
    }
}
END_TEST

START_TEST(every_key_is_read)
{
    const Config config = loaded("url: postgres://h/db\n"
                                 "direct_url: postgres://d/db\n"
                                 "migrations: [one, /two]\n"
                                 "recursive: true\n"
                                 "file_template: '%(year)d/%(rev)s'\n"
                                 "truncate_slug_length: 20\n"
                                 "timezone: Europe/Berlin\n"
                                 "version_table: alembic_version\n"
                                 "version_table_schema: app\n"
                                 "history_table: hist\n"
                                 "transaction: all\n"
                                 "search_path: app, public\n"
                                 "role: owner\n"
                                 "settings: {work_mem: 64MB, app.x: \"1\", jit: off}\n"
                                 "application_name: deploy\n"
                                 "lock_timeout: 1s\n"
                                 "retry_for: 2s\n"
                                 "statement_timeout: 3s\n"
                                 "wait_for_lock: 0\n"
                                 "connect_timeout: 5s\r\n"
                                 "connect_retries: 0\n"
                                 "protected: true\n"
                                 "allow_reset: true\n"
                                 "dotenv: true\n",
                                 &(ConfigRequest){0});
    Buf settings = {.arena = &arena};

    for (size_t i = 0; i < config.settings.len; i++)
        buf_addf(&settings, "%s=%s ", config.settings.at[i].name, config.settings.at[i].value);
    ck_assert_str_eq(config.url, "postgres://h/db");
    ck_assert_str_eq(config.direct_url, "postgres://d/db");
    ck_assert_str_eq(names_join(&arena, &config.migrations, " "), "one /two");
    ck_assert(config.recursive);
    ck_assert_str_eq(config.file_template, "%(year)d/%(rev)s");
    ck_assert_uint_eq(config.truncate_slug_length, 20);
    ck_assert_str_eq(config.timezone, "Europe/Berlin");
    ck_assert_str_eq(config.version_table, "alembic_version");
    ck_assert_str_eq(config.version_table_schema, "app");
    ck_assert_str_eq(config.history_table, "hist");
    ck_assert(config.keeps_history);
    ck_assert(config.transaction_all);
    ck_assert_str_eq(config.search_path, "app, public");
    ck_assert_str_eq(config.role, "owner");
    ck_assert_str_eq(buf_text(&settings), "work_mem=64MB app.x=1 jit=off ");
    ck_assert_str_eq(config.application_name, "deploy");
    ck_assert_int_eq(config.lock_timeout, 1000);
    ck_assert_int_eq(config.retry_for, 2000);
    ck_assert_int_eq(config.statement_timeout, 3000);
    ck_assert_int_eq(config.wait_for_lock, 0);
    ck_assert_int_eq(config.connect_timeout, 5000);
    ck_assert_uint_eq(config.connect_retries, 0);
    ck_assert(config.protected);
    ck_assert(config.allow_reset);
    ck_assert(config.dotenv);
}
END_TEST

START_TEST(folders_are_relative_to_the_file)
{
    Config config;
    const char *problems = NULL;
    const ConfigRequest request = {.file = "etc/db.yaml"};

    folder_write(&arena, folder, "etc/db.yaml",
                 SLICE("migrations: m\nurl: sqlite:///a.db\ndotenv: false\n"));
    ck_assert_msg(load(&request, &config, &problems), "%s", problems);
    ck_assert_str_eq(config.folder, "etc");
    ck_assert_str_eq(names_join(&arena, &config.migrations, " "), "etc/m");
    ck_assert_str_eq(url_of(&config), "sqlite:///a.db from etc/db.yaml, relative to etc");
    folder_write(&arena, folder, "etc/db.yaml", SLICE(""));
    ck_assert(load(&request, &config, &problems));
    ck_assert_str_eq(names_join(&arena, &config.migrations, " "), "etc/migrations");
}
END_TEST

START_TEST(the_file_is_named_by_option_variable_or_habit)
{
    Config config;
    const char *problems = NULL;
    const char *const variables[] = {"MIGRATE_CONFIG=b.yaml", NULL};
    const char *const empty[] = {"MIGRATE_CONFIG=", NULL};

    folder_write(&arena, folder, "a.yaml", SLICE("role: a\n"));
    folder_write(&arena, folder, "b.yaml", SLICE("role: b\n"));
    folder_write(&arena, folder, "migrate.yaml", SLICE("role: c\n"));
    ck_assert(load(&(ConfigRequest){.file = "a.yaml", .variables = variables}, &config, &problems));
    ck_assert_str_eq(config.role, "a");
    ck_assert(load(&(ConfigRequest){.variables = variables}, &config, &problems));
    ck_assert_str_eq(config.role, "b");
    ck_assert(load(&(ConfigRequest){.variables = empty}, &config, &problems));
    ck_assert_str_eq(config.role, "c");
    ck_assert(!load(&(ConfigRequest){.file = "none.yaml"}, &config, &problems));
    ck_assert_str_eq(problems, "error: configuration: cannot read \"none.yaml\": No such file or "
                               "directory\n");
}
END_TEST

START_TEST(the_short_ending_is_not_passed_over_in_silence)
{
    Config config;
    const char *problems = NULL;

    folder_write(&arena, folder, "migrate.yml", SLICE("protected: true\n"));
    ck_assert(!load(&(ConfigRequest){0}, &config, &problems));
    ck_assert_str_eq(problems, "error: \"migrate.yml\" is not read: the name is \"migrate.yaml\"\n"
                               "hint: rename it, or name it with -c migrate.yml\n");
}
END_TEST

static const char ENVIRONMENTS[] = "url: sqlite:///file.db\n"
                                   "role: everyone\n"
                                   "lock_timeout: 1s\n"
                                   "history_table: hist\n"
                                   "settings: {jit: off, x: '1'}\n"
                                   "environments:\n"
                                   "  development:\n"
                                   "    allow_reset: true\n"
                                   "    role: ~\n"
                                   "    history_table: ~\n"
                                   "    settings: {jit: on}\n"
                                   "  production:\n"
                                   "    url: sqlite:///production.db\n"
                                   "    lock_timeout: 2s\n"
                                   "    protected: true\n"
                                   "  empty:\n";

START_TEST(an_environment_is_laid_over_the_rest)
{
    Config config = loaded(ENVIRONMENTS, &(ConfigRequest){.environment = "development"});
    ck_assert(config.allow_reset);
    ck_assert_ptr_null(config.role);
    ck_assert(!config.keeps_history);
    ck_assert_str_eq(config.history_table, "migrate_history");
    ck_assert_uint_eq(config.settings.len, 1);
    ck_assert_int_eq(config.lock_timeout, 1000);
    ck_assert_str_eq(config.environment, "development");
    ck_assert_uint_eq(config.environments.len, 3);
    ck_assert_str_eq(config.environments.at[0], "development");
    ck_assert_str_eq(config.environments.at[1], "production");

    config = loaded(ENVIRONMENTS, &(ConfigRequest){.environment = "production"});
    ck_assert(!config.allow_reset);
    ck_assert(config.protected);
    ck_assert_str_eq(config.role, "everyone");
    ck_assert_str_eq(config.history_table, "hist");
    ck_assert_int_eq(config.lock_timeout, 2000);
    ck_assert_uint_eq(config.settings.len, 2);

    config = loaded(ENVIRONMENTS, &(ConfigRequest){0});
    ck_assert(!config.allow_reset);
    ck_assert(!config.protected);
    ck_assert_ptr_null(config.environment);
}
END_TEST

START_TEST(an_unknown_environment_is_told_with_the_known_ones)
{
    Config config;
    const char *problems = NULL;

    ck_assert(!load(&(ConfigRequest){.environment = "production"}, &config, &problems));
    ck_assert_str_eq(problems, "error: environment \"production\": there is no migrate.yaml here\n"
                               "hint: name the file with -c FILE, or leave -n out\n");
    ck_assert_str_eq(refused(ENVIRONMENTS, &(ConfigRequest){.environment = "prodution"}),
                     "error: migrate.yaml has no environment \"prodution\"\n"
                     "hint: did you mean \"production\"?\n");
    ck_assert_str_eq(refused(ENVIRONMENTS, &(ConfigRequest){.environment = "test"}),
                     "error: migrate.yaml has no environment \"test\"\n"
                     "hint: it has development, production, empty\n");
    ck_assert_str_eq(refused("role: x\n", &(ConfigRequest){.environment = "test"}),
                     "error: migrate.yaml has no environment \"test\"\n"
                     "hint: it has no environments at all; write them under \"environments:\"\n");
}
END_TEST

/* --url, else the environment's, else $DATABASE_URL, else the file's. */
static const struct {
    const char *option;
    const char *environment;
    const char *variable;
    const char *url;
} PRECEDENCE[] = {
    {"sqlite:///o.db", "production", "DATABASE_URL=sqlite:///v.db",
     "sqlite:///o.db from --url, relative to the working folder"},
    {NULL, "production", "DATABASE_URL=sqlite:///v.db",
     "sqlite:///production.db from environment \"production\" of migrate.yaml, relative to ."},
    {NULL, "development", "DATABASE_URL=sqlite:///v.db",
     "sqlite:///v.db from $DATABASE_URL, relative to the working folder"},
    {NULL, "empty", "DATABASE_URL=sqlite:///v.db",
     "sqlite:///v.db from $DATABASE_URL, relative to the working folder"},
    {NULL, NULL, "DATABASE_URL=sqlite:///v.db",
     "sqlite:///v.db from $DATABASE_URL, relative to the working folder"},
    {NULL, NULL, "DATABASE_URL=", "sqlite:///file.db from migrate.yaml, relative to ."},
    {NULL, "development", NULL, "sqlite:///file.db from migrate.yaml, relative to ."},
    {NULL, NULL, NULL, "sqlite:///file.db from migrate.yaml, relative to ."},
};

START_TEST(the_url_has_one_source)
{
    const char *const variables[] = {PRECEDENCE[_i].variable, NULL};
    const Config config =
        loaded(ENVIRONMENTS, &(ConfigRequest){.url = PRECEDENCE[_i].option,
                                              .environment = PRECEDENCE[_i].environment,
                                              .variables = variables});

    ck_assert_str_eq(url_of(&config), PRECEDENCE[_i].url);
}
END_TEST

#define SUCH_URLS                                                                                  \
    "hint: a URL is such as postgresql://user:password@host:5432/database or sqlite:///app.db\n"

START_TEST(no_url_is_an_error_that_says_what_to_do)
{
    Config config;
    const char *problems = NULL;

    ck_assert(load(&(ConfigRequest){0}, &config, &problems));
    ck_assert_str_eq(url_of(&config),
                     "error: no database URL is configured\n"
                     "hint: give one with --url URL, in $DATABASE_URL, or as \"url:\" in "
                     "migrate.yaml; such as postgresql://user@host/database or sqlite:///app.db\n");
    config = loaded("url: ~\nenvironments: {a: {url: ~}}\n", &(ConfigRequest){.environment = "a"});
    ck_assert_str_eq(url_of(&config),
                     "error: no database URL: environment \"a\" of migrate.yaml has none\n"
                     "hint: give one with --url URL, in $DATABASE_URL, or as \"url:\" in "
                     "migrate.yaml; such as postgresql://user@host/database or sqlite:///app.db\n");
    config = loaded("", &(ConfigRequest){.url = ""});
    ck_assert_str_eq(url_of(&config),
                     "error: the URL from --url cannot be used: it is empty\n" SUCH_URLS);
}
END_TEST

START_TEST(a_url_that_cannot_be_meant_is_refused_without_its_password)
{
    const char *const variables[] = {"DATABASE_URL=postgres://u:GE/HEIM@h/db", NULL};
    const Config config = loaded("", &(ConfigRequest){.variables = variables});

    ck_assert_str_eq(url_of(&config),
                     "error: the URL from $DATABASE_URL cannot be used: its user name or password "
                     "holds a raw \"@\", \"/\" or \":\": percent-encode your password (\"@\" is "
                     "%40, \"/\" is %2F, \":\" is %3A, \"%\" is %25)\n" SUCH_URLS);
}
END_TEST

static const char *const SOME_VARIABLES[] = {"HOST=db1",    "EMPTY=",         "LOCK=7s", "YES=true",
                                             "HOST=second", "not a variable", NULL};

START_TEST(variables_are_expanded_in_values)
{
    const ConfigRequest request = {.variables = SOME_VARIABLES};
    const Config config = loaded("url: postgres://${HOST}:${PORT:-5432}/${EMPTY:-app}${EMPTY}\n"
                                 "lock_timeout: ${LOCK}\n"
                                 "protected: ${YES}\n"
                                 "allow_reset: \"${YES}\"\n"
                                 "connect_retries: ${RETRIES:-7}\n"
                                 "migrations: ['${HOST}/m', \"a$${HOST}\", $HOST]\n"
                                 "settings: {x: '${LOCK:?set LOCK}'}\n",
                                 &request);

    ck_assert_str_eq(config.url, "postgres://db1:5432/app");
    ck_assert_int_eq(config.lock_timeout, 7000);
    ck_assert(config.protected);
    ck_assert(config.allow_reset);
    ck_assert_uint_eq(config.connect_retries, 7);
    ck_assert_str_eq(names_join(&arena, &config.migrations, " "), "db1/m a${HOST} $HOST");
    ck_assert_str_eq(config.settings.at[0].value, "7s");
}
END_TEST

START_TEST(variables_count_in_the_chosen_environment_only)
{
    const char *yaml = "role: ${NONE}\n"
                       "environments:\n"
                       "  a: {role: x, lock_timeout: \"${ALSO_NONE}\"}\n"
                       "  b: {role: y}\n";
    const Config config = loaded(yaml, &(ConfigRequest){.environment = "b"});

    ck_assert_str_eq(config.role, "y");
    ck_assert_str_eq(refused(yaml, &(ConfigRequest){.environment = "a"}),
                     "migrate.yaml:3:30: error: the environment variable ALSO_NONE is not set\n"
                     "hint: set it, or write a default: ${ALSO_NONE:-default}\n");
    ck_assert_str_eq(refused(yaml, &(ConfigRequest){0}),
                     "migrate.yaml:1:7: error: the environment variable NONE is not set\n"
                     "hint: set it, or write a default: ${NONE:-default}\n");
}
END_TEST

START_TEST(what_a_variable_holds_is_checked_too)
{
    const ConfigRequest request = {.variables = SOME_VARIABLES};

    ck_assert_str_eq(
        refused("protected: ${HOST}\nlock_timeout: ${EMPTY}\nrole: ${EMPTY}\n"
                "timezone: ${EMPTY:?}\nsearch_path: ${EMPTY:?name the schema}\n"
                "application_name: ${1}\nversion_table: ${HOST\n",
                &request),
        "migrate.yaml:1:12: error: protected: \"db1\" is not true or false\n"
        "migrate.yaml:2:15: error: lock_timeout: \"\" is not a duration: a number with "
        "ms, s, m or h, or 0\n"
        "migrate.yaml:3:7: error: role: it is empty\n"
        "migrate.yaml:4:11: error: the environment variable EMPTY is empty\n"
        "hint: set it, or write a default: ${EMPTY:-default}\n"
        "migrate.yaml:5:14: error: the environment variable EMPTY: name the schema\n"
        "migrate.yaml:6:19: error: \"${\" does not begin a variable\n"
        "hint: write ${NAME}, ${NAME:-default} or ${NAME:?message}; $${ is a literal "
        "${\n"
        "migrate.yaml:7:16: error: \"${\" has no \"}\"\n");
}
END_TEST

START_TEST(a_url_without_its_variable_is_an_error_only_where_it_is_used)
{
    const char *yaml = "url: postgres://u:${PASSWORD}@h/db\ndirect_url: ${DIRECT}\n";
    Config config = loaded(yaml, &(ConfigRequest){0});

    ck_assert_ptr_null(config.url);
    ck_assert_ptr_null(config.direct_url);
    ck_assert_str_eq(config.direct_url_problem->message,
                     "the environment variable DIRECT is not set");
    ck_assert_str_eq(url_of(&config),
                     "migrate.yaml:1:6: error: the environment variable PASSWORD is not set\n"
                     "hint: set it, or write a default: ${PASSWORD:-default}\n");
    config = loaded(yaml, &(ConfigRequest){.url = "sqlite://"});
    ck_assert_str_eq(url_of(&config), "sqlite:// from --url, relative to the working folder");
    config = loaded("url: ${X:-}\n", &(ConfigRequest){0});
    ck_assert_str_eq(url_of(&config), "migrate.yaml:1:6: error: url: it is empty\n");
}
END_TEST

START_TEST(a_dotenv_file_stands_behind_the_environment)
{
    const char *yaml = "dotenv: true\nrole: ${ROLE}\nsearch_path: ${HOST}\n";
    const ConfigRequest request = {.variables = SOME_VARIABLES};

    folder_write(&arena, folder, ".env",
                 SLICE("# comment\n\nexport ROLE=app # the owner\nHOST=other\r\n"
                       "DATABASE_URL='postgres://h/db'\n"));
    Config config = loaded(yaml, &request);
    ck_assert_str_eq(config.role, "app");
    ck_assert_str_eq(config.search_path, "db1");
    ck_assert_str_eq(url_of(&config), "postgres://h/db from DATABASE_URL of .env, relative to .");
    config = loaded("role: ${ROLE:-none}\n", &request);
    ck_assert_str_eq(config.role, "none");
    ck_assert_ptr_null(config.url);
}
END_TEST

START_TEST(a_dotenv_file_may_be_missing_but_not_wrong)
{
    Config config = loaded("dotenv: true\n", &(ConfigRequest){0});

    ck_assert(config.dotenv);
    folder_write(&arena, folder, ".env",
                 SLICE("PASSWORD GEHEIM\nA=1\n1A=GEHEIM\nB='GEHEIM\nC=\"GEHEIM\" GEHEIM\n"));
    ck_assert_str_eq(refused("dotenv: true\n", &(ConfigRequest){0}),
                     ".env:1:1: error: expected NAME=value\n"
                     ".env:3:1: error: expected NAME=value\n"
                     ".env:4:1: error: the quotes do not close on this line\n"
                     ".env:5:1: error: text follows the closing quote\n");
}
END_TEST

START_TEST(wrong_files_are_explained)
{
    Names paths = {0};
    size_t count = 0;
    Error err = {.arena = &arena};

    ck_assert(
        file_list(arena_format(&arena, "%s/config", suite_data()), false, &arena, &paths, &err));
    for (size_t i = 0; i < paths.len; i++) {
        Config config;
        const char *problems = NULL;
        const char *extension = path_extension(paths.at[i]);
        if (strcmp(extension, ".yaml") != 0)
            continue;
        ck_assert_msg(!load(&(ConfigRequest){.file = paths.at[i]}, &config, &problems), "%s",
                      paths.at[i]);
        ck_assert_msg(strstr(problems, "secret") == NULL, "%s", problems);
        problems_expect(
            arena_format(&arena, "%.*s.txt", (int)(extension - paths.at[i]), paths.at[i]), problems,
            &arena);
        count++;
    }
    ck_assert_uint_ge(count, 12);
}
END_TEST

START_TEST(wrong_bytes_are_refused_with_their_place)
{
    static const struct {
        Slice text;
        const char *problem;
    } BYTES[] = {
        {{"role: \xC3\xA4\n# \xFF\n", 13},
         "migrate.yaml:2:3: error: the file is not valid UTF-8\n"},
        {{"role: a\nurl: \0\n", 15}, "migrate.yaml:2:6: error: the file holds a NUL character\n"},
        {{"role: \"a\\0b\"\n", 13},
         "migrate.yaml:1:7: error: a text must not hold a NUL character\n"},
        {{"role: \xC3\xA4\x01\n", 10},
         "migrate.yaml:1:8: error: control characters are not allowed\n"},
    };

    for (size_t i = 0; i < sizeof BYTES / sizeof BYTES[0]; i++) {
        Config config;
        const char *problems = NULL;
        folder_write(&arena, folder, "migrate.yaml", BYTES[i].text);
        ck_assert(!load(&(ConfigRequest){0}, &config, &problems));
        ck_assert_str_eq(problems, BYTES[i].problem);
    }
}
END_TEST

static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* No crash, and no password in any message, whatever became of the file around it. */
START_TEST(mutated_files_are_read_or_refused)
{
    static const char SEED[] = "url: postgres://u:${PW}GEHEIM@h/db\n"
                               "direct_url: \"postgres://u:GEHEIM@h/db\"\n"
                               "migrations: [a, b]\n"
                               "settings: {jit: off}\n"
                               "environments:\n"
                               "  production: {url: 'postgres://u:GEHEIM@h/db', role: x}\n"
                               "lock_timeout: 5s\n";
    static const char PIECES[] = "\n :{}[]'\"#&*!|>-?,%@`~$\\\t/ax0";
    const char *const variables[] = {"PW=GEHEIM", NULL};
    uint32_t random = 3;

    for (int round = 0; round < 20000; round++) {
        Config config;
        Arena scratch = {0};
        char text[sizeof SEED];
        const char *url = NULL;
        Error err = {.arena = &scratch};
        const ConfigRequest request = {.file = "m.yaml",
                                       .variables = variables,
                                       .environment = round % 2 == 0 ? "production" : NULL};
        memcpy(text, SEED, sizeof SEED);
        for (uint32_t edits = next_random(&random) % 4; edits > 0; edits--)
            text[next_random(&random) % (sizeof SEED - 1)] =
                PIECES[next_random(&random) % (sizeof PIECES - 1)];
        const Slice all = {text, sizeof SEED - 1};
        if (!config_parse(&request, all, &scratch, &config, &err) ||
            !config_url(&config, &url, &err)) {
            const char *problems = problems_text(&err, &scratch);
            ck_assert_int_eq(err.code, ERR_CONFIG);
            ck_assert_msg(strstr(problems, "GEHEIM") == NULL, "%s\n%s", text, problems);
        }
        arena_release(&scratch);
    }
}
END_TEST

static void
set_up(void)
{
    folder = folder_make(&arena);
    ck_assert_int_eq(chdir(folder), 0);
}

static void
tear_down(void)
{
    folder_remove(folder);
    arena_release(&arena);
}

START_TEST(every_key_is_explained_and_no_other)
{
    Names names = {0};

    for (const ConfigKey *key = CONFIG_KEYS; key->name != NULL; key++)
        *VEC_ADD(&arena, &names) = key->name;
    const char *problems = refused("xyzzyxyzzy: 1\n", &(ConfigRequest){0});
    const char *keys = strstr(problems, "the keys are ");
    ck_assert_ptr_nonnull(keys);
    ck_assert_str_eq(arena_format(&arena, "the keys are %s\n", names_join(&arena, &names, ", ")),
                     keys);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_duration_is_a_number_with_a_unit, 0, COUNT(DURATIONS));
    tcase_add_test(tcase, no_file_is_needed);
    tcase_add_test(tcase, an_empty_file_has_the_defaults);
    tcase_add_test(tcase, every_key_is_read);
    tcase_add_test(tcase, folders_are_relative_to_the_file);
    tcase_add_test(tcase, the_file_is_named_by_option_variable_or_habit);
    tcase_add_test(tcase, the_short_ending_is_not_passed_over_in_silence);
    tcase_add_test(tcase, an_environment_is_laid_over_the_rest);
    tcase_add_test(tcase, every_key_is_explained_and_no_other);
    tcase_add_test(tcase, an_unknown_environment_is_told_with_the_known_ones);
    tcase_add_loop_test(tcase, the_url_has_one_source, 0, COUNT(PRECEDENCE));
    tcase_add_test(tcase, no_url_is_an_error_that_says_what_to_do);
    tcase_add_test(tcase, a_url_that_cannot_be_meant_is_refused_without_its_password);
    tcase_add_test(tcase, variables_are_expanded_in_values);
    tcase_add_test(tcase, variables_count_in_the_chosen_environment_only);
    tcase_add_test(tcase, what_a_variable_holds_is_checked_too);
    tcase_add_test(tcase, a_url_without_its_variable_is_an_error_only_where_it_is_used);
    tcase_add_test(tcase, a_dotenv_file_stands_behind_the_environment);
    tcase_add_test(tcase, a_dotenv_file_may_be_missing_but_not_wrong);
    tcase_add_test(tcase, wrong_files_are_explained);
    tcase_add_test(tcase, wrong_bytes_are_refused_with_their_place);
    tcase_add_test(tcase, mutated_files_are_read_or_refused);
}

int
main(void)
{
    return suite_main("core/config", add);
}
