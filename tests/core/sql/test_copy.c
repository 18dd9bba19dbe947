/* SPDX-License-Identifier: MIT */
/* Rows as PostgreSQL's COPY reads them; tests/cli/postgres/copy and tests/cli/sqlite/copy compare
 * what the databases make of a file. */
#include "core/sql/copy.h"

#include <string.h>

#include "tests/support/suite.h"

/* Rows are shown as their fields in brackets, NULL as ~, and a ';' behind each. */
static const struct {
    const char *options;
    const char *text;
    const char *rows;
} CASES[] = {
    {"format:csv", "", ""},
    {"format:csv", "1,a\n2,b", "[1][a];[2][b];"},
    {"format:csv", "1,a\r\n2,b\r\n", "[1][a];[2][b];"},
    {"format:csv", "1,a\r2,b\r", "[1][a];[2][b];"},
    {"format:csv", "\n,\n", "~;~~;"},
    {"format:csv", "\"\",,\"\"", "[]~[];"},
    {"format:csv", "\"a,b\",\"c\"\"d\"\n", "[a,b][c\"d];"},
    {"format:csv", "\"a\nb\r\nc\",x\n", "[a\nb\r\nc][x];"},
    {"format:csv", "a\"b,c\"d,\"e\"f\n", "[ab,cd][ef];"},
    {"format:csv", " a , b \n", "[ a ][ b ];"},
    {"format:csv", "\\N,\\n,\\\n", "[\\N][\\n][\\];"},
    {"format:csv header:true", "id\n1\n", "[1];"},
    {"format:csv header:true", "\"i\nd\"\n1\n", "[1];"},
    {"format:csv header:true", "id", ""},
    {"format:csv delimiter:; null:NULL", "NULL;\"NULL\";null;\n", "~[NULL][null][];"},
    {"format:csv delimiter:tab", "a,b\tc\n", "[a,b][c];"},
    {"format:csv quote:'''' escape:\\", "'it\\'s \\\\ \\n',''\n", "[it's \\ \\n][];"},
    {"format:csv escape:\\", "\"a\\\"b\"\"c\"\n", "[a\"bc];"},
    {"", "1\ta\n2\t\\N\n", "[1][a];[2]~;"},
    {"", "\\\\N\t\\N \tN\n", "[\\N][N ][N];"},
    {"", "\\b\\f\\n\\r\\t\\v\t\\a\\.\\\\\n", "[\b\f\n\r\t\v][a.\\];"},
    {"", "\\101\\1012\\7x\t\\x41\\x411\\xg\n", "[AA2\7x][AA1xg];"},
    {"", "a\\\nb\tc\n", "[a\nb][c];"},
    {"", "a\\\tb\n", "[a\tb];"},
    {"", "\n\t\n", "[];[][];"},
    {"null:''", "\t\\N\n", "~[N];"},
    {"delimiter:| header:true", "x|y\n1|2", "[1][2];"},
};

static const char *
shown(const SqlCopy *copy, const char *text, Arena *arena, SqlRows *rows)
{
    Arena of_row = {0};
    Buf out = {.arena = arena};

    sql_rows_init(rows, copy, slice_of(text), false, &of_row);
    while (sql_rows_next(rows)) {
        for (size_t i = 0; i < rows->fields.len; i++) {
            if (rows->fields.at[i].is_null)
                buf_add(&out, "~");
            else
                buf_addf(&out, "[%.*s]", SLICE_ARGS(rows->fields.at[i].text));
        }
        buf_add(&out, ";");
    }
    arena_release(&of_row);
    return buf_text(&out);
}

START_TEST(rows_are_read_as_postgres_reads_them)
{
    Arena arena = {0};
    SqlCopy copy;
    SqlCopyProblem problem = {0};
    SqlRows rows;
    const char *text = arena_format(&arena, "t from f %s", CASES[_i].options);

    ck_assert_msg(sql_copy_parse(slice_of(text), &arena, &copy, &problem), "%s: %s", text,
                  problem.message);
    ck_assert_str_eq(shown(&copy, CASES[_i].text, &arena, &rows), CASES[_i].rows);
    ck_assert_ptr_null(rows.error);
    arena_release(&arena);
}
END_TEST

START_TEST(a_row_that_is_none_has_its_line)
{
    static const struct {
        const char *text;
        const char *rows;
        const char *error;
        unsigned line;
    } WRONG[] = {
        {"a\n\"b\nc\"\n\"d\n", "[a];[b\nc];", "the quoted field does not end", 4},
        {"a\r\n\"b\r\nc\"\r\n\"d", "[a];[b\r\nc];", "the quoted field does not end", 4},
        {"a\nb\xff\n", "[a];", "the row is not valid UTF-8", 2},
        {"\xc3\n", "", "the row is not valid UTF-8", 1},
    };
    Arena arena = {0};
    SqlCopy copy;
    SqlCopyProblem problem = {0};
    SqlRows rows;

    ck_assert(sql_copy_parse(SLICE("t from f format:csv"), &arena, &copy, &problem));
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        ck_assert_str_eq(shown(&copy, WRONG[i].text, &arena, &rows), WRONG[i].rows);
        ck_assert_str_eq(rows.error, WRONG[i].error);
        ck_assert_uint_eq(rows.line, WRONG[i].line);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(a_directive_names_table_columns_and_file)
{
    Arena arena = {0};
    SqlCopy copy;
    SqlCopyProblem problem = {0};

    ck_assert(sql_copy_parse(SLICE(" \"my \"\"x\"\"\" . t ( \"a(\" , b ) FROM 'it''s a file'  "
                                   "format:csv null:'a b' "),
                             &arena, &copy, &problem));
    ck_assert(slice_is(copy.table, "\"my \"\"x\"\"\" . t"));
    ck_assert(slice_is(copy.columns, "( \"a(\" , b )"));
    ck_assert_str_eq(copy.file, "it's a file");
    ck_assert_str_eq(copy.null, "a b");
    ck_assert(sql_copy_parse(SLICE("t from a/..b/c..d"), &arena, &copy, &problem));
    ck_assert_uint_eq(copy.columns.len, 0);
    ck_assert_int_eq(copy.delimiter, '\t');
    arena_release(&arena);
}
END_TEST

START_TEST(no_path_leads_out)
{
    static const char *const PATHS[] = {"/a", "..", "../a", "a/..", "a/../b", "a//../b", "./.."};
    Arena arena = {0};
    SqlCopy copy;
    SqlCopyProblem problem = {0};

    for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
        const char *text = arena_format(&arena, "t from %s", PATHS[i]);
        ck_assert(!sql_copy_parse(slice_of(text), &arena, &copy, &problem));
        ck_assert_str_eq(problem.message,
                         "the file must lie in the folder of the revision, or below it");
        ck_assert_ptr_eq(problem.at, text + 7);
    }
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, rows_are_read_as_postgres_reads_them, 0,
                        (int)(sizeof CASES / sizeof CASES[0]));
    tcase_add_test(tcase, a_row_that_is_none_has_its_line);
    tcase_add_test(tcase, a_directive_names_table_columns_and_file);
    tcase_add_test(tcase, no_path_leads_out);
}

int
main(void)
{
    return suite_main("core/sql/copy", add);
}
