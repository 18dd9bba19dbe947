/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/foreign_keys.h"

#include <string.h>

#include "core/base/map.h"
#include "core/base/text.h"

enum {
    NAMED_ROWS = 10, /* violations that the error names */
    RENAME_WORDS = 8,
};

typedef struct Words {
    Slice at[RENAME_WORDS];
    size_t count;
} Words;

static size_t
comment_length(Slice text)
{
    const char *end = NULL;

    if (slice_starts_with(text, "--")) {
        end = memchr(text.at, '\n', text.len);
        return end == NULL ? text.len : (size_t)(end - text.at) + 1;
    }
    if (!slice_starts_with(text, "/*"))
        return 0;
    for (size_t i = 2; i + 1 < text.len; i++) {
        if (text.at[i] == '*' && text.at[i + 1] == '/')
            return i + 2;
    }
    return text.len;
}

static Slice
space_skip(Slice text)
{
    for (;;) {
        const size_t comment = comment_length(text);
        if (comment > 0)
            text = slice_after(text, comment);
        else if (text.len > 0 && ascii_is_space(text.at[0]))
            text = slice_after(text, 1);
        else
            return text;
    }
}

static size_t
quoted_length(Slice text, char closing)
{
    size_t i = 1;

    for (; i < text.len; i++) {
        if (text.at[i] != closing)
            continue;
        if (i + 1 >= text.len || text.at[i + 1] != closing)
            return i + 1;
        i++;
    }
    return i;
}

static size_t
word_length(Slice text)
{
    size_t i = 0;

    if (text.at[0] == '"' || text.at[0] == '`' || text.at[0] == '\'')
        return quoted_length(text, text.at[0]);
    if (text.at[0] == '[')
        return quoted_length(text, ']');
    while (i < text.len &&
           (ascii_is_letter(text.at[i]) || ascii_is_digit(text.at[i]) || text.at[i] == '_' ||
            text.at[i] == '$' || (unsigned char)text.at[i] >= 0x80))
        i++;
    return i == 0 ? 1 : i;
}

/* The first words of a statement: keywords, names with their quotes, single other characters. */
static Words
words_of(Slice text)
{
    Words words = {0};

    for (text = space_skip(text); text.len > 0 && words.count < RENAME_WORDS;
         text = space_skip(text)) {
        const size_t length = word_length(text);
        words.at[words.count++] = (Slice){text.at, length};
        text = slice_after(text, length);
    }
    return words;
}

static bool
word_is(const Words *words, size_t index, const char *keyword)
{
    return index < words->count && slice_is_nocase(words->at[index], keyword);
}

/* A name without its quotes, in the lower case that SQLite compares names in. */
static const char *
name_fold(Arena *arena, Slice name)
{
    const bool is_quoted = name.len >= 2 && strchr("\"`'[", name.at[0]) != NULL;
    Buf buf = {.arena = arena};

    if (is_quoted)
        name = (Slice){name.at + 1, name.len - 2};
    for (size_t i = 0; i < name.len; i++) {
        buf_add_char(&buf, ascii_lower(name.at[i]));
        if (is_quoted && i + 1 < name.len && name.at[i] == name.at[i + 1] &&
            strchr("\"`'", name.at[i]) != NULL)
            i++;
    }
    return buf_text(&buf);
}

/* Where the table's name stands in DROP TABLE [IF EXISTS] [schema .] x and ALTER TABLE [schema .]
 * x; 0 for other statements. */
static size_t
table_word(const Words *words)
{
    const bool drops = word_is(words, 0, "drop");
    size_t at = 2;

    if ((!drops && !word_is(words, 0, "alter")) || !word_is(words, 1, "table"))
        return 0;
    if (drops && word_is(words, 2, "if"))
        at = 4;
    at += word_is(words, at + 1, ".") ? 2 : 0;
    if (!drops && (!word_is(words, at + 1, "rename") || !word_is(words, at + 2, "to")))
        return 0;
    return at < words->count ? at : 0;
}

static void
table_note(ForeignKeys *keys, const Statement *statement)
{
    const Words words = words_of(statement->text);
    const size_t at = table_word(&words);

    if (at == 0)
        return;
    const char *name = name_fold(keys->arena, words.at[at]);
    keys->blamed = statement;
    *VEC_ADD(keys->arena, &keys->tables) = name;
    if (word_is(&words, 0, "drop") || at + 3 >= words.count)
        return;
    const char *to = name_fold(keys->arena, words.at[at + 3]);
    *VEC_ADD(keys->arena, &keys->tables) = to;
    *VEC_ADD(keys->arena, &keys->renames) = (TableRename){name, to};
}

bool
foreign_keys_concern(ForeignKeys *keys, const Statements *statements, size_t first, Arena *arena)
{
    *keys = (ForeignKeys){.arena = arena};
    for (size_t i = first; i < statements->len; i++) {
        if (statements->at[i].role == STATEMENT_USER)
            table_note(keys, &statements->at[i]);
    }
    return keys->blamed != NULL;
}

static Violation
violation_of(sqlite3_stmt *stmt, Arena *arena)
{
    const char *row = sqlite_text(stmt, 1, arena);
    const char *child = sqlite_text(stmt, 0, arena);
    const char *parent = sqlite_text(stmt, 2, arena);

    return (Violation){
        .child = name_fold(arena, slice_of(child)),
        .row = row == NULL ? "a row" : arena_format(arena, "row %s", row),
        .parent = name_fold(arena, slice_of(parent)),
        .key = sqlite_text(stmt, 3, arena),
    };
}

/* The check of the tables concerned: as children, and of those that refer to them. The look at each
 * table's keys is dear and done for each unit that drops one, so that it is left out where the text
 * of the table cannot hold a key. */
static const char *
check_sql(const ForeignKeys *keys)
{
    Buf names = {.arena = keys->arena};

    for (size_t i = 0; i < keys->tables.len; i++) {
        buf_add(&names, i > 0 ? ", " : "");
        DIALECT_SQLITE.quote_text(&names, keys->tables.at[i]);
    }
    return arena_format(keys->arena,
                        "SELECT c.* FROM (SELECT DISTINCT t.name FROM main.sqlite_schema AS t, "
                        "pragma_foreign_key_list(t.name) AS k WHERE t.type = 'table' AND "
                        "instr(lower(t.sql), 'references') > 0 AND "
                        "(lower(t.name) IN (%s) OR lower(k.\"table\") IN (%s))) AS t "
                        "CROSS JOIN pragma_foreign_key_check(t.name) AS c",
                        buf_text(&names), buf_text(&names));
}

static bool
violations_read(const ForeignKeys *keys, Connection *connection, Violations *violations, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = false;

    if (!sqlite_prepare(connection, check_sql(keys), &stmt, err))
        return false;
    do {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (has_row)
            *VEC_ADD(keys->arena, violations) = violation_of(stmt, keys->arena);
    } while (has_row);
    return true;
}

bool
foreign_keys_before(ForeignKeys *keys, Connection *connection, Error *err)
{
    if (violations_read(keys, connection, &keys->before, err))
        return true;
    if (err->code != ERR_FAILED)
        return false;
    /* "foreign key mismatch": it was so before us, and what is behind it cannot be seen */
    keys->is_broken = true;
    *err = (Error){.arena = err->arena};
    return true;
}

/* The name that a table had before the unit. */
static const char *
name_before(const ForeignKeys *keys, const char *name)
{
    for (size_t i = keys->renames.len; i > 0; i--) {
        if (strcmp(keys->renames.at[i - 1].to, name) == 0)
            name = keys->renames.at[i - 1].from;
    }
    return name;
}

/* CASE column WHEN 'new' THEN 'old' .. END, of the names that tables had before the unit. */
static void
add_names_before(const ForeignKeys *keys, const char *column, Buf *out)
{
    buf_addf(out, "%s = CASE %s", column, column);
    for (size_t i = 0; i < keys->renames.len; i++) {
        const char *name = keys->renames.at[i].to;
        buf_add(out, " WHEN ");
        DIALECT_SQLITE.quote_text(out, name);
        buf_add(out, " THEN ");
        DIALECT_SQLITE.quote_text(out, name_before(keys, name));
    }
    buf_addf(out, " ELSE %s END", column);
}

static void
print_before(const ForeignKeys *keys, Buf *out)
{
    buf_add(out, "CREATE TEMP TABLE migrate_keys (is_after, child, parent, key, row);\n"
                 "CREATE INDEX temp.migrate_keys_pair ON migrate_keys (child, parent, is_after);\n"
                 "INSERT INTO temp.migrate_keys SELECT 0, lower(\"table\"), lower(parent), fkid, "
                 "rowid FROM (");
    buf_add(out, check_sql(keys));
    buf_add(out, ");\n");
}

/* As is_new: a row that was none before, of a pair of tables that has more of them now. */
static const char NEW_KEYS[] =
    "FROM temp.migrate_keys AS a WHERE a.is_after AND NOT EXISTS (SELECT 1 FROM temp.migrate_keys AS "
    "b WHERE NOT b.is_after AND b.child = a.child AND b.parent = a.parent AND b.key = a.key AND "
    "b.row IS a.row) AND (SELECT sum(2 * b.is_after - 1) FROM temp.migrate_keys AS b WHERE b.child "
    "= a.child AND b.parent = a.parent) > 0";

static void
print_behind(const ForeignKeys *keys, Buf *out)
{
    buf_add(out, "INSERT INTO temp.migrate_keys SELECT 1, lower(\"table\"), lower(parent), fkid, "
                 "rowid FROM (");
    buf_add(out, check_sql(keys));
    buf_add(out, ");\n");
    if (keys->renames.len > 0) {
        buf_add(out, "UPDATE temp.migrate_keys AS a SET ");
        add_names_before(keys, "child", out);
        buf_add(out, ", ");
        add_names_before(keys, "parent", out);
        buf_add(out, " WHERE a.is_after AND NOT EXISTS (SELECT 1 FROM temp.migrate_keys AS b WHERE "
                     "NOT b.is_after AND b.child = a.child AND b.parent = a.parent) AND EXISTS "
                     "(SELECT 1 FROM temp.migrate_keys WHERE NOT is_after);\n");
    }
    buf_addf(out,
             "SELECT coalesce('row ' || row, 'a row') || ' of ' || child || ' refers to no row of "
             "' || parent %s LIMIT %d;\n",
             NEW_KEYS, NAMED_ROWS);
    buf_addf(out,
             "CREATE TEMP TABLE migrate_keys_guard (refer CONSTRAINT \"migrate: foreign keys: rows "
             "refer to nothing any more\" CHECK (refer));\n"
             "INSERT INTO temp.migrate_keys_guard SELECT NOT EXISTS (SELECT 1 %s);\n"
             "DROP TABLE temp.migrate_keys_guard;\n"
             "DROP TABLE temp.migrate_keys;\n",
             NEW_KEYS);
}

void
foreign_keys_print(const ForeignKeys *keys, bool is_behind, Buf *out)
{
    if (is_behind)
        print_behind(keys, out);
    else
        print_before(keys, out);
}

/* What tells the keys of one child to one parent; lengths, so that no two share a text. */
static Slice
pair_text(Arena *arena, const char *child, const char *parent)
{
    return slice_of(arena_format(arena, "%zu %s %s", strlen(child), child, parent));
}

static Slice
row_text(Arena *arena, const Violation *violation, Slice pair)
{
    return slice_of(arena_format(arena, "%s %s %s", violation->row, violation->key, pair.at));
}

/* How many violations a pair of tables has, before and after. */
typedef struct PairCount {
    size_t before;
    size_t after;
} PairCount;

typedef struct Comparison {
    const ForeignKeys *keys;
    Arena *arena;
    Map pairs; /* to PairCount */
    Map rows;  /* those before, to their Violation */
} Comparison;

static PairCount *
pair_count(Comparison *comparison, Slice pair)
{
    PairCount *count = map_find(&comparison->pairs, pair);

    if (count == NULL) {
        count = ARENA_NEW(comparison->arena, PairCount);
        (void)map_put(&comparison->pairs, pair, count);
    }
    return count;
}

static void
compare_before(Comparison *comparison)
{
    const ForeignKeys *keys = comparison->keys;

    for (size_t i = 0; i < keys->before.len; i++) {
        Violation *violation = &keys->before.at[i];
        const Slice pair = pair_text(comparison->arena, violation->child, violation->parent);
        pair_count(comparison, pair)->before++;
        (void)map_put(&comparison->rows, row_text(comparison->arena, violation, pair), violation);
    }
}

/* The pair as it was named before: under these names if it had violations under them, since a
 * rebuilt table comes back to its own. */
static Slice
pair_before(Comparison *comparison, const Violation *violation)
{
    Arena *arena = comparison->arena;
    const Slice pair = pair_text(arena, violation->child, violation->parent);

    if (comparison->keys->before.len == 0 || map_find(&comparison->pairs, pair) != NULL)
        return pair;
    return pair_text(arena, name_before(comparison->keys, violation->child),
                     name_before(comparison->keys, violation->parent));
}

static bool
is_new(Comparison *comparison, const Violation *violation)
{
    const Slice pair = pair_before(comparison, violation);
    const PairCount *count = pair_count(comparison, pair);

    return count->after > count->before &&
           map_find(&comparison->rows, row_text(comparison->arena, violation, pair)) == NULL;
}

static bool
violations_report(Comparison *comparison, const Violations *after, Error *err)
{
    Buf named = {.arena = err->arena};
    size_t count = 0;

    for (size_t i = 0; i < after->len; i++) {
        const Violation *violation = &after->at[i];
        if (!is_new(comparison, violation))
            continue;
        if (count++ < NAMED_ROWS)
            buf_addf(&named, "%s%s of %s refers to no row of %s", count > 1 ? "\n" : "",
                     violation->row, violation->child, violation->parent);
    }
    if (count == 0)
        return true;
    if (count > NAMED_ROWS)
        buf_addf(&named, "\nand %zu more", count - NAMED_ROWS);
    error_set(err, ERR_FAILED, "foreign keys: %zu %s to nothing any more", count,
              count == 1 ? "row refers" : "rows refer");
    err->detail = buf_text(&named);
    return error_hint(err, "foreign keys are off while revisions run: move or delete the rows of "
                           "the referring table too");
}

bool
foreign_keys_after(const ForeignKeys *keys, Connection *connection, Error *err)
{
    Comparison comparison = {.keys = keys,
                             .arena = keys->arena,
                             .pairs = {.arena = keys->arena},
                             .rows = {.arena = keys->arena}};
    Violations after = {0};

    if (keys->is_broken)
        return true;
    if (!violations_read(keys, connection, &after, err))
        return error_wrap(err, "foreign keys");
    if (after.len == 0)
        return true;
    compare_before(&comparison);
    for (size_t i = 0; i < after.len; i++)
        pair_count(&comparison, pair_before(&comparison, &after.at[i]))->after++;
    return violations_report(&comparison, &after, err);
}
