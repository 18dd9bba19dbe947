/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/table_text.h"

#include <sqlite3.h>
#include <string.h>

#include "core/base/text.h"
#include "tests/support/suite.h"

/* All of them are tables to SQLite. */
static const char *const TABLES[] = {
    "CREATE TABLE t(a)",
    "CREATE TABLE t(a, b INT, c TEXT NOT NULL)",
    "CREATE TABLE \"t\"(\"a\" INT, [b c] TEXT, `d``e` BLOB, 'f' NUM, \"g\"\"h\")",
    "CREATE TABLE t(\n  a INTEGER PRIMARY KEY, -- the key\n  b TEXT, /* b, the (second */\n  c\n)",
    "CREATE TABLE t(a INT -- x\n, b INT -- y\n, c INT -- z\n)",
    "CREATE TABLE t(a INT /*,*/, /* before b */ b INT /* behind b */, c INT)",
    "CREATE TABLE t(/* first */ a, b)",
    "CREATE TABLE t(a VARCHAR ( 10 ), b DECIMAL(10,2) DEFAULT -1.5e-3 NOT NULL, c DOUBLE PRECISION)",
    "CREATE TABLE t(a UNSIGNED BIG INT DEFAULT(1+(2)), b 'odd type' DEFAULT 'x,)''y', c DEFAULT "
    "NULL)",
    "CREATE TABLE t(a DEFAULT x'0aff' UNIQUE, b DEFAULT CURRENT_TIMESTAMP, c DEFAULT +5 CHECK(c>0))",
    "CREATE TABLE t(a DEFAULT NULL NOT NULL, b DEFAULT TRUE, c DEFAULT .5)",
    "CREATE TABLE t(a INT CONSTRAINT a_key PRIMARY KEY ON CONFLICT REPLACE, b)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY ASC AUTOINCREMENT, b)",
    "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b)",
    "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a AUTOINCREMENT))",
    "CREATE TABLE t(a INT, b TEXT, PRIMARY KEY (b COLLATE NOCASE DESC, a) ON CONFLICT IGNORE)",
    "CREATE TABLE t(a INT, b TEXT, UNIQUE(a)CHECK(b<>')') CONSTRAINT q UNIQUE(b, a))",
    "CREATE TABLE t(a INT CONSTRAINT loose, b INT, CONSTRAINT odd CONSTRAINT even CHECK (a > 0), "
    "CONSTRAINT last)",
    "CREATE TABLE t(a INT REFERENCES p(id) ON DELETE SET NULL NOT NULL, b REFERENCES p ON UPDATE "
    "SET DEFAULT DEFAULT 3)",
    "CREATE TABLE t(a INT REFERENCES p MATCH FULL ON DELETE NO ACTION NOT DEFERRABLE INITIALLY "
    "IMMEDIATE UNIQUE, b)",
    "CREATE TABLE t(a, b, FOREIGN KEY (a, b) REFERENCES p (x, y) ON DELETE CASCADE DEFERRABLE "
    "INITIALLY DEFERRED, CHECK (a IN (1,2)))",
    "CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a + 1) STORED, c AS (a||')') , d TEXT "
    "GENERATED ALWAYS AS (a) VIRTUAL UNIQUE)",
    "CREATE TABLE t(a TEXT COLLATE NOCASE NOT NULL ON CONFLICT FAIL DEFAULT 'check', b COLLATE "
    "\"rtrim\")",
    "CREATE TABLE t(a TEXT PRIMARY KEY, b) WITHOUT ROWID",
    "CREATE TABLE t(a INT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID",
    "CREATE TABLE t(a INT, b ANY) strict",
    "CREATE TABLE t(key INT, \"check\" INT, \"primary\" TEXT, action, \"constraint\", rowid)",
    "CREATE TABLE t(\xC3\xA9t\xC3\xA9 INT, \"na\xC3\xAFve\" TEXT, \xE2\x82\xAC)",
    "CREATE TABLE t(a INT,b INT,c INT CHECK(c IN(SELECT_,1)),SELECT_ INT)",
    "CREATE TABLE\t\"t\"\r\n(a\tINT\r\n,b\tTEXT\r\n)\r\n",
    "CREATE TABLE t(a INT NOT/**/NULL/**/UNIQUE, b TEXT/**/)",
    "CREATE TABLE t(a INT CHECK(a>0)UNIQUE NOT NULL,b 'TEXT'NOT NULL)",
};

enum { TABLE_COUNT = sizeof TABLES / sizeof *TABLES };

static Arena arena;
static sqlite3 *db;
static TableText table;

static void
set_up(void)
{
    arena = (Arena){0};
    ck_assert_int_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "CREATE TABLE p(id INTEGER PRIMARY KEY, x, y)", 0, 0, 0),
                     SQLITE_OK);
}

static void
tear_down(void)
{
    (void)sqlite3_close(db);
    arena_release(&arena);
}

static void
parse(const char *text)
{
    ck_assert_msg(table_text_parse(&table, slice_of(text), &arena), "%s", text);
}

static TextPatch
patch(const char *text)
{
    return (TextPatch){.text = slice_of(text)};
}

static void
same_bytes(const char *text)
{
    ck_assert_str_eq(arena_copy(&arena, table.text), text);
}

/* But for a blank that keeps two words apart. */
static void
same_but_blanks(const char *text)
{
    const char *at = arena_copy(&arena, table.text);

    for (;; at++, text++) {
        while (*at == ' ')
            at++;
        while (*text == ' ')
            text++;
        ck_assert_int_eq(*at, *text);
        if (*at == '\0')
            return;
    }
}

/* SQLite takes the text as it is now; so that it can stand there again it goes at once. */
static void
make(bool stays)
{
    char *message = NULL;
    const char *text = arena_copy(&arena, table.text);

    (void)sqlite3_exec(db, "DROP TABLE IF EXISTS t", 0, 0, 0);
    (void)sqlite3_exec(db, text, 0, 0, &message);
    ck_assert_msg(message == NULL, "%s: %s", text, message);
    if (!stays)
        (void)sqlite3_exec(db, "DROP TABLE t", 0, 0, 0);
}

static const char *
answer(sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);

    return text == NULL ? NULL : arena_text(&arena, (const char *)text);
}

static sqlite3_stmt *
ask(const char *query)
{
    sqlite3_stmt *stmt = NULL;

    ck_assert_msg(sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK, "%s: %s", query,
                  sqlite3_errmsg(db));
    return stmt;
}

/* The default as the pragma tells it, without what SQLite itself does not keep of it. */
static void
compare_default(int column, const char *expected)
{
    const TablePart *part = table_text_part(&table, column, PART_DEFAULT);

    ck_assert_int_eq(part == NULL, expected == NULL);
    if (part == NULL)
        return;
    Slice text = table_text_at(&table, part->body);
    if (text.at[0] == '(' && expected[0] != '(')
        text = (Slice){text.at + 1, text.len - 2};
    ck_assert_str_eq(arena_copy(&arena, text), expected);
}

static void
compare_column(int column, sqlite3_stmt *stmt)
{
    const TableColumn *found = &table.columns.at[column];
    const bool is_generated = sqlite3_column_int(stmt, 6) >= 2;
    const bool is_not_null = table_text_part(&table, column, PART_NOT_NULL) != NULL;

    ck_assert_str_eq(sqlite_name(&arena, table_text_at(&table, found->name)), answer(stmt, 1));
    ck_assert_int_eq(table_text_column(&table, answer(stmt, 1)), column);
    const Slice type = table_text_at(&table, found->type);
    ck_assert_str_eq(slice_starts_with(type, "'") ? sqlite_name(&arena, type)
                                                  : arena_copy(&arena, type),
                     answer(stmt, 2));
    if (!table.is_without_rowid)
        ck_assert_int_eq(is_not_null, sqlite3_column_int(stmt, 3));
    ck_assert_int_eq(table_text_part(&table, column, PART_GENERATED) != NULL, is_generated);
    compare_default(column, answer(stmt, 4));
}

START_TEST(what_is_read_agrees_with_table_xinfo)
{
    int count = 0;

    parse(TABLES[_i]);
    make(true);
    sqlite3_stmt *stmt = ask("SELECT * FROM pragma_table_xinfo('t') ORDER BY cid");
    while (sqlite3_step(stmt) == SQLITE_ROW)
        compare_column(count++, stmt);
    (void)sqlite3_finalize(stmt);
    ck_assert_int_eq((int)table.columns.len, count);
    stmt = ask("SELECT wr, strict FROM pragma_table_list('t') WHERE schema = 'main'");
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_int(stmt, 0), table.is_without_rowid);
    ck_assert_int_eq(sqlite3_column_int(stmt, 1), table.is_strict);
    (void)sqlite3_finalize(stmt);
}
END_TEST

/* rowid reaches the same value as the column just where SQLite says that it is one. */
START_TEST(the_alias_of_the_rowid_is_known)
{
    parse(TABLES[_i]);
    make(true);
    const int column = table_text_rowid(&table);
    sqlite3_stmt *stmt = ask("SELECT count(*), max(name), max(upper(type)) FROM "
                             "pragma_table_xinfo('t') WHERE pk > 0");
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    const bool may_be = sqlite3_column_int(stmt, 0) == 1 && !table.is_without_rowid &&
                        strcmp(answer(stmt, 2), "INTEGER") == 0;
    const char *name = answer(stmt, 1);
    (void)sqlite3_finalize(stmt);
    stmt = ask("SELECT count(*) FROM pragma_index_list('t') WHERE origin = 'pk'");
    ck_assert_int_eq(sqlite3_step(stmt), SQLITE_ROW);
    if (may_be && sqlite3_column_int(stmt, 0) == 0)
        ck_assert_int_eq(column, table_text_column(&table, name));
    else
        ck_assert_int_eq(column, NO_COLUMN);
    (void)sqlite3_finalize(stmt);
}
END_TEST

START_TEST(a_column_added_and_removed_leaves_the_bytes)
{
    const TextPatch column = patch("\"a new, one\" TEXT DEFAULT ')'");

    parse(TABLES[_i]);
    for (int after = NO_COLUMN; after < (int)table.columns.len; after++) {
        ck_assert(table_text_add_column(&table, after, &column));
        make(false);
        ck_assert_int_eq(table_text_column(&table, "A NEW, ONE"), after + 1);
        ck_assert(table_text_remove_column(&table, after + 1));
        same_bytes(TABLES[_i]);
    }
}
END_TEST

START_TEST(a_constraint_added_and_removed_leaves_the_bytes)
{
    const TextPatch constraint = patch("CONSTRAINT [a new one] CHECK (1 IN (1, 2))");
    int column = 7;

    parse(TABLES[_i]);
    ck_assert(table_text_add_constraint(&table, &constraint));
    make(false);
    const TablePart *part = table_text_constraint(&table, "a new one", &column);
    ck_assert_ptr_nonnull(part);
    ck_assert_int_eq(column, NO_COLUMN);
    ck_assert(table_text_remove_part(&table, part));
    same_bytes(TABLES[_i]);
}
END_TEST

START_TEST(a_type_changed_and_changed_back_leaves_the_bytes)
{
    const TextPatch type = patch("INT");

    for (int i = 0;; i++) {
        parse(TABLES[_i]);
        if (i == (int)table.columns.len)
            break;
        const TextRange range = table.columns.at[i].type;
        if (range.at == range.end)
            continue;
        const TextPatch before = {
            .text = {arena_copy(&arena, table_text_at(&table, range)), range.end - range.at}};
        ck_assert(table_text_set_type(&table, i, &type));
        ck_assert(table_text_set_type(&table, i, &before));
        same_but_blanks(TABLES[_i]);
    }
}
END_TEST

START_TEST(a_part_added_and_removed_leaves_the_bytes)
{
    const TextPatch part = patch("CHECK (1)");

    parse(TABLES[_i]);
    for (int i = 0; i < (int)table.columns.len; i++) {
        const char *before = arena_copy(&arena, table.text);
        ck_assert(table_text_add_part(&table, i, &part));
        make(false);
        ck_assert(table_text_remove_part(&table, &table.parts.at[table.columns.at[i].first]));
        same_but_blanks(before);
    }
}
END_TEST

/* Whatever is taken away, the rest is what it was; the first column of a table without rowids or
 * with a key elsewhere may not go, so that SQLite is not asked. */
START_TEST(each_part_can_be_taken_away)
{
    for (size_t i = 0;; i++) {
        parse(TABLES[_i]);
        if (i == table.parts.len)
            break;
        const size_t parts = table.parts.len;
        const size_t columns = table.columns.len;
        const size_t constraints = table.constraints;
        const TablePartKind last = table.parts.at[parts - 1].kind;
        ck_assert(table_text_remove_part(&table, &table.parts.at[i]));
        ck_assert_uint_eq(table.parts.len, parts - 1);
        ck_assert_uint_eq(table.columns.len, columns);
        ck_assert_uint_eq(table.constraints, i < constraints ? constraints - 1 : constraints);
        if (i + 1 < parts)
            ck_assert_int_eq(table.parts.at[parts - 2].kind, last);
    }
}
END_TEST

START_TEST(each_column_can_be_taken_away)
{
    for (int i = 0;; i++) {
        parse(TABLES[_i]);
        const int columns = (int)table.columns.len;
        if (i == columns || columns == 1)
            break;
        const size_t own = table.parts.len - table.constraints;
        ck_assert(table_text_remove_column(&table, i));
        ck_assert_int_eq((int)table.columns.len, columns - 1);
        ck_assert_uint_eq(table.parts.len - table.constraints, own);
    }
}
END_TEST

typedef struct EditCase {
    const char *before;
    char edit; /* - column, t type, p part, d default away, n not null away, c constraint, k no key
                */
    const char *name;
    const char *text;
    const char *after;
} EditCase;

static const EditCase EDITS[] = {
    {"CREATE TABLE t(a, b, c)", '-', "a", NULL, "CREATE TABLE t(b, c)"},
    {"CREATE TABLE t(a, b, c)", '-', "B", NULL, "CREATE TABLE t(a, c)"},
    {"CREATE TABLE t(a, b, c)", '-', "c", NULL, "CREATE TABLE t(a, b)"},
    {"CREATE TABLE t(a /*1*/, /*2*/ b)", '-', "a", NULL, "CREATE TABLE t( /*1*/ /*2*/ b)"},
    {"CREATE TABLE t(a, /*2*/ b)", '-', "a", NULL, "CREATE TABLE t( /*2*/ b)"},
    {"CREATE TABLE t(a -- 1\n, -- 2\n b\n)", '-', "b", NULL, "CREATE TABLE t(a -- 1\n -- 2\n \n)"},
    {"CREATE TABLE t(\n  a,\n  b\n)", '+', "a", "c INT", "CREATE TABLE t(\n  a,\n  c INT,\n  b\n)"},
    {"CREATE TABLE t(\n  a,\n  b\n)", '+', "b", "c", "CREATE TABLE t(\n  a,\n  b,\n  c\n)"},
    {"CREATE TABLE t(a, UNIQUE(a))", '+', "a", "c", "CREATE TABLE t(a, c, UNIQUE(a))"},
    {"CREATE TABLE t(a)", 't', "a", "INT", "CREATE TABLE t(a INT)"},
    {"CREATE TABLE t(a DECIMAL (3, 2) NOT NULL)", 't', "a", "INT",
     "CREATE TABLE t(a INT NOT NULL)"},
    {"CREATE TABLE t(a)", 'p', "a", "NOT NULL", "CREATE TABLE t(a NOT NULL)"},
    {"CREATE TABLE t(a INT/**/)", 'p', "a", "NOT NULL", "CREATE TABLE t(a INT NOT NULL /**/)"},
    {"CREATE TABLE t(a INT DEFAULT -1 UNIQUE)", 'd', "a", NULL, "CREATE TABLE t(a INT UNIQUE)"},
    {"CREATE TABLE t(a INT -- x\n  DEFAULT 1)", 'd', "a", NULL, "CREATE TABLE t(a INT -- x\n)"},
    {"CREATE TABLE t(a INT DEFAULT 1/**/UNIQUE)", 'd', "a", NULL,
     "CREATE TABLE t(a INT /**/UNIQUE)"},
    {"CREATE TABLE t(a INT NOT NULL ON CONFLICT FAIL,b)", 'n', "a", NULL,
     "CREATE TABLE t(a INT,b)"},
    {"CREATE TABLE t(a INT CHECK(a>0)NOT NULL)", 'n', "a", NULL,
     "CREATE TABLE t(a INT CHECK(a>0))"},
    {"CREATE TABLE t(a, CONSTRAINT \"q\" CHECK (a), CHECK (1))", 'c', "Q", NULL,
     "CREATE TABLE t(a, CHECK (1))"},
    {"CREATE TABLE t(a, CONSTRAINT q UNIQUE(a) CHECK (1))", 'c', "q", NULL,
     "CREATE TABLE t(a,  CHECK (1))"},
    {"CREATE TABLE t(a, UNIQUE(a) CONSTRAINT q CHECK (1))", 'c', "q", NULL,
     "CREATE TABLE t(a, UNIQUE(a) )"},
    {"CREATE TABLE t(a INT CONSTRAINT q UNIQUE, b)", 'c', "q", NULL, "CREATE TABLE t(a INT, b)"},
};

static bool
edit_do(const EditCase *edit)
{
    const TextPatch made = edit->text == NULL ? (TextPatch){0} : patch(edit->text);
    int column = table_text_column(&table, edit->name);

    switch (edit->edit) {
    case '-':
        return table_text_remove_column(&table, column);
    case '+':
        return table_text_add_column(&table, column, &made);
    case 't':
        return table_text_set_type(&table, column, &made);
    case 'p':
        return table_text_add_part(&table, column, &made);
    case 'd':
        return table_text_remove_part(&table, table_text_part(&table, column, PART_DEFAULT));
    case 'n':
        return table_text_remove_part(&table, table_text_part(&table, column, PART_NOT_NULL));
    default:
        return table_text_remove_part(&table, table_text_constraint(&table, edit->name, &column));
    }
}

START_TEST(edits_write_what_a_person_would)
{
    parse(EDITS[_i].before);
    ck_assert(edit_do(&EDITS[_i]));
    same_bytes(EDITS[_i].after);
}
END_TEST

START_TEST(what_is_no_table_is_refused)
{
    static const char *const OTHERS[] = {
        "",
        "CREATE",
        "CREATE TABLE",
        "CREATE TABLE t",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TABLE t()",
        "CREATE TABLE t(a",
        "CREATE TABLE t(a,)",
        "CREATE TABLE t(a))",
        "CREATE TABLE t(a 'b)",
        "CREATE TABLE t(a, CHECK)",
        "CREATE TABLE t(a, PRIMARY (a))",
        "CREATE TABLE t(a NOT)",
        "CREATE TABLE t(a DEFAULT)",
        "CREATE TABLE t(a COLLATE)",
        "CREATE TABLE t(a CONSTRAINT)",
        "CREATE TABLE t(a GENERATED ALWAYS)",
        "CREATE TABLE t(CHECK (1))",
        "CREATE TABLE t(a) WITHOUT",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE VIEW t(a) AS SELECT 1",
    };

    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        ck_assert_msg(!table_text_parse(&table, slice_of(OTHERS[i]), &arena), "%s", OTHERS[i]);
}
END_TEST

START_TEST(a_patch_that_breaks_the_text_changes_nothing)
{
    const TextPatch bad = patch("b INT) (");
    const TextPatch column = patch("b INT CHECK (b > 0");

    parse("CREATE TABLE t(a)");
    ck_assert(!table_text_add_column(&table, 0, &bad));
    ck_assert(!table_text_add_column(&table, 0, &column));
    same_bytes("CREATE TABLE t(a)");
    ck_assert_uint_eq(table.columns.len, 1);
    ck_assert(!table_text_remove_column(&table, 0));
}
END_TEST

/* Pieces of the file stay with their bytes through other edits. */
START_TEST(pieces_go_along)
{
    const OpText from = {.text = SLICE("b > 0")};
    TextPatch check = patch("CHECK (b > 0)");

    *VEC_ADD(&arena, &check.pieces) = (StatementPiece){.at = 7, .len = 5, .from = from};
    parse("CREATE TABLE t(a INT, b INT)");
    ck_assert(table_text_add_constraint(&table, &check));
    const TextPatch type = patch("BIGINT");
    ck_assert(table_text_set_type(&table, 0, &type));
    const TextPatch column = patch("c INT");
    ck_assert(table_text_add_column(&table, 1, &column));
    same_bytes("CREATE TABLE t(a BIGINT, b INT, c INT, CHECK (b > 0))");
    ck_assert_uint_eq(table.pieces.len, 1);
    const StatementPiece *piece = &table.pieces.at[0];
    ck_assert(slice_is((Slice){table.text.at + piece->at, piece->len}, "b > 0"));
    ck_assert(table_text_remove_part(&table, &table.parts.at[table.constraints]));
    ck_assert_uint_eq(table.pieces.len, 0);
}
END_TEST

START_TEST(names_are_compared_as_sqlite_does)
{
    ck_assert(sqlite_name_is(SLICE("\"A\"\"b\""), "a\"B"));
    ck_assert(sqlite_name_is(SLICE("[a]"), "A"));
    ck_assert(!sqlite_name_is(SLICE("\"a\""), "ab"));
    ck_assert(!sqlite_name_is(SLICE("\"ab\""), "a"));
    ck_assert(!sqlite_name_is(SLICE("\xC3\x84"), "\xC3\xA4"));
    ck_assert(sqlite_mentions(SLICE("lower(x) > t.\"A b\""), "a B"));
    ck_assert(sqlite_mentions(SLICE("lower > 1"), "lower"));
    ck_assert(!sqlite_mentions(SLICE("lower(x) = 'a'"), "lower"));
    ck_assert(!sqlite_mentions(SLICE("lower(x) = 'a' /* a */"), "a"));
    parse("CREATE TABLE t(a, b, UNIQUE (\"a\" COLLATE nocase DESC, [B]))");
    const Names names = table_text_names(&table, table.parts.at[0].body, &arena);
    ck_assert_str_eq(names_join(&arena, &names, "|"), "a|B");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, what_is_read_agrees_with_table_xinfo, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, the_alias_of_the_rowid_is_known, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, a_column_added_and_removed_leaves_the_bytes, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, a_constraint_added_and_removed_leaves_the_bytes, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, a_type_changed_and_changed_back_leaves_the_bytes, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, a_part_added_and_removed_leaves_the_bytes, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, each_part_can_be_taken_away, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, each_column_can_be_taken_away, 0, TABLE_COUNT);
    tcase_add_loop_test(tcase, edits_write_what_a_person_would, 0,
                        (int)(sizeof EDITS / sizeof *EDITS));
    tcase_add_test(tcase, what_is_no_table_is_refused);
    tcase_add_test(tcase, a_patch_that_breaks_the_text_changes_nothing);
    tcase_add_test(tcase, pieces_go_along);
    tcase_add_test(tcase, names_are_compared_as_sqlite_does);
}

int
main(void)
{
    return suite_main("drivers/sqlite/table_text", add);
}
