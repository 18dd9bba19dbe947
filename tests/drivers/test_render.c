/* SPDX-License-Identifier: MIT */
/*
 * What operations become, in both directions, on each database. tests/data/operations says how its
 * files are laid out.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "core/revision.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

static Arena arena;
static Names files; /* of the revisions; made before the tests */

static void
set_up(void)
{
}

static void
tear_down(void)
{
    arena_release(&arena);
}

/* One dialect's view of a revision. */
typedef struct Showing {
    const Dialect *dialect;
    const OpBody *body;
    Catalog *catalog; /* NULL: the dialect has none */
    bool is_closed;   /* the next statement is in another transaction */
    Buf out;
} Showing;

/* The file beside `path` whose name ends thus: create_table.yaml, create_table.sqlite.sql. */
static const char *
beside(const char *path, const char *dialect, const char *ending)
{
    const char *dot = strrchr(path, '.');

    return arena_format(&arena, "%.*s.%s%s", (int)(dot - path), path, dialect, ending);
}

/* Plays what is there before the revision, so that what is rendered can see it. */
static void
play_before(Showing *showing, const char *path)
{
    Error err = {.arena = &arena};
    Slice text = {NULL, 0};
    SqlLexer lexer;
    SqlStatement found;

    if (showing->catalog == NULL || !file_exists(path))
        return;
    ck_assert_msg(file_read(path, &arena, &text, &err), "%s", err.message);
    sql_init(&lexer, showing->dialect->lexer, text, 1);
    while (sql_next(&lexer, &found))
        showing->dialect->catalog_play(
            showing->catalog,
            &(Statement){.role = STATEMENT_USER, .text = found.text, .facts = found.facts});
}

static void
show_statement(Showing *showing, const Statement *statement, RenderWhere where)
{
    if (where == RENDER_TOGETHER && showing->is_closed)
        where = RENDER_ANEW;
    showing->is_closed = false;
    if (where != RENDER_TOGETHER)
        buf_add(&showing->out,
                where == RENDER_ANEW ? "-- another transaction\n" : "-- outside any transaction\n");
    buf_add_slice(&showing->out, statement->text);
    buf_add(&showing->out, ";\n");
    if (showing->catalog != NULL)
        showing->dialect->catalog_play(showing->catalog, statement);
}

/* The operations up to the next SQL, as the script renders them; how many. */
static size_t
show_rendered(Showing *showing, const Operation *ops, size_t count)
{
    const RenderContext context = {.arena = &arena, .catalog = showing->catalog};
    Error err = {.arena = &arena};
    Renderings renderings = {0};
    size_t taken = 1;

    if (!showing->dialect->render(&context, ops, count, &taken, &renderings, &err))
        buf_addf(&showing->out, "%s", problems_text(&err, &arena));
    for (size_t i = 0; err.code == ERR_NONE && i < renderings.len; i++)
        show_statement(showing, &renderings.at[i].statement, renderings.at[i].where);
    showing->is_closed = renderings.len > 0 && VEC_LAST(&renderings)->closes;
    return taken;
}

static void
show_sql(Showing *showing, const Operation *op)
{
    for (const OpSql *sql = op->sql; sql != NULL; sql = sql->next) {
        const OpText text = op_expression(&sql->up, showing->dialect->name);
        if (text.text.at != NULL)
            show_statement(showing, &(Statement){.role = STATEMENT_USER, .text = text.text},
                           RENDER_TOGETHER);
    }
}

static void
show_direction(Showing *showing, Direction direction)
{
    Error err = {.arena = &arena};
    Operations ops = {0};

    buf_addf(&showing->out, "-- %s\n", direction_name(direction));
    if (!op_select(showing->body, direction, showing->dialect->name, &arena, &ops, &err))
        buf_addf(&showing->out, "%s", problems_text(&err, &arena));
    for (size_t i = 0; err.code == ERR_NONE && i < ops.len;) {
        size_t end = i;
        while (end < ops.len && ops.at[end].kind != OP_SQL)
            end++;
        if (end > i)
            i += show_rendered(showing, &ops.at[i], end - i);
        else
            show_sql(showing, &ops.at[i++]);
    }
}

static void
show(const char *path, const Dialect *dialect, const OpBody *body)
{
    Error err = {.arena = &arena};
    Showing showing = {.dialect = dialect, .body = body, .out = {.arena = &arena}};

    if (dialect->catalog_open != NULL)
        ck_assert_msg(dialect->catalog_open(&arena, &showing.catalog, &err), "%s", err.message);
    play_before(&showing, beside(path, dialect->name, ".before.sql"));
    show_direction(&showing, DIRECTION_UPGRADE);
    buf_add(&showing.out, "\n");
    show_direction(&showing, DIRECTION_DOWNGRADE);
    if (showing.catalog != NULL)
        dialect->catalog_close(showing.catalog);
    problems_expect(beside(path, dialect->name, ".sql"), buf_text(&showing.out), &arena);
}

START_TEST(operations_are_rendered_as_is_written_beside_them)
{
    const char *path = files.at[_i];
    Error err = {.arena = &arena};
    Slice text = {NULL, 0};
    Revision revision = {0};
    OpBody body = {0};

    ck_assert_msg(file_read(path, &arena, &text, &err), "%s", err.message);
    ck_assert_msg(revision_parse_yaml(path, text, &arena, &revision, &body, &err), "%s",
                  problems_text(&err, &arena));
    for (size_t i = 0; DRIVERS[i] != NULL; i++) {
        const Dialect *dialect = DRIVERS[i]->dialect;
        if (dialect->render != NULL &&
            (body.dialects.len == 0 || names_contain(&body.dialects, dialect->name)))
            show(path, dialect, &body);
    }
}
END_TEST

/* Paths of the revisions among the files of the folder. */
static void
find_files(Arena *list)
{
    Error err = {.arena = list};
    Names all = {0};

    if (!file_list(arena_format(list, "%s/operations", suite_data()), false, list, &all, &err))
        abort();
    for (size_t i = 0; i < all.len; i++) {
        if (strcmp(path_extension(all.at[i]), ".yaml") == 0)
            *VEC_ADD(list, &files) = all.at[i];
    }
}

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, operations_are_rendered_as_is_written_beside_them, 0,
                        (int)files.len);
}

int
main(void)
{
    Arena list = {0};

    find_files(&list);
    const int status = suite_main("drivers/render", add);
    arena_release(&list);
    return status;
}
