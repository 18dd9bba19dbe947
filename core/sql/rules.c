/* SPDX-License-Identifier: MIT */
#include "core/sql/rules.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/sql/token.h"

/* One statement, and the answer once it is refused. */
typedef struct Question {
    const SqlStatement *statement;
    bool is_transactional;
    Arena *arena;
    SqlRefusal *refusal; /* NULL: not refused */
} Question;

/* `rest` is behind the first word. */
typedef void Check(Question *question, SqlTokens *rest);

typedef struct Rule {
    const char *word;
    Check *check;
} Rule;

static void refuse(Question *question, const char *hint, const char *format, ...) PRINTF_LIKE(3, 4);

static void
refuse(Question *question, const char *hint, const char *format, ...)
{
    va_list values;

    question->refusal = ARENA_NEW(question->arena, SqlRefusal);
    va_start(values, format);
    question->refusal->message = arena_vformat(question->arena, format, values);
    va_end(values);
    question->refusal->hint = hint;
}

static bool
is_one_of(Slice word, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (slice_is_nocase(word, *words))
            return true;
    }
    return false;
}

const char *
sql_name(const SqlStatement *statement, Arena *arena)
{
    static const char *const KEYWORDS[] = {
        "abort",       "all",     "alter",        "attach",    "begin",        "characteristics",
        "cluster",     "commit",  "concurrently", "create",    "database",     "deallocate",
        "detach",      "discard", "drop",         "end",       "execute",      "full",
        "global",      "index",   "journal_mode", "listen",    "or",           "replace",
        "local",       "plans",   "pragma",       "prepare",   "prepared",     "reindex",
        "release",     "reset",   "rollback",     "savepoint", "schema",       "sequence",
        "sequences",   "session", "set",          "start",     "subscription", "synchronous",
        "system",      "table",   "tablespace",   "temp",      "temporary",    "to",
        "transaction", "unique",  "unlisten",     "vacuum",    "view",         "work",
        NULL,
    };
    static const char *const DETAILS[][2] = {
        {"PRAGMA JOURNAL_MODE", "PRAGMA journal_mode"},
        {"PRAGMA SYNCHRONOUS", "PRAGMA synchronous"},
        {"ALTER SYSTEM SET", "ALTER SYSTEM"},
        {"ALTER DATABASE", "ALTER DATABASE ... SET TABLESPACE"},
        {"ALTER SUBSCRIPTION", "ALTER SUBSCRIPTION ... PUBLICATION"},
        {"ALTER TABLE", "ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY"},
    };
    static const char CAPITALS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    Buf name = {.arena = arena};

    for (size_t i = 0; i < SQL_WORDS && is_one_of(statement->words[i], KEYWORDS); i++) {
        const Slice word = statement->words[i];
        buf_add(&name, i > 0 ? " " : "");
        for (size_t at = 0; at < word.len; at++) {
            const char c = ascii_lower(word.at[at]);
            if (ascii_is_letter(c))
                buf_add_char(&name, CAPITALS[c - 'a']);
            else
                buf_add_char(&name, c);
        }
    }
    for (size_t i = 0; i < sizeof DETAILS / sizeof DETAILS[0]; i++) {
        if (strcmp(buf_text(&name), DETAILS[i][0]) == 0)
            return DETAILS[i][1];
    }
    return buf_text(&name);
}

static const char *
name_of(const Question *question)
{
    return sql_name(question->statement, question->arena);
}

static void
refuse_leak(Question *question, const char *hint)
{
    refuse(question, hint, "\"%s\" stays behind on a pooled connection", name_of(question));
}

static void
check_discard(Question *question, SqlTokens *rest)
{
    (void)rest;
    refuse(question, "leave it out: a pooler may share the session",
           "\"%s\" would change the session, not only the database", name_of(question));
}

static void
check_prepare(Question *question, SqlTokens *rest)
{
    if (!sql_take(rest, "transaction"))
        refuse_leak(question, "write the statement itself instead");
}

static void
check_listen(Question *question, SqlTokens *rest)
{
    (void)rest;
    refuse_leak(question, "leave it out");
}

static void
check_set(Question *question, SqlTokens *rest)
{
    const bool is_session = sql_take(rest, "session");

    if (is_session && sql_take(rest, "characteristics")) {
        refuse_leak(question, "leave it out");
        return;
    }
    if (!is_session)
        (void)sql_take(rest, "local");
    if (!sql_take(rest, "transaction"))
        return;
    const SqlToken next = sql_token_peek(rest);
    if (next.kind == SQL_TOKEN_WORD && !sql_token_is(&next, "to"))
        refuse(question, "leave it out: transactions are READ COMMITTED, READ WRITE",
               "\"SET TRANSACTION\" would change a transaction that has begun");
}

static void
check_reset(Question *question, SqlTokens *rest)
{
    if (sql_take(rest, "all"))
        refuse(question, "name the settings: RESET name",
               "\"RESET ALL\" would reset the timeouts and the search path of this run");
    else if (sql_take(rest, "transaction"))
        refuse(question, "leave it out: transactions are READ COMMITTED, READ WRITE",
               "\"RESET TRANSACTION\" would change a transaction that has begun");
}

/* DECLARE name .. CURSOR WITH HOLD FOR .. */
static void
check_declare(Question *question, SqlTokens *rest)
{
    if (sql_take_name(rest) && sql_find(rest, "cursor") && sql_take(rest, "with") &&
        sql_take(rest, "hold"))
        refuse(question, "leave WITH HOLD out",
               "a cursor \"WITH HOLD\" stays behind on a pooled connection");
}

/* True if the next word says temporary, or the name behind it does. */
static bool
take_temporary(SqlTokens *rest)
{
    if (!sql_take(rest, "global"))
        (void)sql_take(rest, "local");
    return sql_take(rest, "temp") || sql_take(rest, "temporary");
}

static bool
drops_on_commit(SqlTokens rest)
{
    while (sql_find(&rest, "on")) {
        if (sql_take(&rest, "commit"))
            return sql_take(&rest, "drop");
    }
    return false;
}

static bool
is_in_pg_temp(SqlTokens rest)
{
    SqlToken dot = {0};

    if (sql_take(&rest, "if") && sql_take(&rest, "not"))
        (void)sql_take(&rest, "exists");
    if (!sql_take(&rest, "pg_temp"))
        return false;
    (void)sql_token_next(&rest, &dot);
    return sql_token_is_symbol(&dot, '.');
}

static void
check_create_table(Question *question, SqlTokens *rest, bool is_temporary)
{
    if (!is_temporary && !is_in_pg_temp(*rest))
        return;
    if (!question->is_transactional)
        refuse(question, "make it in a transactional section, with ON COMMIT DROP",
               "a temporary table stays behind on a pooled connection");
    else if (!drops_on_commit(*rest))
        refuse(question, "add ON COMMIT DROP",
               "a temporary table without ON COMMIT DROP stays behind on a pooled connection");
}

/* CREATE INDEX CONCURRENTLY, its name; rest is behind INDEX */
static void
check_create_index(Question *question, SqlTokens *rest)
{
    if (question->is_transactional || !sql_take(rest, "concurrently"))
        return;
    const SqlToken name = sql_token_peek(rest);
    if (sql_token_is(&name, "on"))
        refuse(question, "name the index: an invalid one is found by its name after a crash",
               "\"%s\" without a name", name_of(question));
}

/* FUNCTION pg_temp.f, VIEW pg_temp.v; of a table or an index the table says how long. */
static bool
makes_in_pg_temp(SqlTokens rest)
{
    static const char *const OBJECTS[] = {"function", "procedure", "view",   "sequence",
                                          "type",     "aggregate", "domain", NULL};
    SqlToken object = {0};

    (void)sql_token_next(&rest, &object);
    return object.kind == SQL_TOKEN_WORD && is_one_of(object.text, OBJECTS) && is_in_pg_temp(rest);
}

static void
check_create(Question *question, SqlTokens *rest)
{
    if (sql_take(rest, "or"))
        (void)sql_take(rest, "replace");
    const bool is_temporary = take_temporary(rest);
    (void)sql_take(rest, "unique");
    if (makes_in_pg_temp(*rest)) {
        refuse(question, "make it in a schema of yours and drop it where it is no longer needed",
               "what stands in \"pg_temp\" stays behind on a pooled connection");
        return;
    }
    if (sql_take(rest, "index"))
        check_create_index(question, rest);
    else if (sql_take(rest, "table"))
        check_create_table(question, rest, is_temporary);
    else if (is_temporary)
        refuse_leak(question, "make it without TEMP and drop it where it is no longer needed");
}

/* pg_advisory_lock(1), at any depth: a lock that outlives the transaction, and so the client of the
 * pooler. */
static bool
takes_session_lock(SqlTokens rest)
{
    static const char *const FUNCTIONS[] = {"pg_advisory_lock", "pg_advisory_lock_shared",
                                            "pg_try_advisory_lock", "pg_try_advisory_lock_shared",
                                            NULL};
    SqlToken token = {0};

    while (sql_token_next(&rest, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_WORD && token.text.len > 15 &&
            is_one_of(token.text, FUNCTIONS) && sql_token_peek(&rest).kind == SQL_TOKEN_OPEN)
            return true;
    }
    return false;
}

/* SELECT .. INTO TEMP t; but INSERT INTO temp, and a table of that name, are harmless. */
static void
check_select(Question *question, SqlTokens *rest)
{
    SqlTokens copy = *rest;

    if (takes_session_lock(copy)) {
        refuse(question, "take it for the transaction: pg_advisory_xact_lock",
               "a session's advisory lock stays behind on a pooled connection");
        return;
    }
    if (sql_find(&copy, "insert"))
        return;
    copy = *rest;
    if (sql_find(&copy, "merge"))
        return;
    while (sql_find(rest, "into")) {
        if (!take_temporary(rest))
            continue;
        const SqlToken next = sql_token_peek(rest);
        if (next.kind == SQL_TOKEN_NAME ||
            (next.kind == SQL_TOKEN_WORD && !sql_token_is(&next, "from")))
            refuse(question, "use CREATE TEMP TABLE ... ON COMMIT DROP AS SELECT ...",
                   "\"SELECT INTO TEMP\" stays behind on a pooled connection");
        return;
    }
}

static const Rule POSTGRES_RULES[] = {
    {"create", check_create},
    {"select", check_select},
    {"with", check_select},
    {"set", check_set},
    {"reset", check_reset},
    {"discard", check_discard},
    {"prepare", check_prepare},
    {"execute", check_prepare},
    {"deallocate", check_prepare},
    {"listen", check_listen},
    {"unlisten", check_listen},
    {"declare", check_declare},
    {NULL, NULL},
};

/* The first word of a command of psql or the sqlite3 shell. */
static Slice
command_of(Slice line)
{
    size_t len = 1;

    while (len < line.len && !ascii_is_space(line.at[len]))
        len++;
    return (Slice){line.at, len};
}

static void
check_backslash(Question *question)
{
    const Slice command = command_of(question->statement->text);

    if (slice_is(command, "\\."))
        refuse(question, "it stands behind the rows of COPY ... FROM STDIN",
               "\"\\.\" ends no COPY data");
    else if (slice_is(command, "\\copy"))
        refuse(question, "write instead: -- migrate:copy TABLE from FILE",
               "\"\\copy\" is a psql command, not SQL");
    else if (slice_is(command, "\\connect") || slice_is(command, "\\c"))
        refuse(question, SQL_HINT_OTHER_DATABASE, "\"%.*s\" would go on in another database",
               SLICE_ARGS(command));
    else
        refuse(question,
               "leave it out: of psql's own commands only \\restrict and \\unrestrict are known",
               "\"%.*s\" is a psql command, not SQL", SLICE_ARGS(command));
}

/* What the transaction of the section forbids, or its absence. */
static void
check_transaction(Question *question, SqlDialect dialect)
{
    const unsigned facts = question->statement->facts;
    const bool controls = (facts & (SQL_BEGINS_TRANSACTION | SQL_ENDS_TRANSACTION)) != 0;

    if (question->is_transactional && controls) {
        refuse(question,
               "leave it out: the section is one transaction, unless it says transaction:false",
               "\"%s\" in a transactional section", name_of(question));
        question->refusal->remedy = SQL_REMEDY_LEAVE_OUT;
    } else if (question->is_transactional && (facts & SQL_NO_TRANSACTION) != 0) {
        refuse(question, "put it in a section of its own: -- migrate:up transaction:false",
               "\"%s\" cannot run in a transaction", name_of(question));
        question->refusal->remedy = SQL_REMEDY_OUTSIDE;
    }
    if (question->is_transactional)
        return;
    if (dialect != SQL_POSTGRES)
        return;
    if (controls || (facts & SQL_SAVEPOINT) != 0)
        refuse(question, "leave it out: each statement there commits by itself",
               "\"%s\" in a section with transaction:false", name_of(question));
    else if ((facts & SQL_COPY_FROM_STDIN) != 0)
        refuse(question, "put it in a transactional section",
               "\"COPY FROM STDIN\" in a section with transaction:false");
}

const SqlRefusal *
sql_refusal(const SqlStatement *statement, SqlDialect dialect, bool is_transactional, Arena *arena)
{
    Question question = {
        .statement = statement,
        .is_transactional = is_transactional,
        .arena = arena,
    };
    const Slice first = statement->words[0];
    SqlTokens rest = sql_tokens(dialect, slice_after(statement->text, first.len));

    if ((statement->facts & SQL_BACKSLASH) != 0) {
        if (!sql_is_dropped(statement))
            check_backslash(&question);
        return question.refusal;
    }
    if (dialect == SQL_SQLITE && slice_starts_with(statement->text, ".")) {
        const Slice command = command_of(statement->text);
        refuse(&question, "leave it out", "\"%.*s\" is a command of the sqlite3 shell, not SQL",
               SLICE_ARGS(command));
        return question.refusal;
    }
    for (const Rule *it = POSTGRES_RULES; it->word != NULL && dialect == SQL_POSTGRES; it++) {
        if (slice_is_nocase(first, it->word))
            it->check(&question, &rest);
    }
    if (question.refusal == NULL)
        check_transaction(&question, dialect);
    return question.refusal;
}

bool
sql_is_dropped(const SqlStatement *statement)
{
    const Slice line = statement->text;

    if ((statement->facts & SQL_BACKSLASH) == 0)
        return false;
    for (size_t i = 0; i < 2; i++) {
        const char *const command = i == 0 ? "\\restrict" : "\\unrestrict";
        const size_t len = strlen(command);
        if (slice_starts_with(line, command) && (line.len == len || ascii_is_space(line.at[len])))
            return true;
    }
    return false;
}

/* SELECT pg_catalog.lo_open(..): one word with nothing but a call of that schema behind it. */
static bool
calls_objects(const SqlStatement *statement)
{
    static const char *const FUNCTIONS[] = {"lo_open", "lowrite", "lo_close", NULL};
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);
    SqlToken token = {0};

    if (!sql_take(&tokens, "select") || !sql_take(&tokens, "pg_catalog"))
        return false;
    (void)sql_token_next(&tokens, &token);
    if (!sql_token_is_symbol(&token, '.'))
        return false;
    return sql_token_next(&tokens, &token) == SQL_TOKEN_WORD && is_one_of(token.text, FUNCTIONS);
}

bool
sql_frames_objects(SqlObjects *objects, const SqlStatement *statement, const SqlLexer *behind)
{
    SqlLexer lexer = *behind;
    SqlStatement next;

    if (objects->is_open) {
        objects->is_open = calls_objects(statement);
        return slice_is_nocase(statement->text, "commit");
    }
    if (!slice_is_nocase(statement->text, "begin") || lexer.dialect != SQL_POSTGRES)
        return false;
    objects->is_open = sql_next(&lexer, &next) && calls_objects(&next);
    return objects->is_open;
}
