/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/excerpt.h"
#include "core/base/file.h"
#include "core/sql/lexer.h"

static const Option OPTIONS[] = {
    {"dialect", '\0', OPTION_TEXT, "NAME", VALUE_DIALECT, "postgres (the default) or sqlite"},
    {.name = NULL},
};

/* A fact as it is printed. */
typedef struct FactName {
    unsigned fact;
    const char *name;
} FactName;

static const FactName FACT_NAMES[] = {
    {SQL_BEGINS_TRANSACTION, "begins-transaction"},
    {SQL_ENDS_TRANSACTION, "ends-transaction"},
    {SQL_SAVEPOINT, "savepoint"},
    {SQL_NO_TRANSACTION, "no-transaction"},
    {SQL_CONCURRENTLY, "concurrently"},
    {SQL_SETS_SESSION, "sets-session"},
    {SQL_COPY_FROM_STDIN, "copy-from-stdin"},
    {SQL_DATA_OPEN, "data-open"},
    {SQL_BACKSLASH, "backslash"},
};

/* What is listed, and how. */
typedef struct Listing {
    Context *context;
    const char *file;
    Slice text; /* of the whole file */
    SqlDialect dialect;
    Table table;
    Json json;
} Listing;

static Names
fact_names(unsigned facts, Arena *arena)
{
    Names names = {0};

    for (size_t i = 0; i < sizeof FACT_NAMES / sizeof FACT_NAMES[0]; i++) {
        if ((facts & FACT_NAMES[i].fact) != 0)
            *VEC_ADD(arena, &names) = FACT_NAMES[i].name;
    }
    return names;
}

/* The leading words; of a shell's own command its first word. */
static Names
leading_words(const SqlStatement *statement, Arena *arena)
{
    Names words = {0};

    for (size_t i = 0; i < SQL_WORDS && statement->words[i].len > 0; i++)
        *VEC_ADD(arena, &words) = arena_copy(arena, statement->words[i]);
    if (words.len == 0) {
        Slice rest = {0};
        *VEC_ADD(arena, &words) = arena_copy(arena, slice_cut(statement->text, ' ', &rest));
    }
    return words;
}

static void
list_text(Listing *listing, const SqlStatement *statement, const Names *words, const Names *facts)
{
    Table *table = &listing->table;
    Arena *arena = table->arena;
    const char *rows = statement->data.len == 0
                           ? ""
                           : arena_format(arena, " (%zu bytes of rows from line %u)",
                                          statement->data.len, statement->data_line);

    table_add(table, arena_format(arena, "%u:%u", statement->line, statement->column));
    table_add(table, arena_format(arena, "%zu", statement->text.len));
    table_add(table, output_line(arena, names_join(arena, words, " ")));
    table_add(table, arena_format(arena, "%s%s", names_join(arena, facts, " "), rows));
}

static void
list_json(Listing *listing, const SqlStatement *statement, size_t offset, const Names *words,
          const Names *facts)
{
    Json *json = &listing->json;

    json_object(json, NULL);
    json_number(json, "line", statement->line);
    json_number(json, "column", statement->column);
    json_number(json, "offset", (int64_t)offset);
    json_number(json, "length", (int64_t)statement->text.len);
    json_names(json, "words", words);
    json_names(json, "facts", facts);
    if ((statement->facts & SQL_COPY_FROM_STDIN) != 0) {
        json_number(json, "data_line", statement->data_line);
        json_number(json, "data_length", (int64_t)statement->data.len);
    }
    json_object_end(json);
}

/* The statements of a part of the file, which begins at `body`. */
static bool
list_part(Listing *listing, Slice part, size_t body, unsigned line, Error *err)
{
    Arena *arena = listing->context->arena;
    SqlLexer lexer;
    SqlStatement found;

    sql_init(&lexer, listing->dialect, part, line);
    while (sql_next(&lexer, &found)) {
        const Names words = leading_words(&found, arena);
        const Names facts = fact_names(found.facts, arena);
        if (listing->context->json)
            list_json(listing, &found, body + found.offset, &words, &facts);
        else
            list_text(listing, &found, &words, &facts);
    }
    if (lexer.error == NULL)
        return true;
    error_set_at(err, ERR_REVISION, (Place){listing->file, lexer.error_line, lexer.error_column},
                 "%s", lexer.error);
    error_hint(err, "%s",
               lexer.hint != NULL ? lexer.hint : "it opens here and does not end where it is cut");
    err->excerpt = excerpt_lines(listing->text, body + lexer.error_offset, err->arena);
    return false;
}

/* A revision is cut at its directives first; any other script is one part. */
static bool
list_file(Listing *listing, const char *dialect, Error *err)
{
    Error problems = {.arena = err->arena};
    Revision revision = {0};

    if (!revision_parse_sql(listing->file, listing->text, listing->context->arena, &revision,
                            &problems))
        return list_part(listing, listing->text, 0, 1, err);
    for (size_t i = 0; i < revision.sections.len; i++) {
        const Section *section = &revision.sections.at[i];
        const Slice part = {listing->text.at + section->body, section->body_len};
        if (section->dialect != NULL && strcmp(section->dialect, dialect) != 0)
            continue;
        if (!list_part(listing, part, section->body, section->body_line, err))
            return false;
    }
    return true;
}

static bool
run(Context *context, Error *err)
{
    Listing listing = {.context = context,
                       .file = context->operands.at[0],
                       .table = {.arena = context->arena, .columns = 4}};
    const char *name = option_text(context, "dialect");
    const Driver *driver = driver_find(name == NULL ? "postgres" : name);

    if (driver == NULL) {
        error_set(err, ERR_USAGE, "unknown dialect \"%s\"", name);
        return error_hint(err, "--dialect postgres or --dialect sqlite");
    }
    listing.dialect = driver->dialect->lexer;
    if (!file_read(listing.file, context->arena, &listing.text, err)) {
        err->code = ERR_USAGE;
        return false;
    }
    if (context->json) {
        listing.json = context_document(context);
        json_array(&listing.json, "statements");
    }
    const bool is_fine = list_file(&listing, driver->dialect->name, err);
    table_print(&listing.table, context->out, output_width(context->out), context->is_coloured);
    if (context->json) {
        json_array_end(&listing.json);
        context_event_end(&listing.json);
    }
    return is_fine;
}

const Command COMMAND_STATEMENTS = {
    .name = "statements",
    .group = "Look",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_FILE,
    .summary = "the statements of a SQL file, as they are told apart",
    .description =
        "Lists each statement of FILE with its line and column, its length in bytes, its "
        "leading words, and what planning looks at: whether it begins or ends a "
        "transaction, cannot run in one, changes the session, or has rows behind it. "
        "FILE may be a revision, a dump or any other script; nothing is run. When "
        "something does not end, the error says where it began.",
    .examples = "migrate statements migrations/8f2c1e04a7b1_create_account_table.sql\n"
                "migrate statements --dialect sqlite schema.sql\n"
                "pg_dump shop | migrate statements /dev/stdin",
    .options = OPTIONS,
    .run = run,
};
