/* SPDX-License-Identifier: MIT */
/*
 * The URL as libpq takes it. URLs written for SQLAlchemy, asyncpg, Prisma and others are meant to
 * just work: their parameters are passed, translated, dropped with a note, or refused by name; none
 * is dropped silently.
 */
#include <libpq-fe.h>
#include <string.h>

#include "core/base/pattern.h"
#include "core/base/text.h"
#include "core/base/url.h"
#include "drivers/postgres/connection.h"

/* Parameters of other drivers that say how they handle statements or pools: none of it concerns a
 * program with one connection and no prepared statement. */
static const char *const DROPPED[] = {"pgbouncer",
                                      "statement_cache_size",
                                      "prepared_statement_cache_size",
                                      "prepared_statement_name_func",
                                      "connection_limit",
                                      "pool_timeout",
                                      "pool_size",
                                      "supa",
                                      "binary_parameters",
                                      "prepare",
                                      "max_overflow",
                                      "pool_pre_ping",
                                      "pool_recycle",
                                      "server_side_cursors",
                                      "default_query_exec_mode",
                                      NULL};

static bool
has_setting(const Session *session, const char *name)
{
    for (size_t i = 0; i < session->settings.len; i++) {
        if (strcmp(session->settings.at[i].name, name) == 0)
            return true;
    }
    return false;
}

bool
postgres_adapt(const char *url, Session *session, Arena *arena, Error *err)
{
    ConnInfo info = {0};

    if (!postgres_conninfo(url, NULL, arena, &info, err))
        return false;
    if (session->search_path == NULL)
        session->search_path = info.search_path;
    if (session->role == NULL)
        session->role = info.role;
    for (size_t i = 0; i < info.settings.len; i++) {
        if (!has_setting(session, info.settings.at[i].name))
            *VEC_ADD(arena, &session->settings) = info.settings.at[i];
    }
    return true;
}

bool
postgres_accepts(const char *url)
{
    PatternMatch match;

    /* libpq's keyword strings: host=db dbname=app */
    return pattern_match("^\\s*[a-z_]+\\s*=", slice_of(url), &match);
}

static void
add(ConnInfo *info, Arena *arena, const char *name, const char *value)
{
    *VEC_ADD(arena, &info->parameters) = (Setting){name, value};
}

/* asyncpg's ssl=… in libpq's words; NULL if it is none of them. */
static const char *
sslmode_of(const char *value)
{
    static const char *const MODES[] = {"disable",   "allow",       "prefer", "require",
                                        "verify-ca", "verify-full", NULL};

    if (strcmp(value, "true") == 0 || strcmp(value, "1") == 0)
        return "require";
    if (strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
        return "disable";
    for (size_t i = 0; MODES[i] != NULL; i++) {
        if (strcmp(value, MODES[i]) == 0)
            return MODES[i];
    }
    return NULL;
}

static bool
is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0)
            return true;
    }
    return false;
}

/* Does this libpq know the parameter? */
static bool
libpq_knows(const char *name)
{
    PQconninfoOption *options = PQconndefaults();
    bool is_known = false;

    for (const PQconninfoOption *option = options; option != NULL && option->keyword != NULL;
         option++)
        is_known = is_known || strcmp(option->keyword, name) == 0;
    PQconninfoFree(options);
    return is_known;
}

static bool
refuse_parameter(const char *name, Error *err)
{
    static const char *const NEWER[] = {"sslnegotiation",       "require_auth",
                                        "load_balance_hosts",   "min_protocol_version",
                                        "max_protocol_version", "sslcertmode",
                                        "sslkeylogfile",        "scram_client_key",
                                        "scram_server_key",     NULL};

    if (is_one_of(name, NEWER)) {
        error_set(err, ERR_CONFIG, "the URL parameter \"%s\" needs a newer libpq than %d.%d", name,
                  PQlibVersion() / 10000, PQlibVersion() % 10000);
        return error_hint(err, "leave it out, or build migrate with that libpq");
    }
    error_set(err, ERR_CONFIG, "unknown parameter \"%s\" in the URL", name);
    return error_hint(err, "leave it out; libpq's own are listed in the PostgreSQL manual, section "
                           "\"Parameter Key Words\"");
}

static bool
take_ssl(ConnInfo *info, const char *name, const char *value, const Log *log, Arena *arena,
         Error *err)
{
    if (strcmp(value, "no-verify") == 0) {
        log_warn(log,
                 "sslmode=no-verify is taken as sslmode=require: the certificate is not checked");
        add(info, arena, "sslmode", "require");
        return true;
    }
    const char *mode = sslmode_of(value);
    if (mode == NULL) {
        error_set(err, ERR_CONFIG, "the URL parameter \"%s\" has an unknown value \"%s\"", name,
                  value);
        return error_hint(err, "write libpq's own: sslmode=require, or another of its modes");
    }
    add(info, arena, "sslmode", mode);
    return true;
}

/* The next word of command line options: a backslash takes the next letter as it is. */
static const char *
next_option(const char **rest, Arena *arena)
{
    Buf word = {.arena = arena};
    const char *at = *rest + strspn(*rest, " \t\n");

    for (; *at != '\0' && strchr(" \t\n", *at) == NULL; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        buf_add_char(&word, *at);
    }
    *rest = at;
    return word.len == 0 ? NULL : buf_text(&word);
}

/* Those that every unit sets itself, from the configuration. */
static bool
is_ours(const char *name)
{
    static const char *const OURS[] = {"lock_timeout",
                                       "statement_timeout",
                                       "idle_in_transaction_session_timeout",
                                       "transaction_timeout",
                                       "default_transaction_isolation",
                                       "default_transaction_read_only",
                                       "client_encoding",
                                       NULL};

    return is_one_of(name, OURS);
}

static void
take_setting(ConnInfo *info, const char *name, const char *value, const Log *log, Arena *arena)
{
    if (is_ours(name))
        log_info(log, "options=-c %s in the URL is left out: migrate sets its own (migrate.yaml)",
                 name);
    else if (strcmp(name, "search_path") == 0)
        info->search_path = value;
    else if (strcmp(name, "role") == 0)
        info->role = value;
    else
        *VEC_ADD(arena, &info->settings) = (Setting){name, value};
}

/* options=-c name=value: most poolers refuse it or let it fall, so that it goes into every unit
 * instead. Other switches of the server mean nothing there. */
static bool
take_options(ConnInfo *info, const char *value, const Log *log, Arena *arena, Error *err)
{
    const char *word = NULL;

    while ((word = next_option(&value, arena)) != NULL) {
        const bool is_apart = strcmp(word, "-c") == 0;
        const char *pair = is_apart ? next_option(&value, arena) : word + 2;
        const bool is_setting = strncmp(word, "-c", 2) == 0 || strncmp(word, "--", 2) == 0;
        const char *equals = !is_setting || pair == NULL ? NULL : strchr(pair, '=');

        if (equals == NULL || equals == pair) {
            error_set(err, ERR_CONFIG,
                      "the URL parameter \"options\" holds more than -c name=value");
            return error_hint(err, "write its settings under `settings:` in migrate.yaml");
        }
        char *name = arena_copy(arena, (Slice){pair, (size_t)(equals - pair)});
        for (char *at = name; *at != '\0'; at++)
            *at = *at == '-' && word[1] == '-' ? '_' : *at;
        take_setting(info, name, arena_text(arena, equals + 1), log, arena);
    }
    return true;
}

static bool
take_parameter(ConnInfo *info, const char *name, const char *value, const Log *log, Arena *arena,
               Error *err)
{
    if (is_one_of(name, DROPPED)) {
        log_debug(log, "the URL parameter \"%s\" is for another driver and is left out", name);
        return true;
    }
    if (strcmp(name, "ssl") == 0 || strcmp(name, "sslmode") == 0)
        return take_ssl(info, name, value, log, arena, err);
    if (strcmp(name, "schema") == 0 || strcmp(name, "search_path") == 0) {
        info->search_path = value;
        return true;
    }
    if (strcmp(name, "options") == 0)
        return take_options(info, value, log, arena, err);
    if (strcmp(name, "client_encoding") == 0)
        return true; /* always UTF-8 */
    if (!libpq_knows(name))
        return refuse_parameter(name, err);
    add(info, arena, name, value);
    return true;
}

static bool
decode(Slice text, const char *what, Arena *arena, const char **decoded, Error *err)
{
    if (url_decode(text, arena, decoded))
        return true;
    error_set(err, ERR_CONFIG, "the %s in the URL holds a %% that two hex digits do not follow",
              what);
    return error_hint(err, "percent-encode it: a %% itself is %%25");
}

static bool
take_query(ConnInfo *info, Slice query, const Log *log, Arena *arena, Error *err)
{
    Slice key = {0};
    Slice value = {0};

    while (url_next_parameter(&query, &key, &value)) {
        const char *name = NULL;
        const char *text = NULL;
        if (!decode(key, "parameter name", arena, &name, err) ||
            !decode(value, "parameter", arena, &text, err) ||
            !take_parameter(info, name, text, log, arena, err))
            return false;
    }
    return true;
}

static bool
take_hosts(ConnInfo *info, Slice hosts, Arena *arena, Error *err)
{
    Buf names = {.arena = arena};
    Buf ports = {.arena = arena};
    Slice host = {0};
    Slice port = {0};
    bool has_port = false;

    for (size_t n = 0; url_next_host(&hosts, &host, &port); n++) {
        const char *name = NULL;
        if (!decode(host, "host", arena, &name, err))
            return false;
        buf_addf(&names, "%s%s", n > 0 ? "," : "", name);
        buf_addf(&ports, "%s%.*s", n > 0 ? "," : "", SLICE_ARGS(port));
        has_port = has_port || port.len > 0;
    }
    if (names.len > 0)
        add(info, arena, "host", buf_text(&names));
    if (has_port)
        add(info, arena, "port", buf_text(&ports));
    return true;
}

static bool
take_url(ConnInfo *info, const Url *parts, const Log *log, Arena *arena, Error *err)
{
    const char *user = NULL;
    const char *password = NULL;
    const char *database = NULL;

    if (!take_hosts(info, parts->hosts, arena, err) ||
        !decode(parts->user, "user", arena, &user, err) ||
        !decode(parts->password, "password", arena, &password, err) ||
        !decode(parts->path.len > 0 ? slice_after(parts->path, 1) : parts->path, "database name",
                arena, &database, err))
        return false;
    if (parts->user.len > 0)
        add(info, arena, "user", user);
    if (parts->password.len > 0)
        add(info, arena, "password", password);
    if (database[0] != '\0')
        add(info, arena, "dbname", database);
    return take_query(info, parts->query, log, arena, err);
}

/* A keyword string, taken apart by libpq, whose error text could repeat a password. */
static bool
take_keywords(ConnInfo *info, const char *text, const Log *log, Arena *arena, Error *err)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &message);
    bool is_taken = true;

    PQfreemem(message);
    if (options == NULL) {
        error_set(err, ERR_CONFIG, "the connection string is not what libpq takes");
        return error_hint(
            err, "write keyword=value pairs, values with spaces in single quotes, or a URL");
    }
    for (const PQconninfoOption *option = options; is_taken && option->keyword != NULL; option++) {
        if (option->val != NULL)
            is_taken = take_parameter(info, arena_text(arena, option->keyword),
                                      arena_text(arena, option->val), log, arena, err);
    }
    PQconninfoFree(options);
    return is_taken;
}

bool
postgres_conninfo(const char *url, const Log *log, Arena *arena, ConnInfo *info, Error *err)
{
    Url parts = {0};
    const char *problem = url_problem(url);

    *info = (ConnInfo){0};
    if (problem != NULL) {
        error_set(err, ERR_CONFIG, "the URL cannot be meant as it is: %s", problem);
        return error_hint(
            err, "percent-encode the password: @ is %%40, / is %%2F, : is %%3A, # is %%23");
    }
    if (url_split(slice_of(url), &parts))
        return take_url(info, &parts, log, arena, err);
    return take_keywords(info, url, log, arena, err);
}

const char *
postgres_describe(const char *url, const char *url_folder, Arena *arena)
{
    (void)url_folder;
    return url_redact(url, arena);
}

const char *
postgres_database_name(const char *url, const char *url_folder, Arena *arena)
{
    ConnInfo info = {0};
    Error err = {.arena = arena};
    const char *name = "";

    (void)url_folder;
    if (!postgres_conninfo(url, NULL, arena, &info, &err))
        return name;
    for (size_t i = 0; i < info.parameters.len; i++) {
        if (strcmp(info.parameters.at[i].name, "dbname") == 0)
            name = info.parameters.at[i].value;
    }
    return name;
}
