/* SPDX-License-Identifier: MIT */
#include "core/sql/localise.h"

#include "core/base/buf.h"
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

bool
sql_localise(const SqlStatement *statement, Arena *arena, SqlLocal *local)
{
    SetClause clause;
    Buf out = {.arena = arena};

    if ((statement->facts & SQL_SETS_SESSION) == 0)
        return false;
    if (parse_set(statement, arena, &clause)) {
        local->edit = rewrite_set(statement->text, &clause, &out);
        local->note = arena_format(arena, "\"%s %s\" holds for this transaction only",
                                   clause.is_reset ? "RESET" : "SET", clause.setting);
    } else if (!slice_is_nocase(statement->words[0], "set") &&
               !slice_is_nocase(statement->words[0], "reset")) {
        rewrite_set_config(statement->text, &out);
        local->edit = (SqlEdit){.source_len = statement->text.len};
        local->note = "\"set_config\" holds for this transaction only";
    } else {
        return false;
    }
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

const char *
sql_setting(const SqlStatement *statement, Arena *arena)
{
    SetClause clause;

    return parse_set(statement, arena, &clause) ? clause.setting : NULL;
}
