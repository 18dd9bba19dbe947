/* SPDX-License-Identifier: MIT */
#include "cmd/yaml_page.h"

#include <string.h>

#include "core/base/map.h"
#include "core/op_shapes.h"
#include "core/revision_shape.h"
#include "core/script.h"

static const char INTRO[] =
    "# YAML revisions\n"
    "\n"
    "A revision can be a list of operations, written once for PostgreSQL and SQLite. What an operation\n"
    "becomes on a database, `migrate render REV` prints; the way back is made from the operations in\n"
    "reverse order. This page is made by `migrate schema --format markdown`; the JSON Schema for\n"
    "editors, by `migrate schema`, is [revision.schema.json](revision.schema.json).\n"
    "\n"
    "```yaml\n"
    "revision: 8f2c1e04a7b1\n"
    "revises: 1975ea83b712\n"
    "message: accounts\n"
    "operations:\n"
    "  - create_table:\n"
    "      name: account\n"
    "      columns:\n"
    "        - {name: id, type: bigint, identity: true, primary_key: true}\n"
    "        - {name: email, type: string(320), nullable: false}\n"
    "  - create_index: {name: account_email, table: account, columns: [email]}\n"
    "```\n"
    "\n"
    "## The file\n"
    "\n";

static const char RULES[] =
    "\n"
    "- The plain part of YAML: one document of texts, lists and maps. Anchors, tags and keys that are\n"
    "  there twice are errors. At most 4 MB.\n"
    "- Ids are the text as it stands: `revision: 0123` is `0123`, and `1e5` is `1e5`. Other readers of YAML\n"
    "  take such ids for numbers; `migrate revision` writes them in quotes.\n"
    "- Truths are `true` and `false`. `yes`, `no`, `on` and `off` are refused where one is expected.\n"
    "- Names are taken as they are, case and all, and quoted in SQL where they have to be.\n"
    "- Between `{` and `}` a text with a comma needs quotes: `type: \"decimal(12,2)\"`.\n"
    "- SQL is a text, or one for each database: `{postgres: now(), sqlite: CURRENT_TIMESTAMP}`.\n"
    "- A downgrade runs the inverses in reverse order. What drops or alters says in `was` what was before;\n"
    "  `down` beside an operation, or of the file, is run instead. Without either the revision cannot be\n"
    "  downgraded, which `migrate show` says, and a downgrade over it is refused before anything runs.\n"
    "- `migrate revision fill REV` writes the missing `was` into the file. It runs the revisions below, those\n"
    "  in SQL too, in an SQLite database in memory, or with a PostgreSQL URL in a transaction that is rolled\n"
    "  back and holds its locks until then: better on an empty database than on one that is in use. What\n"
    "  `was` cannot say is told, and nothing is written.\n"
    "- What loses data (drop_table, drop_column, delete_rows, …) is refused in an upgrade\n"
    "  unless the file says `destructive: true`, or the operation `loss: none`.\n"
    "\n"
    "## Beside an operation\n"
    "\n"
    "Each item of `operations` is a map with one operation, and perhaps these keys beside it.\n"
    "\n";

static const char TYPES[] =
    "\n"
    "## Types\n"
    "\n"
    "| Type | PostgreSQL | SQLite |\n"
    "|---|---|---|\n"
    "| `boolean` | boolean | BOOLEAN |\n"
    "| `smallint`, `integer`, `bigint` | the same | the same; with identity INTEGER |\n"
    "| `decimal`, `decimal(precision,scale)` | numeric | NUMERIC |\n"
    "| `real`, `double` | real, double precision | REAL, DOUBLE |\n"
    "| `text`, `string`, `string(length)`, `char(length)` | text, varchar, char | TEXT, VARCHAR, CHAR |\n"
    "| `binary` | bytea | BLOB |\n"
    "| `date`, `time`, `timestamp`, `timestamptz`, with `(digits)` | the same | DATE, TIME, TIMESTAMP |\n"
    "| `interval` | interval | TEXT |\n"
    "| `uuid` | uuid | TEXT |\n"
    "| `json`, `json!` | jsonb, json | TEXT |\n"
    "| `enum(name)`, `enum[a, b]` | the enum; text with a CHECK | TEXT with a CHECK |\n"
    "| `array(type)` | type[] | refused |\n"
    "| `raw(inet)`, `{postgres: inet, sqlite: TEXT}` | as it is | as it is |\n"
    "\n"
    "## Defaults\n"
    "\n"
    "A value is a literal of the column's type: `0`, `true`, `open`, `'5'` for a text. `null` is none.\n"
    "`now()`, `today()` and `uuid()` without quotes are functions that every database has in its way;\n"
    "any other expression is `{sql: …}`.\n";

/* ---- tables of keys ---- */

static const char *
link_to(Arena *arena, const Shape *shape)
{
    return arena_format(arena, "[%s](#%s)", shape->name, shape->name);
}

static const char *
choices_of(Arena *arena, const ShapeChoice *choices)
{
    Buf out = {.arena = arena};

    for (const ShapeChoice *choice = choices; choice->word != NULL; choice++)
        buf_addf(&out, "%s`%s`", choice == choices ? "" : ", ", choice->word);
    return buf_text(&out);
}

static const char *
value_of(Arena *arena, const ShapeKey *key)
{
    switch (key->kind) {
    case SHAPE_NAME:
        return "name";
    case SHAPE_WORD:
    case SHAPE_TEXT:
        return "text";
    case SHAPE_NUMBER:
    case SHAPE_INTEGER:
        return "number";
    case SHAPE_BOOLEAN:
    case SHAPE_TRISTATE:
        return "true or false";
    case SHAPE_CHOICE:
        return choices_of(arena, key->choices);
    case SHAPE_EXPRESSION:
    case SHAPE_STATEMENT:
        return "SQL";
    case SHAPE_NAMES:
        return "list of names";
    case SHAPE_TEXTS:
        return "list of texts";
    case SHAPE_MAP:
    case SHAPE_POINTER:
        return link_to(arena, key->shape);
    case SHAPE_LIST:
        return arena_format(arena, "list of %s", link_to(arena, key->shape));
    case SHAPE_FORM:
        return key->form->name;
    case SHAPE_INCLUDE:
    case SHAPE_INLINE:
        return "";
    }
    return "";
}

typedef struct Page {
    Buf *out;
    Arena *arena;
    Map shapes; /* that were mentioned, by name */
} Page;

/* NOLINTNEXTLINE(misc-no-recursion): tables of a few levels */
static void
write_rows(Page *page, const Shape *shape)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        if (key->name == NULL) {
            write_rows(page, key->shape);
            continue;
        }
        if ((key->flags & SHAPE_HIDDEN) != 0)
            continue;
        const unsigned dialects = key->flags & SHAPE_DIALECTS;
        const bool is_required = (key->flags & SHAPE_REQUIRED) != 0;
        buf_addf(page->out, "| %s`%s`%s | %s | %s%s |\n", is_required ? "**" : "", key->name,
                 is_required ? "**" : "", value_of(page->arena, key), key->doc,
                 dialects == 0                ? ""
                 : dialects == SHAPE_POSTGRES ? " (PostgreSQL)"
                                              : " (SQLite)");
        if (key->shape != NULL && map_find(&page->shapes, slice_of(key->shape->name)) == NULL) {
            const Shape **slot = ARENA_NEW(page->arena, const Shape *);
            *slot = key->shape;
            map_put(&page->shapes, slice_of(key->shape->name), slot);
        }
    }
}

static void
write_table(Page *page, const Shape *shape)
{
    buf_add(page->out, "| Key | Value | |\n|---|---|---|\n");
    write_rows(page, shape);
}

/* ---- examples ---- */

/* Renders a list of operations for a dialect behind those before; *is_for tells whether they are
 * for it at all. */
static bool
render(Script *script, const char *items, Arena *arena, bool *is_for, Units *units, Error *err)
{
    Revision *revision = ARENA_NEW(arena, Revision);
    OpBody *body = ARENA_NEW(arena, OpBody);
    RevisionText *text = ARENA_NEW(arena, RevisionText);
    Operations ops = {0};

    text->text = slice_of(arena_format(arena,
                                       "revision: example\nrevises:\ndestructive: true\n"
                                       "operations:\n%s",
                                       items));
    text->body = body;
    if (!revision_parse_yaml("example.yaml", text->text, arena, revision, body, err) ||
        !op_select(body, DIRECTION_UPGRADE, script->dialect->name, arena, &ops, err))
        return false;
    *is_for = ops.len > 0;
    const Step step = {.revision = revision, .direction = DIRECTION_UPGRADE};
    return script_step(script, &step, text, arena, units, err);
}

enum { LONGEST_STATEMENT = 25, LINES_SHOWN = 6 };

/* Long ones are there to be run, not to be read here. */
static void
add_statement(Slice text, Buf *out)
{
    size_t lines = 1;
    size_t shown = text.len;

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n' && lines++ == LINES_SHOWN)
            shown = i;
    }
    if (lines <= LONGEST_STATEMENT)
        shown = text.len;
    buf_add_slice(out, (Slice){text.at, shown});
    buf_add(out, shown < text.len ? "\n-- and so on: migrate render shows all of it\n" : ";\n");
}

static void
add_statements(const Units *units, Buf *out)
{
    for (size_t i = 0; i < units->len; i++) {
        const Unit *unit = &units->at[i];
        size_t count = 0;
        for (size_t j = 0; j < unit->statements.len; j++)
            count += unit->statements.at[j].role == STATEMENT_USER;
        if (count > 0 && !unit->is_transactional)
            buf_add(out, "-- without a transaction:\n");
        else if (count > 0 && units->len > 1)
            buf_add(out, "-- a transaction:\n");
        for (size_t j = 0; j < unit->statements.len; j++) {
            if (unit->statements.at[j].role == STATEMENT_USER)
                add_statement(unit->statements.at[j].text, out);
        }
    }
}

static bool
render_example(const Dialect *dialect, const char *example, Arena *arena, const char **rendered,
               Error *err)
{
    static const TableNames TABLES = {.schema = "main",
                                      .version = "migrate_version",
                                      .history = "migrate_history",
                                      .keeps_history = true};
    static const Session SESSION = {.program = "migrate"};
    Script script = {.dialect = dialect, .tables = &TABLES, .session = &SESSION};
    const Names rows = {0};
    Units units = {0};
    Buf out = {.arena = arena};
    bool is_for = false;

    script_init(&script, &rows, arena);
    *rendered = NULL;
    if (dialect->catalog_open != NULL && !dialect->catalog_open(arena, &script.catalog, err))
        return false;
    bool ok = render(&script, OP_NOTES_BEFORE, arena, &is_for, &units, err);
    units = (Units){0};
    ok = ok && render(&script, example, arena, &is_for, &units, err);
    if (ok && is_for) {
        add_statements(&units, &out);
        *rendered = buf_text(&out);
    }
    if (script.catalog != NULL)
        dialect->catalog_close(script.catalog);
    return ok;
}

static void
write_code(Buf *out, const char *title, const char *sql)
{
    if (sql == NULL)
        return;
    if (sql[0] == '\0')
        buf_addf(out, "%s: nothing.\n\n", title);
    else
        buf_addf(out, "%s:\n\n```sql\n%s```\n\n", title, sql);
}

static bool
write_example(Page *page, const char *example, Error *err)
{
    const char *rendered[2] = {NULL, NULL};
    static const char *const TITLES[] = {"postgres", "sqlite"};

    buf_addf(page->out, "```yaml\n%s```\n\n", example);
    for (size_t i = 0; i < 2; i++) {
        if (!render_example(driver_find(TITLES[i])->dialect, example, page->arena, &rendered[i],
                            err))
            return false;
    }
    if (rendered[0] != NULL && rendered[1] != NULL && strcmp(rendered[0], rendered[1]) == 0) {
        write_code(page->out, "On both", rendered[0]);
        return true;
    }
    write_code(page->out, "PostgreSQL", rendered[0]);
    write_code(page->out, "SQLite", rendered[1]);
    return true;
}

static bool
write_operation(Page *page, const OpShape *shape, Error *err)
{
    const OpNote *note = &OP_NOTES[shape->kind];

    buf_addf(page->out, "### %s\n\n", shape->name);
    if (note->notes != NULL)
        buf_addf(page->out, "%s\n\n", note->notes);
    if (shape->kind != OP_SQL) {
        write_table(page, shape->shape);
        buf_add_char(page->out, '\n');
    }
    buf_addf(page->out, "Inverse: %s.\n\n", shape->inverse);
    return write_example(page, note->example, err);
}

/* ---- the page ---- */

/* Parts may mention further ones. */
static void
write_parts(Page *page)
{
    buf_add(page->out, "## Parts of operations\n\n");
    for (size_t i = 0; i < page->shapes.len; i++) {
        const Shape *const *shape = page->shapes.entries[i].value;
        buf_addf(page->out, "### %s\n\n%s.\n\n", (*shape)->name, (*shape)->doc);
        write_table(page, *shape);
        buf_add_char(page->out, '\n');
    }
}

bool
yaml_page_write(Buf *out, Error *err)
{
    Page page = {.out = out, .arena = out->arena, .shapes = {.arena = out->arena}};

    buf_add(out, INTRO);
    write_table(&page, &REVISION_SHAPE);
    buf_add(out, RULES);
    write_table(&page, &OP_COMMON);
    buf_add(out, TYPES);
    buf_add(out, "\n## Operations\n\nKeys in bold have to be there.\n\n");
    for (size_t i = 0; i < OP_SHAPE_COUNT; i++) {
        if (OP_SHAPES[i].constraint == CONSTRAINT_ABSENT &&
            !write_operation(&page, &OP_SHAPES[i], err))
            return false;
    }
    write_parts(&page);
    out->len--; /* one line feed at its end */
    out->at[out->len] = '\0';
    return true;
}
