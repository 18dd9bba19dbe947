/* SPDX-License-Identifier: MIT */
#include "core/sql/localise.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/sql/facts.h"
#include "core/sql/token.h"

/* Settings with a spelling of their own. */
typedef struct Spelling {
    const char *words[2];
    const char *setting;
} Spelling;

static const Spelling SPELLINGS[] = {
    {{"time", "zone"}, "TimeZone"},    {{"session", "authorization"}, "session_authorization"},
    {{"xml", "option"}, "xmloption"},  {{"names", NULL}, "client_encoding"},
    {{"schema", NULL}, "search_path"}, {{"role", NULL}, "role"},
};

/* Settings that every server from 13 on knows, and scripts set. What is not here runs in a block
 * that asks first: pg_dump of a newer server sets what an older one has never heard of. */
static const char *const KNOWN[] = {
    "application_name",
    "array_nulls",
    "backslash_quote",
    "bytea_output",
    "check_function_bodies",
    "client_encoding",
    "client_min_messages",
    "constraint_exclusion",
    "cursor_tuple_fraction",
    "datestyle",
    "deadlock_timeout",
    "default_statistics_target",
    "default_table_access_method",
    "default_tablespace",
    "default_transaction_deferrable",
    "default_transaction_isolation",
    "default_transaction_read_only",
    "effective_cache_size",
    "enable_bitmapscan",
    "enable_hashagg",
    "enable_hashjoin",
    "enable_indexonlyscan",
    "enable_indexscan",
    "enable_mergejoin",
    "enable_nestloop",
    "enable_seqscan",
    "enable_sort",
    "escape_string_warning",
    "extra_float_digits",
    "from_collapse_limit",
    "geqo",
    "gin_fuzzy_search_limit",
    "gin_pending_list_limit",
    "hash_mem_multiplier",
    "idle_in_transaction_session_timeout",
    "intervalstyle",
    "jit",
    "join_collapse_limit",
    "lc_messages",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "lo_compat_privileges",
    "lock_timeout",
    "log_duration",
    "log_min_duration_statement",
    "log_min_error_statement",
    "log_min_messages",
    "log_statement",
    "logical_decoding_work_mem",
    "maintenance_work_mem",
    "max_parallel_maintenance_workers",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "names",
    "parallel_setup_cost",
    "parallel_tuple_cost",
    "password_encryption",
    "plan_cache_mode",
    "quote_all_identifiers",
    "random_page_cost",
    "role",
    "row_security",
    "search_path",
    "seed",
    "seq_page_cost",
    "session_authorization",
    "session_replication_role",
    "standard_conforming_strings",
    "statement_timeout",
    "synchronize_seqscans",
    "synchronous_commit",
    "tcp_keepalives_idle",
    "temp_buffers",
    "temp_tablespaces",
    "timezone",
    "timezone_abbreviations",
    "track_activities",
    "track_counts",
    "track_functions",
    "track_io_timing",
    "transaction_isolation",
    "transaction_read_only",
    "transform_null_equals",
    "vacuum_cost_delay",
    "wal_compression",
    "work_mem",
    "xmlbinary",
    "xmloption",
    "zero_damaged_pages",
};

/* What SET and RESET say, with offsets into the text. */
typedef struct SetClause {
    bool is_reset;
    bool is_local;
    bool is_session; /* says SESSION as an option, at scope_at */
    size_t verb_len; /* of SET or RESET, which is at 0 */
    size_t scope_at;
    bool has_spelling; /* the setting is not given as name = value */
    const char *setting;
} SetClause;

/* True before what makes a name of the word in front of it. */
static bool
is_behind_name(const SqlTokens *tokens)
{
    const SqlToken next = sql_token_peek(tokens);

    return next.kind == SQL_TOKEN_END || sql_token_is_symbol(&next, '.') ||
           sql_token_is_symbol(&next, '=') || sql_token_is(&next, "to");
}

/* Steps over LOCAL or SESSION where it says how long, not which setting. */
static bool
take_scope(SqlTokens *tokens, const char *word)
{
    SqlTokens copy = *tokens;

    if (!sql_take(&copy, word) || is_behind_name(&copy))
        return false;
    const SqlToken next = sql_token_peek(&copy);
    if (sql_token_is(&next, "authorization") || sql_token_is(&next, "characteristics"))
        return false;
    *tokens = copy;
    return true;
}

static const char *
take_spelling(SqlTokens *tokens)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
        const Spelling *const spelling = &SPELLINGS[i];
        SqlTokens copy = *tokens;
        if (!sql_take(&copy, spelling->words[0]))
            continue;
        if (spelling->words[1] != NULL ? sql_take(&copy, spelling->words[1])
                                       : !is_behind_name(&copy))
            return spelling->setting;
    }
    return NULL;
}

/* name, or class.name; quoted ones without their quotes. */
static const char *
take_setting(SqlTokens *tokens, Arena *arena)
{
    Buf name = {.arena = arena};
    SqlToken token = {0};

    do {
        (void)sql_token_next(tokens, &token);
        if (token.kind == SQL_TOKEN_NAME)
            token.text = (Slice){token.text.at + 1, token.text.len - 2};
        else if (token.kind != SQL_TOKEN_WORD || sql_token_is(&token, "to"))
            return NULL;
        buf_add(&name, name.len > 0 ? "." : "");
        buf_add_slice(&name, token.text);
        token = sql_token_peek(tokens);
        if (!sql_token_is_symbol(&token, '.'))
            break;
        (void)sql_token_next(tokens, &token);
    } while (true);
    return buf_text(&name);
}

/* False for what is no SET or RESET, or sets nothing that has a name. */
static bool
parse_set(const SqlStatement *statement, Arena *arena, SetClause *clause)
{
    const Slice verb = statement->words[0];
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, slice_after(statement->text, verb.len));

    *clause = (SetClause){.verb_len = verb.len, .is_reset = slice_is_nocase(verb, "reset")};
    if (!clause->is_reset && !slice_is_nocase(verb, "set"))
        return false;
    if (!clause->is_reset) {
        const SqlToken scope = sql_token_peek(&tokens);
        clause->scope_at = (size_t)(scope.text.at - statement->text.at);
        clause->is_local = take_scope(&tokens, "local");
        clause->is_session = !clause->is_local && take_scope(&tokens, "session");
    }
    clause->setting = take_spelling(&tokens);
    clause->has_spelling = clause->setting != NULL;
    if (clause->has_spelling)
        return true;

    const SqlToken name = sql_token_peek(&tokens);
    clause->setting = take_setting(&tokens, arena);
    return clause->setting != NULL && is_behind_name(&tokens) &&
           !(clause->is_reset && sql_token_is(&name, "all"));
}

static SqlEdit
rewrite_set(Slice text, const SetClause *clause, Buf *out)
{
    enum { SESSION_LEN = 7, LOCAL_LEN = 5, SET_LOCAL_LEN = 9, BLANK_LOCAL_LEN = 6 };

    if (clause->is_reset) {
        buf_add(out, "SET LOCAL");
        buf_add_slice(out, slice_after(text, clause->verb_len));
        buf_add(out, clause->has_spelling ? " DEFAULT" : " TO DEFAULT");
        return (SqlEdit){0, SET_LOCAL_LEN, clause->verb_len, text.len};
    }
    if (clause->is_session) {
        buf_add_slice(out, (Slice){text.at, clause->scope_at});
        buf_add(out, "LOCAL");
        buf_add_slice(out, slice_after(text, clause->scope_at + SESSION_LEN));
        return (SqlEdit){clause->scope_at, LOCAL_LEN, SESSION_LEN, text.len};
    }
    buf_add_slice(out, (Slice){text.at, clause->verb_len});
    buf_add(out, " LOCAL");
    buf_add_slice(out, slice_after(text, clause->verb_len));
    return (SqlEdit){clause->verb_len, BLANK_LOCAL_LEN, 0, text.len};
}

static bool
is_known(const char *setting)
{
    if (strchr(setting, '.') != NULL)
        return true; /* a class of its own: any server takes it */
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
        if (slice_is_nocase(slice_of(setting), KNOWN[i]))
            return true;
    }
    return false;
}

static void
add_quoted(Buf *out, Slice text)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\'')
            buf_add_char(out, '\'');
        buf_add_char(out, text.at[i]);
    }
    buf_add_char(out, '\'');
}

/* The same, if the server knows the setting: else it is left out, with a warning. */
static SqlEdit
rewrite_unknown(Slice set, const char *setting, size_t source_len, Arena *arena, Buf *out)
{
    const char *text = arena_copy(arena, set);
    const char *tag = "$migrate$";

    for (unsigned i = 1; strstr(text, tag) != NULL || strstr(setting, tag) != NULL; i++)
        tag = arena_format(arena, "$migrate%u$", i);
    buf_addf(out,
             "DO %s\nBEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_settings WHERE lower(name) = "
             "lower(",
             tag);
    add_quoted(out, slice_of(setting));
    buf_add(out, ")) THEN\n    EXECUTE ");
    add_quoted(out, set);
    buf_add(out, ";\n  ELSE\n    RAISE WARNING USING MESSAGE = ");
    add_quoted(out, slice_of(arena_format(arena, "this server does not know \"%s\": it is not set",
                                          setting)));
    buf_addf(out, ";\n  END IF;\nEND\n%s", tag);
    return (SqlEdit){0, out->len, 0, source_len};
}

/* As long as it was, so that a position the server reports stays true. */
static void
rewrite_set_config(Slice text, Buf *out)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);
    SqlToken is_local = {0};
    const char *from = text.at;

    while (sql_find_session_config(&tokens, &is_local)) {
        buf_add_slice(out, (Slice){from, (size_t)(is_local.text.at - from)});
        buf_add(out, "true ");
        from = is_local.text.at + is_local.text.len;
    }
    buf_add_slice(out, (Slice){from, (size_t)(text.at + text.len - from)});
}

/* A SET or RESET: made local, and asked about. False: it runs as written. */
static bool
localise_set(const SqlStatement *statement, const SetClause *clause, Arena *arena, SqlLocal *local)
{
    Buf set = {.arena = arena};
    Buf asking = {.arena = arena};
    const bool is_asked = !is_known(clause->setting);

    if (clause->is_local && !is_asked)
        return false;
    if (clause->is_local)
        buf_add_slice(&set, statement->text);
    else
        local->edit = rewrite_set(statement->text, clause, &set);
    local->text = buf_slice(&set);
    local->note = arena_format(arena, "\"%s %s\" holds for this transaction only%s",
                               clause->is_reset ? "RESET" : "SET", clause->setting,
                               is_asked ? ", and where the server knows it" : "");
    if (!is_asked)
        return true;
    local->edit =
        rewrite_unknown(buf_slice(&set), clause->setting, statement->text.len, arena, &asking);
    local->text = buf_slice(&asking);
    return true;
}

bool
sql_localise(const SqlStatement *statement, Arena *arena, SqlLocal *local)
{
    SetClause clause;
    Buf out = {.arena = arena};

    if (parse_set(statement, arena, &clause))
        return localise_set(statement, &clause, arena, local);
    if ((statement->facts & SQL_SETS_SESSION) == 0 || slice_is_nocase(statement->words[0], "set") ||
        slice_is_nocase(statement->words[0], "reset"))
        return false;
    rewrite_set_config(statement->text, &out);
    local->edit = (SqlEdit){.source_len = statement->text.len};
    local->note = "\"set_config\" holds for this transaction only";
    local->text = buf_slice(&out);
    return true;
}

size_t
sql_edit_source(const SqlEdit *edit, size_t offset)
{
    if (edit->source_len == 0 || offset < edit->at)
        return offset;
    if (offset < edit->at + edit->len)
        return edit->at;
    const size_t there = offset - edit->len + edit->was;
    return there < edit->source_len ? there : edit->source_len;
}
