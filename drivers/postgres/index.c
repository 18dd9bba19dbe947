/* SPDX-License-Identifier: MIT */
/*
 * What statements that commit by themselves have left behind. A concurrent index build that was
 * cancelled leaves an index that is not valid, and IF NOT EXISTS would take it for done; it is
 * dropped and built again. A statement whose run was cut off from its journal is looked at: whether
 * its backend finished or was ended, both are equal. What cannot be told stops the run.
 */
#include <string.h>

#include "core/base/text.h"
#include "core/sql/token.h"
#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

/* CREATE or DROP INDEX CONCURRENTLY. */
typedef struct IndexStatement {
    bool is_drop;
    bool is_unique;
    const char *name;  /* of the index, as to_regclass takes it; a drop's with its schema */
    const char *table; /* as written; NULL for a drop */
    Slice rest;        /* behind the table */
} IndexStatement;

/* ---- reading statements ---- */

static const char *
take_name(SqlTokens *tokens, Arena *arena)
{
    const SqlToken first = sql_token_peek(tokens);

    if (!sql_take_name(tokens))
        return NULL;
    return arena_copy(arena,
                      slice_trim((Slice){first.text.at, (size_t)(tokens->at - first.text.at)}));
}

/* IF EXISTS, IF NOT EXISTS */
static void
take_condition(SqlTokens *tokens)
{
    if (!sql_take(tokens, "if"))
        return;
    (void)sql_take(tokens, "not");
    (void)sql_take(tokens, "exists");
}

static bool
index_statement(Slice text, Arena *arena, IndexStatement *found)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);

    *found = (IndexStatement){.is_drop = sql_take(&tokens, "drop")};
    if (!found->is_drop && !sql_take(&tokens, "create"))
        return false;
    found->is_unique = sql_take(&tokens, "unique");
    if (!sql_take(&tokens, "index") || !sql_take(&tokens, "concurrently"))
        return false;
    take_condition(&tokens);
    found->name = take_name(&tokens, arena);
    if (found->name == NULL || found->is_drop)
        return found->name != NULL;
    if (!sql_take(&tokens, "on"))
        return false;
    (void)sql_take(&tokens, "only");
    found->table = take_name(&tokens, arena);
    found->rest = (Slice){tokens.at, (size_t)(tokens.end - tokens.at)};
    return found->table != NULL;
}

/* Steps over a cast, ::character varying(20)[], which the server adds to expressions. */
static bool
take_cast(SqlTokens *tokens)
{
    static const char *const WORDS[] = {"varying", "precision", "with", "without",
                                        "time",    "zone",      NULL};
    SqlToken token = {0};
    bool is_word = true;

    (void)sql_token_next(tokens, &token);
    const SqlToken second = sql_token_peek(tokens);
    if (!sql_token_is_symbol(&token, ':') || !sql_token_is_symbol(&second, ':'))
        return false;
    (void)sql_token_next(tokens, &token);
    if (!sql_take_name(tokens))
        return false;
    (void)sql_take_parentheses(tokens);
    while (is_word) {
        is_word = false;
        for (size_t i = 0; WORDS[i] != NULL; i++)
            is_word = is_word || sql_take(tokens, WORDS[i]);
    }
    (void)sql_take_parentheses(tokens);
    for (token = sql_token_peek(tokens);
         sql_token_is_symbol(&token, '[') || sql_token_is_symbol(&token, ']');
         token = sql_token_peek(tokens))
        (void)sql_token_next(tokens, &token);
    return true;
}

/* Two definitions behind the table's name, token for token; the parentheses and casts that the
 * server adds and the method that it names though it is the default are passed over. */
static bool
next_token(SqlTokens *tokens, SqlToken *token)
{
    for (;;) {
        const SqlTokens before = *tokens;
        if (sql_take(tokens, "using") && sql_take(tokens, "btree"))
            continue;
        *tokens = before;
        if (take_cast(tokens))
            continue;
        *tokens = before;
        const SqlTokenKind kind = sql_token_next(tokens, token);
        if (kind != SQL_TOKEN_OPEN && kind != SQL_TOKEN_CLOSE)
            return kind != SQL_TOKEN_END;
    }
}

static bool
same_definition(Slice a, Slice b)
{
    SqlTokens left = sql_tokens(SQL_POSTGRES, a);
    SqlTokens right = sql_tokens(SQL_POSTGRES, b);
    SqlToken x = {0};
    SqlToken y = {0};

    for (;;) {
        const bool has_x = next_token(&left, &x);
        const bool has_y = next_token(&right, &y);
        if (!has_x || !has_y)
            return has_x == has_y;
        char text[256];
        if (x.kind != y.kind || y.text.len >= sizeof text)
            return false;
        memcpy(text, y.text.at, y.text.len);
        text[y.text.len] = '\0';
        if (x.kind == SQL_TOKEN_WORD ? !slice_is_nocase(x.text, text)
                                     : !slice_equals(x.text, y.text))
            return false;
    }
}

/* Does the server's definition say what the statement says? */
static bool
is_as_written(const IndexStatement *written, const char *definition, Arena *arena)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, slice_of(definition));

    (void)sql_take(&tokens, "create");
    if (sql_take(&tokens, "unique") != written->is_unique || !sql_take(&tokens, "index") ||
        take_name(&tokens, arena) == NULL || !sql_take(&tokens, "on"))
        return false;
    (void)sql_take(&tokens, "only");
    return take_name(&tokens, arena) != NULL &&
           same_definition(written->rest, (Slice){tokens.at, (size_t)(tokens.end - tokens.at)});
}

/* Statements that do no harm when they run twice. */
static bool
may_run_twice(const Statement *statement)
{
    static const char *const HARMLESS[] = {"vacuum",  "analyze",    "cluster",
                                           "reindex", "checkpoint", NULL};
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);

    if ((statement->facts & SQL_NO_TRANSACTION) == 0)
        return true; /* done with its journal, or not at all */
    for (size_t i = 0; HARMLESS[i] != NULL; i++) {
        if (sql_take(&tokens, HARMLESS[i]))
            return true;
    }
    if (sql_take(&tokens, "alter"))
        return sql_take(&tokens, "system") || sql_take(&tokens, "database");
    return false;
}

/* ---- asking ---- */

/* The index of a statement as it stands: its quoted name, whether it is valid, its definition. */
static void
add_question(Buf *text, const IndexStatement *index)
{
    buf_add(text, "SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid, "
                  "pg_get_indexdef(c.oid) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON "
                  "c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                  "WHERE c.oid = to_regclass(");
    if (index->is_drop) {
        postgres_quote_text(text, index->name);
    } else {
        buf_add(text, "(SELECT format('%I.', s.nspname) FROM pg_catalog.pg_class t JOIN "
                      "pg_catalog.pg_namespace s ON s.oid = t.relnamespace WHERE t.oid = "
                      "to_regclass(");
        postgres_quote_text(text, index->table);
        buf_add(text, ")) || ");
        postgres_quote_text(text, index->name);
    }
    buf_add(text, ")");
}

/* Looks at one statement. False with *err when it cannot be told, or nothing could be asked. */
static bool
look_at(Connection *connection, const Statement *statement, bool is_cut_off, Arena *arena,
        Leftover *leftover, Error *err)
{
    IndexStatement index;
    Buf text = {.arena = arena};

    *leftover = (Leftover){.statement = statement};
    if (!index_statement(statement->text, arena, &index)) {
        if (!is_cut_off || may_run_twice(statement))
            return true;
        error_set_at(err, ERR_STATE, statement->place,
                     "a run was cut off in this statement, and it cannot be told whether it took "
                     "effect");
        return error_hint(err, "look at the database, then: migrate resolve REV --done, or "
                               "--retry to run it again");
    }
    if (index.is_drop && !is_cut_off)
        return true;
    postgres_add_begin(&text, connection);
    add_question(&text, &index);
    buf_add(&text, ";\nCOMMIT");
    AUTO(postgres_result_clear) PGresult *answer = postgres_query(connection, buf_text(&text), err);
    if (answer == NULL)
        return false;
    if (PQntuples(answer) == 0) {
        leftover->effect = index.is_drop ? EFFECT_DONE : EFFECT_NONE;
        return true;
    }
    if (index.is_drop)
        return true;
    leftover->index = arena_text(arena, PQgetvalue(answer, 0, 0));
    if (PQgetvalue(answer, 0, 1)[0] == 'f')
        leftover->effect = EFFECT_INVALID;
    else if (is_cut_off && is_as_written(&index, PQgetvalue(answer, 0, 2), arena))
        leftover->effect = EFFECT_DONE;
    return true;
}

bool
postgres_left_nothing(Connection *connection, const Statement *statement, const Failure *failure,
                      Arena *arena)
{
    Error ignored = {.arena = arena};
    Buf text = {.arena = arena};
    IndexStatement index;

    if (statement->role != STATEMENT_USER)
        return false;
    if ((statement->facts & SQL_NO_TRANSACTION) == 0)
        return true;
    /* class 42, wrong names and missing rights: found before the work begins, unless a function in
     * an index meets one */
    if (strncmp(failure->sqlstate, "42", 2) != 0)
        return false;
    if (!index_statement(statement->text, arena, &index) || index.is_drop)
        return true;
    postgres_add_begin(&text, connection);
    add_question(&text, &index);
    buf_add(&text, ";\nCOMMIT");
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, buf_text(&text), &ignored);
    return answer != NULL && (PQntuples(answer) == 0 || PQgetvalue(answer, 0, 1)[0] == 't');
}

/* ---- the unit ---- */

static const Statement *
first_of(const Unit *unit)
{
    for (size_t i = 0; i < unit->statements.len; i++) {
        if (unit->statements.at[i].role == STATEMENT_USER)
            return &unit->statements.at[i];
    }
    return NULL;
}

/* A run stopped without a word before the journal of this statement. */
static bool
may_be_cut_off(const Connection *connection, const Unit *unit, const Statement *first)
{
    const HistoryRow *open = connection->open;

    return open != NULL && first != NULL && strcmp(open->state, "running") == 0 &&
           strcmp(open->revision, unit->revision) == 0 && first->number == open->done + 1;
}

/* Reads under the lock: nobody is at it, and the journal is where the unit takes it to be. */
static bool
confirm_cut_off(Connection *connection, const Unit *unit, const Statement *first, Arena *arena,
                RunResult *result, Error *err)
{
    DatabaseState state;
    const TableNames tables = connection->tables;

    if (!postgres_state_read(connection, &tables, true, arena, &state, err)) {
        result->outcome = err->code == ERR_CONNECT ? RUN_LOST : RUN_FAILED;
        return false;
    }
    if (state.is_busy) {
        result->outcome = RUN_BUSY;
        return error_set(err, ERR_LOCKED, "migrate: another run holds the lock");
    }
    if (may_be_cut_off(connection, unit, first))
        return true;
    result->outcome = RUN_MOVED;
    return error_set(err, ERR_STATE, "migrate: the step has moved on");
}

bool
postgres_leftovers(Connection *connection, const Unit *unit, Arena *arena, Leftovers *leftovers,
                   RunResult *result, Error *err)
{
    const Statement *first = first_of(unit);
    const bool is_cut_off = may_be_cut_off(connection, unit, first);

    if (is_cut_off && !confirm_cut_off(connection, unit, first, arena, result, err))
        return false;
    for (size_t i = 0; i < unit->statements.len; i++) {
        const Statement *statement = &unit->statements.at[i];
        Leftover leftover;
        if (statement->role != STATEMENT_USER)
            continue;
        if (!look_at(connection, statement, is_cut_off && statement == first, arena, &leftover,
                     err)) {
            result->outcome = err->code == ERR_CONNECT ? RUN_LOST : RUN_FAILED;
            result->failed = statement;
            return false;
        }
        if (leftover.effect != EFFECT_NONE)
            *VEC_ADD(arena, leftovers) = leftover;
    }
    return true;
}
