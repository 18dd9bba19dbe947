/* SPDX-License-Identifier: MIT */
#include "core/baseline.h"

#include <string.h>

#include "core/base/text.h"
#include "core/sql/rules.h"
#include "core/sql/token.h"

typedef struct Maker {
    const char *file;
    SqlDialect dialect;
    const TableNames *tables;
    Arena *arena;
    Buf sql;
    size_t left_out;
    Error *err; /* gets every problem */
    bool is_fine;
} Maker;

/* A name without its quotes, if it has any. */
static bool
token_names(const SqlToken *token, const char *name)
{
    Slice text = token->text;

    if (token->kind == SQL_TOKEN_WORD)
        return slice_is_nocase(text, name);
    if (token->kind != SQL_TOKEN_NAME || text.len < 2)
        return false;
    return slice_is((Slice){text.at + 1, text.len - 2}, name);
}

/* "migrate_history", and what belongs to it: migrate_history_id_seq, migrate_version_pkc. */
static bool
belongs_to(Slice name, const char *table)
{
    const size_t len = strlen(table);

    if (name.len >= 2 && name.at[0] == '"')
        name = (Slice){name.at + 1, name.len - 2};
    return slice_starts_with(name, table) && (name.len == len || name.at[len] == '_');
}

/* schema.table, or schema.table.column: true if one of ours is named there. */
static bool
chain_is_ours(const Maker *maker, SqlTokens *tokens, bool with_parts)
{
    const char *const names[] = {maker->tables->version, maker->tables->history};
    SqlToken before = {0};
    SqlToken token = {0};

    while (sql_token_next(tokens, &token) == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_NAME) {
        const bool is_schema = maker->tables->schema == NULL || before.kind == SQL_TOKEN_END ||
                               token_names(&before, maker->tables->schema);
        for (size_t i = 0; i < 2 && is_schema; i++) {
            if (token_names(&token, names[i]) || (with_parts && belongs_to(token.text, names[i])))
                return true;
        }
        before = token;
        const SqlToken dot = sql_token_peek(tokens);
        if (!sql_token_is_symbol(&dot, '.'))
            return false;
        (void)sql_token_next(tokens, &token);
    }
    return false;
}

/* Words behind which a statement names the table that it is about. */
static bool
leads_to_table(const SqlToken *token)
{
    static const char *const WORDS[] = {"table", "only",     "exists", "into", "copy", "on",
                                        "by",    "sequence", "column", "from", NULL};

    for (size_t i = 0; WORDS[i] != NULL; i++) {
        if (sql_token_is(token, WORDS[i]))
            return true;
    }
    return false;
}

/* Statements in which a table is only spoken of: a view of ours is the user's. */
static bool
is_about_no_table(const SqlStatement *statement)
{
    static const char *const OBJECTS[] = {"view", "materialized", "function", "procedure",
                                          "aggregate"};
    static const char *const VERBS[] = {"select", "with", "do", "call", "set"};

    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (slice_is_nocase(statement->words[0], VERBS[i]))
            return true;
    }
    for (size_t i = 1; i < SQL_WORDS; i++) {
        for (size_t j = 0; j < sizeof OBJECTS / sizeof *OBJECTS; j++) {
            if (slice_is_nocase(statement->words[i], OBJECTS[j]))
                return true;
        }
    }
    return false;
}

/* SELECT pg_catalog.setval('public.migrate_history_id_seq', 3, true); in SQLite
 * INSERT INTO sqlite_sequence VALUES('migrate_history', 3); and from PostgreSQL 18 on
 * SELECT * FROM pg_catalog.pg_restore_relation_stats('schemaname', 'public', 'relname', ..); */
static bool
names_in_text(const Maker *maker, const SqlStatement *statement)
{
    SqlTokens tokens = sql_tokens(maker->dialect, statement->text);
    SqlToken token = {0};
    bool is_named = false; /* by the next text */
    bool is_stats = false;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        is_named =
            is_named || sql_token_is(&token, "setval") || sql_token_is(&token, "sqlite_sequence");
        is_stats = is_stats || sql_token_is(&token, "pg_restore_relation_stats") ||
                   sql_token_is(&token, "pg_restore_attribute_stats");
        if (token.kind != SQL_TOKEN_STRING || token.text.len < 2)
            continue;
        if (is_named) {
            const Slice text = {token.text.at + 1, token.text.len - 2};
            SqlTokens name = sql_tokens(maker->dialect, text);
            return chain_is_ours(maker, &name, true);
        }
        is_named = is_stats && slice_is(token.text, "'relname'");
    }
    return false;
}

static bool
is_ours(const Maker *maker, const SqlStatement *statement)
{
    SqlTokens tokens = sql_tokens(maker->dialect, statement->text);
    SqlToken token = {0};

    if (names_in_text(maker, statement))
        return true;
    if (is_about_no_table(statement))
        return false;
    for (size_t depth = 0; sql_token_next(&tokens, &token) != SQL_TOKEN_END;) {
        depth += token.kind == SQL_TOKEN_OPEN;
        depth -= token.kind == SQL_TOKEN_CLOSE && depth > 0;
        if (depth > 0 || !leads_to_table(&token))
            continue;
        SqlTokens name = tokens;
        if (chain_is_ours(maker, &name, sql_token_is(&token, "sequence")))
            return true;
    }
    return false;
}

/* What is a transaction in the dump is one in the revision: the shell of SQLite puts one around
 * all, pg_restore -1 too, pg_dump around large objects. A PRAGMA does nothing within one. */
static bool
is_frame(const Maker *maker, const SqlStatement *statement)
{
    if (sql_is_dropped(statement) || slice_is_nocase(statement->text, "commit"))
        return true;
    return (statement->facts & SQL_BEGINS_TRANSACTION) != 0 ||
           (maker->dialect == SQL_SQLITE && slice_is_nocase(statement->words[0], "pragma"));
}

/* The database itself: pg_dump --create, pg_dumpall. */
static bool
is_about_database(const SqlStatement *statement)
{
    return slice_is_nocase(statement->words[1], "database") &&
           (statement->facts & SQL_NO_TRANSACTION) != 0;
}

/* What would be refused when the revision runs is refused before it is written. */
static void
check_statement(Maker *maker, const SqlStatement *statement)
{
    const Place place = {maker->file, statement->line, statement->column};
    const SqlRefusal *refusal = sql_refusal(statement, maker->dialect, true, maker->arena);

    if (refusal == NULL)
        return;
    maker->is_fine = error_add_at(maker->err, ERR_REVISION, place, "%s", refusal->message);
    if (is_about_database(statement))
        error_hint(maker->err, "%s", SQL_HINT_OTHER_DATABASE);
    else if (refusal->remedy == SQL_REMEDY_OUTSIDE)
        error_hint(maker->err, "leave it out of the dump: a baseline is one transaction");
    else if (refusal->remedy == SQL_REMEDY_LEAVE_OUT)
        error_hint(maker->err, "a dump that ends so is not whole: make it again");
    else
        error_hint(maker->err, "%s", refusal->hint);
}

/* A line that would begin a section of the revision, anywhere in the dump. */
static bool
check_lines(const Maker *maker, Slice text, Error *err)
{
    static const char DIRECTIVE[] = "-- migrate:";
    unsigned line = 1;

    for (Slice rest = text; rest.len > 0; line++) {
        if (slice_starts_with(rest, DIRECTIVE)) {
            error_set_at(err, ERR_REVISION, (Place){maker->file, line, 1},
                         "this line would be a directive of the revision");
            return error_hint(err, "indent it by a blank; where it is a row of COPY, dump with "
                                   "pg_dump --inserts");
        }
        const char *newline = memchr(rest.at, '\n', rest.len);
        rest = slice_after(rest, newline == NULL ? rest.len : (size_t)(newline - rest.at) + 1);
    }
    return true;
}

static bool
check_bytes(const Maker *maker, Slice text, Error *err)
{
    const Place place = {.file = maker->file};

    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
        error_set_at(err, ERR_REVISION, place, "the dump holds a NUL character");
    else if (utf8_check(text) < text.len)
        error_set_at(err, ERR_REVISION, place, "the dump is not valid UTF-8");
    else
        return true;
    return error_hint(err, "make it with: pg_dump --encoding=UTF8 --format=plain");
}

/* Statements that stay are copied with what stands above them. */
static bool
take_statements(Maker *maker, Slice text)
{
    SqlLexer lexer;
    SqlStatement statement;
    size_t from = 0;

    sql_init(&lexer, maker->dialect, text, 1);
    while (sql_next(&lexer, &statement)) {
        const bool is_about_us = is_ours(maker, &statement);
        maker->left_out += is_about_us;
        if (!is_about_us && !is_frame(maker, &statement)) {
            check_statement(maker, &statement);
            buf_add_slice(&maker->sql, (Slice){text.at + from, lexer.at - from});
        }
        from = lexer.at;
    }
    if (lexer.error != NULL) {
        maker->is_fine = error_add_at(maker->err, ERR_REVISION,
                                      (Place){maker->file, lexer.error_line, lexer.error_column},
                                      "%s", lexer.error);
        error_hint(maker->err, "%s",
                   lexer.hint != NULL ? lexer.hint : "it opens here and does not end in the dump");
    }
    buf_add_slice(&maker->sql, slice_after(text, from));
    if (maker->sql.len > 0 && maker->sql.at[maker->sql.len - 1] != '\n')
        buf_add_char(&maker->sql, '\n');
    return maker->is_fine;
}

/* .dump begins with a PRAGMA, or with BEGIN TRANSACTION; PostgreSQL's with neither. */
static SqlDialect
dialect_of(Slice text)
{
    SqlLexer lexer;
    SqlStatement first = {0};

    sql_init(&lexer, SQL_SQLITE, text, 1);
    const bool is_sqlite =
        sql_next(&lexer, &first) && (slice_is_nocase(first.words[0], "pragma") ||
                                     ((first.facts & SQL_BEGINS_TRANSACTION) != 0 &&
                                      slice_is_nocase(first.words[1], "transaction")));
    return is_sqlite ? SQL_SQLITE : SQL_POSTGRES;
}

bool
baseline_make(const char *file, const FileText *dump, const TableNames *tables, Arena *arena,
              Baseline *baseline, Error *err)
{
    const bool has_bom = slice_starts_with(dump->text, "\xEF\xBB\xBF");
    const Slice text = slice_after(dump->text, has_bom ? 3 : 0);
    Maker maker = {.file = file,
                   .dialect = dialect_of(text),
                   .tables = tables,
                   .arena = arena,
                   .sql = {.arena = arena},
                   .err = err,
                   .is_fine = true};

    if (!check_bytes(&maker, text, err) || !take_statements(&maker, text) ||
        !check_lines(&maker, text, err))
        return false;
    *baseline = (Baseline){.dialect = maker.dialect == SQL_SQLITE ? "sqlite" : "postgres",
                           .sql = buf_slice(&maker.sql),
                           .left_out = maker.left_out};
    return true;
}
