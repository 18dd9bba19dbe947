/* SPDX-License-Identifier: MIT */
/* Views, and functions and triggers by their whole text. */
#include <string.h>

#include "core/sql/token.h"
#include "drivers/postgres/render.h"

/* ---- views ---- */

static const char *
view_kind(const OpView *view)
{
    return view != NULL && view->is_materialized ? "MATERIALIZED VIEW" : "VIEW";
}

static void
add_view(SqlWriter *writer, const OpView *view, const char *head)
{
    writer_add(writer, head);
    writer_path(writer, view->schema, view->name);
    if (view->columns.len > 0) {
        writer_add(writer, " ");
        writer_names(writer, &view->columns);
    }
    writer_add(writer, " AS\n");
    writer_expression(writer, &view->query, "the view");
    if (view->with_data != TRI_UNSET)
        writer_add(writer, view->with_data == TRI_YES ? "\nWITH DATA" : "\nWITH NO DATA");
}

static void
add_view_comment(Render *render, const OpView *view)
{
    SqlWriter *writer = &render->writer;

    if (view->comment.text.at == NULL)
        return;
    writer_addf(writer, "COMMENT ON %s ", view_kind(view));
    writer_path(writer, view->schema, view->name);
    postgres_comment_text(render, view->comment);
}

void
postgres_create_view(Render *render, const Operation *op)
{
    const OpView *view = op->view;
    const char *head = arena_format(render->writer.arena, "CREATE %s %s", view_kind(view),
                                    op->if_exists && view->is_materialized ? "IF NOT EXISTS " : "");

    if (op->if_exists && !view->is_materialized) {
        writer_refuse(&render->writer, "write replace_view, or leave if_not_exists: out",
                      "a view has no if_not_exists");
        return;
    }
    add_view(&render->writer, view, head);
    postgres_statement_end(render, RENDER_TOGETHER);
    add_view_comment(render, view);
}

void
postgres_drop_view(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_addf(writer, "DROP %s %s", view_kind(op->view), op->if_exists ? "IF EXISTS " : "");
    writer_path(writer, op->schema, op->name);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* The view is replaced in place where the server can: by its rules, columns only come on at the
 * end. Otherwise it and the views that depend on it are dropped, and made again with all that is
 * theirs: owners, grants, comments, options, defaults, indexes, triggers, rules. Nothing is dropped
 * with CASCADE, so that what is not made again stops the block instead of vanishing. */
static const char REPLACE_IN_PLACE[] =
    "  BEGIN\n"
    "    EXECUTE definition;\n"
    "    RETURN;\n"
    "  EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN\n"
    "    NULL; -- with other columns, or another kind: below\n"
    "  END;\n";

static const char REPLACE_WITH_DEPENDENTS[] =
    "  FOR item IN\n"
    "    WITH RECURSIVE tree(oid, depth) AS (\n"
    "      SELECT path::regclass::oid, 0\n"
    "      UNION\n"
    "      SELECT c.oid, tree.depth + 1 FROM tree JOIN pg_depend d ON d.refobjid = tree.oid\n"
    "          AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass\n"
    "        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class\n"
    "        WHERE c.oid <> tree.oid AND c.relkind IN ('v', 'm'))\n"
    "    SELECT c.*, c.oid::regclass::text AS path, deepest.depth, CASE c.relkind\n"
    "        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind\n"
    "      FROM (SELECT oid, max(depth) AS depth FROM tree GROUP BY oid) AS deepest\n"
    "        JOIN pg_class c USING (oid) ORDER BY depth, path\n"
    "  LOOP\n"
    "    drops := format('DROP %s %s', item.kind, item.path) || drops;\n"
    "    IF item.depth = 0 THEN\n"
    "      makes := makes || definition;\n"
    "    ELSE\n"
    "      makes := makes || format('CREATE %s %s%s AS %s%s', item.kind, item.path,\n"
    "        ' WITH (' || array_to_string(item.reloptions, ', ') || ')',\n"
    "        rtrim(pg_get_viewdef(item.oid), '; '),\n"
    "        CASE WHEN NOT item.relispopulated THEN ' WITH NO DATA' END);\n"
    "    END IF;\n"
    "    makes := makes || ARRAY(\n"
    "      SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = item.oid\n"
    "      UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext\n"
    "        WHERE stxrelid = item.oid\n"
    "      UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = item.oid\n"
    "        AND rulename <> '_RETURN'\n"
    "      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = item.oid\n"
    "        AND NOT tgisinternal\n"
    "      UNION ALL SELECT format('COMMENT ON %s %s IS %L', item.kind, item.path, description)\n"
    "        FROM pg_description WHERE objoid = item.oid AND classoid = 'pg_class'::regclass\n"
    "        AND objsubid = 0\n"
    "      UNION ALL SELECT format('COMMENT ON INDEX %s IS %L', objoid::regclass, description)\n"
    "        FROM pg_description JOIN pg_index ON objoid = indexrelid\n"
    "        WHERE indrelid = item.oid AND classoid = 'pg_class'::regclass\n"
    "      UNION ALL SELECT format('GRANT %s ON %s TO %s%s', privilege_type, item.path,\n"
    "          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,\n"
    "          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)\n"
    "        FROM aclexplode(item.relacl) WHERE grantee <> item.relowner\n"
    "      UNION ALL SELECT format('ALTER TABLE %s OWNER TO %s', item.path,\n"
    "          item.relowner::regrole) WHERE pg_get_userbyid(item.relowner) <> current_user);\n"
    "    /* what columns have: of the view itself, only of those that it still has */\n"
    "    FOR part IN\n"
    "      SELECT attname, format('COMMENT ON COLUMN %s.%I IS %L', item.path, attname,\n"
    "          col_description(attrelid, attnum)) AS make FROM pg_attribute\n"
    "        WHERE attrelid = item.oid AND col_description(attrelid, attnum) IS NOT NULL\n"
    "      UNION ALL SELECT attname, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',\n"
    "          item.path, attname, pg_get_expr(adbin, adrelid)) FROM pg_attribute\n"
    "        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = item.oid\n"
    "      UNION ALL SELECT attname, format('GRANT %s (%I) ON %s TO %s%s', privilege_type,\n"
    "          attname, item.path,\n"
    "          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,\n"
    "          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)\n"
    "        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = item.oid\n"
    "    LOOP\n"
    "      makes := makes || part.make;\n"
    "      only_with := only_with || jsonb_build_object(array_length(makes, 1),\n"
    "        jsonb_build_array(item.path, part.attname));\n"
    "    END LOOP;\n"
    "  END LOOP;\n"
    "  FOR n IN 1 .. array_length(drops, 1) LOOP\n"
    "    EXECUTE drops[n];\n"
    "  END LOOP;\n"
    "  FOR n IN 1 .. array_length(makes, 1) LOOP\n"
    "    IF only_with -> n::text IS NULL OR EXISTS (SELECT FROM pg_attribute\n"
    "        WHERE attrelid = (only_with -> n::text ->> 0)::regclass\n"
    "        AND attname = only_with -> n::text ->> 1) THEN\n"
    "      EXECUTE makes[n];\n"
    "    END IF;\n"
    "  END LOOP;\n";

void
postgres_replace_view(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    SqlWriter definition = postgres_inner(render);
    const OpView *view = op->view;

    add_view(&definition, view,
             view->is_materialized ? "CREATE MATERIALIZED VIEW " : "CREATE OR REPLACE VIEW ");
    writer_add(writer, "DECLARE\n  path constant text := ");
    postgres_path_literal(render, op->schema, op->name);
    writer_add(writer, ";\n  definition constant text := ");
    postgres_dollar_quoted(render, &definition);
    writer_add(writer, ";\n"
                       "  item record; part record;\n"
                       "  drops text[] := '{}'; makes text[] := '{}';\n"
                       "  only_with jsonb := '{}'; /* which of them need a column */\n"
                       "BEGIN\n");
    writer_add(writer, view->is_materialized ? "" : REPLACE_IN_PLACE);
    writer_add(writer, REPLACE_WITH_DEPENDENTS);
    writer_add(writer, "END\n");
    postgres_block_end(render, RENDER_TOGETHER);
    add_view_comment(render, view);
}

/* ---- functions, triggers ---- */

/* A part of a text of the file, as it is. */
static void
add_part_of(SqlWriter *writer, OpText whole, size_t from, size_t len)
{
    writer_piece(writer, (OpText){{whole.text.at + from, len}, whole.origin});
    if (whole.origin == NULL)
        return;
    VEC_LAST(&writer->pieces)->from = whole;
    VEC_LAST(&writer->pieces)->from_at = from;
}

/* The CREATE statement of the text, without its semicolon. False, with a problem, if it is no such.
 */
static bool
one_statement(SqlWriter *writer, const OpRoutine *routine, OpText *text)
{
    SqlLexer lexer;
    SqlStatement first;
    SqlStatement second;

    *text = op_expression(&routine->sql, writer->dialect->name);
    if (text->text.at == NULL) {
        writer_expression(writer, &routine->sql, "sql");
        return false;
    }
    sql_init(&lexer, SQL_POSTGRES, text->text, 1);
    if (sql_next(&lexer, &first) && slice_is_nocase(first.words[0], "create") &&
        !sql_next(&lexer, &second) && lexer.error == NULL) {
        text->text.len = first.offset + first.text.len;
        return true;
    }
    writer_refuse(writer, "write the CREATE statement alone; others as operations of their own",
                  "%s", lexer.error != NULL ? lexer.error : "sql is not one CREATE statement");
    return false;
}

void
postgres_create_routine(Render *render, const Operation *op)
{
    OpText text;

    if (!one_statement(&render->writer, op->routine, &text))
        return;
    writer_piece(&render->writer, text);
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* Where OR REPLACE belongs: behind CREATE; 0: it is there. */
static size_t
without_replace(Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);

    if (!sql_take(&tokens, "create"))
        return 0;
    const size_t at = (size_t)(tokens.at - text.at);
    return sql_take(&tokens, "or") ? 0 : at;
}

void
postgres_replace_function(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    OpText text;

    if (!one_statement(writer, op->routine, &text))
        return;
    const size_t at = without_replace(text.text);
    if (at > 0) {
        add_part_of(writer, text, 0, at);
        writer_add(writer, " OR REPLACE");
    }
    add_part_of(writer, text, at, text.text.len - at);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_function(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpRoutine *routine = op->routine;

    writer_addf(writer, "DROP %s %s", routine->is_procedure ? "PROCEDURE" : "FUNCTION",
                op->if_exists ? "IF EXISTS " : "");
    writer_path(writer, op->schema, op->name);
    if (routine->arguments != NULL)
        writer_addf(writer, "(%s)", routine->arguments);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

static void
add_drop_trigger(Render *render, const Operation *op, bool if_exists)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, if_exists ? "DROP TRIGGER IF EXISTS " : "DROP TRIGGER ");
    writer_name(writer, op->name);
    writer_add(writer, " ON ");
    writer_path(writer, op->schema, op->table);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* CREATE OR REPLACE TRIGGER is not known to PostgreSQL 13, nor to constraint triggers. */
void
postgres_replace_trigger(Render *render, const Operation *op)
{
    OpText text;

    if (!one_statement(&render->writer, op->routine, &text))
        return;
    if (without_replace(text.text) > 0)
        add_drop_trigger(render, op, true);
    writer_piece(&render->writer, text);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_trigger(Render *render, const Operation *op)
{
    add_drop_trigger(render, op, op->if_exists);
}
