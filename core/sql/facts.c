/* SPDX-License-Identifier: MIT */
#include "core/sql/facts.h"

/* `rest` is behind the first word. */
typedef unsigned FactsOf(SqlTokens *rest, SqlSeen seen);

typedef struct FirstWord {
    const char *word;
    FactsOf *facts;
} FirstWord;

/* What (name value, name = value) says of an option. */
typedef enum Option {
    OPTION_ABSENT,
    OPTION_ON,
    OPTION_OFF,
} Option;

static bool
is_off(const SqlToken *value)
{
    static const char *const VALUES[] = {"false", "off", "0", "'false'", "'off'", "'0'"};

    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        if (slice_is_nocase(value->text, VALUES[i]))
            return true;
    }
    return false;
}

/* `options` begins with the parenthesis. */
static Option
find_option(SqlTokens options, const char *name)
{
    SqlToken token = {0};

    if (sql_token_next(&options, &token) != SQL_TOKEN_OPEN)
        return OPTION_ABSENT;
    while (token.kind != SQL_TOKEN_CLOSE && token.kind != SQL_TOKEN_END) {
        (void)sql_token_next(&options, &token);
        if (!sql_token_is(&token, name))
            continue;
        (void)sql_token_next(&options, &token);
        if (sql_token_is_symbol(&token, '='))
            (void)sql_token_next(&options, &token);
        return is_off(&token) ? OPTION_OFF : OPTION_ON;
    }
    return OPTION_ABSENT;
}

static unsigned
begin_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)rest;
    (void)seen;
    return SQL_BEGINS_TRANSACTION;
}

static unsigned
start_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)seen;
    return sql_take(rest, "transaction") ? SQL_BEGINS_TRANSACTION : 0;
}

/* COMMIT, END, ABORT, ROLLBACK */
static unsigned
end_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)seen;
    if (sql_take(rest, "prepared"))
        return SQL_NO_TRANSACTION;
    if (!sql_take(rest, "transaction"))
        (void)sql_take(rest, "work");
    return sql_take(rest, "to") ? SQL_SAVEPOINT : SQL_ENDS_TRANSACTION;
}

static unsigned
prepare_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)seen;
    return sql_take(rest, "transaction") ? SQL_ENDS_TRANSACTION : 0;
}

static unsigned
savepoint_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)rest;
    (void)seen;
    return SQL_SAVEPOINT;
}

static unsigned
lone_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)rest;
    (void)seen;
    return SQL_NO_TRANSACTION;
}

static unsigned
discard_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)seen;
    return sql_take(rest, "all") ? SQL_NO_TRANSACTION : 0;
}

/* Without a table it clusters all of them, each in a transaction of its own. */
static unsigned
cluster_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)seen;
    if (!sql_take_parentheses(rest))
        (void)sql_take(rest, "verbose");
    return sql_token_peek(rest).kind == SQL_TOKEN_END ? SQL_NO_TRANSACTION : 0;
}

static unsigned
index_facts(SqlTokens *rest, SqlSeen seen)
{
    if (seen.concurrently && sql_take(rest, "concurrently"))
        return SQL_NO_TRANSACTION | SQL_CONCURRENTLY;
    return 0;
}

static unsigned
database_facts(SqlTokens *rest)
{
    return sql_take(rest, "database") || sql_take(rest, "tablespace") ? SQL_NO_TRANSACTION : 0;
}

/* A replication slot cannot be taken back. */
static unsigned
subscription_facts(SqlTokens *rest)
{
    if (!sql_find(rest, "with"))
        return SQL_NO_TRANSACTION;
    if (find_option(*rest, "connect") == OPTION_OFF ||
        find_option(*rest, "create_slot") == OPTION_OFF)
        return 0;
    return SQL_NO_TRANSACTION;
}

static unsigned
create_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)sql_take(rest, "unique");
    if (sql_take(rest, "index"))
        return index_facts(rest, seen);
    return sql_take(rest, "subscription") ? subscription_facts(rest) : database_facts(rest);
}

static unsigned
drop_facts(SqlTokens *rest, SqlSeen seen)
{
    return sql_take(rest, "index") ? index_facts(rest, seen) : database_facts(rest);
}

static unsigned
reindex_facts(SqlTokens *rest, SqlSeen seen)
{
    const Option option = seen.concurrently ? find_option(*rest, "concurrently") : OPTION_ABSENT;
    bool is_whole = false;
    SqlToken what = {0};

    (void)sql_take_parentheses(rest);
    (void)sql_token_next(rest, &what);
    is_whole = sql_token_is(&what, "database") || sql_token_is(&what, "system") ||
               sql_token_is(&what, "schema");
    if (option == OPTION_ON || (seen.concurrently && sql_take(rest, "concurrently")))
        return SQL_NO_TRANSACTION | SQL_CONCURRENTLY;
    return is_whole ? SQL_NO_TRANSACTION : 0;
}

/* ALTER TABLE t DETACH PARTITION p CONCURRENTLY */
static unsigned
alter_table_facts(SqlTokens *rest)
{
    SqlToken star = {0};

    if (sql_take(rest, "if"))
        (void)sql_take(rest, "exists");
    (void)sql_take(rest, "only");
    if (!sql_take_name(rest))
        return 0;
    star = sql_token_peek(rest);
    if (sql_token_is_symbol(&star, '*'))
        (void)sql_token_next(rest, &star);
    if (sql_take(rest, "detach") && sql_take(rest, "partition") && sql_take_name(rest) &&
        sql_take(rest, "concurrently"))
        return SQL_NO_TRANSACTION | SQL_CONCURRENTLY;
    return 0;
}

/* What refreshes asks the publisher, and copies tables. */
static unsigned
alter_subscription_facts(SqlTokens *rest)
{
    if (!sql_take_name(rest))
        return 0;
    if (sql_take(rest, "refresh"))
        return SQL_NO_TRANSACTION;
    if (!sql_take(rest, "set") && !sql_take(rest, "add") && !sql_take(rest, "drop"))
        return 0;
    if (!sql_take(rest, "publication"))
        return 0;
    if (sql_find(rest, "with") && find_option(*rest, "refresh") == OPTION_OFF)
        return 0;
    return SQL_NO_TRANSACTION;
}

static unsigned
alter_facts(SqlTokens *rest, SqlSeen seen)
{
    if (sql_take(rest, "table"))
        return seen.concurrently ? alter_table_facts(rest) : 0;
    if (sql_take(rest, "system"))
        return SQL_NO_TRANSACTION;
    if (sql_take(rest, "subscription"))
        return alter_subscription_facts(rest);
    if (sql_take(rest, "database") && sql_take_name(rest) && sql_take(rest, "set") &&
        sql_take(rest, "tablespace"))
        return SQL_NO_TRANSACTION;
    return 0;
}

/* SET LOCAL, CONSTRAINTS and TRANSACTION end with the transaction; local.name is a setting. */
static unsigned
set_facts(SqlTokens *rest, SqlSeen seen)
{
    SqlToken next = {0};

    (void)seen;
    if (sql_take(rest, "constraints"))
        return 0;
    if (!sql_take(rest, "local") && !sql_take(rest, "transaction"))
        return SQL_SETS_SESSION;
    next = sql_token_peek(rest);
    if (sql_token_is_symbol(&next, '.') || sql_token_is_symbol(&next, '=') ||
        sql_token_is(&next, "to"))
        return SQL_SETS_SESSION;
    return 0;
}

static unsigned
reset_facts(SqlTokens *rest, SqlSeen seen)
{
    (void)rest;
    (void)seen;
    return SQL_SETS_SESSION;
}

/* Asking is harmless; what changes them is refused by SQLite in a transaction. */
static unsigned
pragma_facts(SqlTokens *rest, SqlSeen seen)
{
    SqlToken name = {0};
    SqlToken next = {0};

    (void)seen;
    (void)sql_token_next(rest, &name);
    (void)sql_token_next(rest, &next);
    if (sql_token_is_symbol(&next, '.')) {
        (void)sql_token_next(rest, &name);
        (void)sql_token_next(rest, &next);
    }
    if (sql_token_is(&name, "wal_checkpoint"))
        return SQL_NO_TRANSACTION;
    if (!sql_token_is_symbol(&next, '=') && next.kind != SQL_TOKEN_OPEN)
        return 0;
    if (sql_token_is(&name, "journal_mode") || sql_token_is(&name, "synchronous"))
        return SQL_NO_TRANSACTION;
    return 0;
}

static const FirstWord POSTGRES_WORDS[] = {
    {"create", create_facts},
    {"alter", alter_facts},
    {"drop", drop_facts},
    {"set", set_facts},
    {"begin", begin_facts},
    {"commit", end_facts},
    {"end", end_facts},
    {"rollback", end_facts},
    {"abort", end_facts},
    {"start", start_facts},
    {"prepare", prepare_facts},
    {"savepoint", savepoint_facts},
    {"release", savepoint_facts},
    {"reset", reset_facts},
    {"vacuum", lone_facts},
    {"reindex", reindex_facts},
    {"cluster", cluster_facts},
    {"discard", discard_facts},
    {NULL, NULL},
};

static const FirstWord SQLITE_WORDS[] = {
    {"begin", begin_facts},
    {"commit", end_facts},
    {"end", end_facts},
    {"rollback", end_facts},
    {"savepoint", savepoint_facts},
    {"release", savepoint_facts},
    {"pragma", pragma_facts},
    {"vacuum", lone_facts},
    {"attach", lone_facts},
    {"detach", lone_facts},
    {NULL, NULL},
};

/* A definition only speaks of the call, and SET calls nothing. */
static bool
sets_by_function(const SqlStatement *statement)
{
    static const char *const OTHERS[] = {"create", "alter", "set", "reset"};
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);
    SqlToken is_local = {0};

    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        if (slice_is_nocase(statement->words[0], OTHERS[i]))
            return false;
    }
    return sql_find_session_config(&tokens, &is_local);
}

unsigned
sql_facts(const SqlStatement *statement, SqlDialect dialect, SqlSeen seen)
{
    const bool is_postgres = dialect == SQL_POSTGRES;
    const Slice first = statement->words[0];
    unsigned facts = 0;

    if (first.len == 0)
        return 0;
    if (is_postgres && seen.set_config && sets_by_function(statement))
        facts = SQL_SETS_SESSION;
    for (const FirstWord *it = is_postgres ? POSTGRES_WORDS : SQLITE_WORDS; it->word != NULL;
         it++) {
        if (slice_is_nocase(first, it->word)) {
            SqlTokens rest = sql_tokens(dialect, slice_after(statement->text, first.len));
            return facts | it->facts(&rest, seen);
        }
    }
    return facts;
}

bool
sql_find_session_config(SqlTokens *tokens, SqlToken *is_local)
{
    SqlToken token = {0};
    SqlToken last = {0};
    size_t depth = 0; /* of parentheses in the call, 0 outside of one */
    size_t commas = 0;

    for (; sql_token_next(tokens, &token) != SQL_TOKEN_END; last = token) {
        if (token.kind == SQL_TOKEN_OPEN && sql_token_is(&last, "set_config")) {
            depth = 1;
            commas = 0;
        } else if (depth == 0) {
            continue;
        } else if (token.kind == SQL_TOKEN_OPEN) {
            depth++;
        } else if (token.kind == SQL_TOKEN_CLOSE && --depth == 0) {
            if (commas == 2 && sql_token_is(is_local, "false") && is_local->text.at == last.text.at)
                return true;
        } else if (depth == 1 && sql_token_is_symbol(&token, ',')) {
            commas++;
        } else if (commas == 2 && sql_token_is_symbol(&last, ',')) {
            *is_local = token;
        }
    }
    return false;
}
