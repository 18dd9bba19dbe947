/* SPDX-License-Identifier: MIT */
/* Rows: insert, delete, and the backfill that commits as it goes. */
#include <assert.h>
#include <string.h>

#include "core/sql/token.h"
#include "drivers/postgres/render.h"

enum {
    ROWS = 500,        /* of one INSERT or DELETE */
    BYTES = 64 * 1024, /* of its text, about */
    BATCH = 1000,      /* rows of a backfill's transaction */
};

/* ---- insert ---- */

static bool
has_same_columns(const OpRow *a, const OpRow *b)
{
    if (a->values.len != b->values.len)
        return false;
    for (size_t i = 0; i < a->values.len; i++) {
        if (strcmp(a->values.at[i].column, b->values.at[i].column) != 0)
            return false;
    }
    return true;
}

static void
begin_insert(SqlWriter *writer, const Operation *op, const OpRow *row, const OpColumn *numbered)
{
    writer_add(writer, "INSERT INTO ");
    writer_path(writer, op->schema, op->table);
    writer_add(writer, " ");
    writer_row_columns(writer, row);
    writer_add(writer, numbered != NULL && numbered->identity == IDENTITY_ALWAYS
                           ? " OVERRIDING SYSTEM VALUE VALUES"
                           : " VALUES");
}

/* Neighbours with the same columns go together. */
void
postgres_insert(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpColumn *numbered = NULL;
    size_t i = 0;

    while (i < op->rows->len) {
        const OpRow *first = &op->rows->at[i];
        const OpColumn *own = postgres_numbered_column(render, op, first);
        numbered = own == NULL ? numbered : own;
        begin_insert(writer, op, first, own);
        size_t n = 0;
        do {
            writer_add(writer, n > 0 ? "," : "");
            writer_add(writer, "\n    ");
            writer_row_values(writer, &op->rows->at[i + n]);
            n++;
        } while (n < ROWS && i + n < op->rows->len && writer->text.len < BYTES &&
                 has_same_columns(first, &op->rows->at[i + n]));
        postgres_statement_end(render, RENDER_TOGETHER);
        i += n;
    }
    if (numbered != NULL)
        postgres_number_on(render, op, numbered->name);
}

/* ---- delete_rows ---- */

/* The value by which a row is told: each has one for every column of the key. */
static const OpValue *
value_of(const OpRow *row, const char *column)
{
    size_t i = 0;

    while (strcmp(row->values.at[i].column, column) != 0) {
        i++;
        assert(i < row->values.len);
    }
    return &row->values.at[i];
}

/* The columns that tell a row: the key, else all that it has. */
static Names
key_of(SqlWriter *writer, const Operation *op, const OpRow *row)
{
    Names columns = {0};

    if (op->key.len > 0)
        return op->key;
    for (size_t i = 0; i < row->values.len; i++)
        *VEC_ADD(writer->arena, &columns) = row->values.at[i].column;
    return columns;
}

static bool
has_null_key(const OpRow *row, const Names *key)
{
    for (size_t i = 0; i < key->len; i++) {
        if (value_of(row, key->at[i])->kind == VALUE_IS_NULL)
            return true;
    }
    return false;
}

static void
add_key_values(SqlWriter *writer, const OpRow *row, const Names *key)
{
    writer_add(writer, key->len > 1 ? "\n    (" : "");
    for (size_t i = 0; i < key->len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_value(writer, value_of(row, key->at[i]));
    }
    writer_add(writer, key->len > 1 ? ")" : "");
}

/* a = 1 AND b IS NULL */
static void
add_row_condition(SqlWriter *writer, const OpRow *row, const Names *key)
{
    for (size_t i = 0; i < key->len; i++) {
        const OpValue *value = value_of(row, key->at[i]);
        writer_add(writer, i > 0 ? " AND " : "");
        writer_name(writer, key->at[i]);
        if (value->kind == VALUE_IS_NULL) {
            writer_add(writer, " IS NULL");
            continue;
        }
        writer_add(writer, " = ");
        writer_value(writer, value);
    }
}

static void
begin_delete(SqlWriter *writer, const Operation *op)
{
    writer_add(writer, "DELETE FROM ");
    writer_path(writer, op->schema, op->table);
    writer_add(writer, " WHERE ");
}

/* Rows from `i` on that go in one statement, as a list of keys; returns how many. */
static size_t
delete_together(Render *render, const Operation *op, size_t i, const Names *key)
{
    SqlWriter *writer = &render->writer;
    size_t n = 0;

    assert(key->len > 0);
    begin_delete(writer, op);
    if (key->len > 1)
        writer_names(writer, key);
    else
        writer_name(writer, key->at[0]);
    writer_add(writer, " IN (");
    do {
        writer_add(writer, n == 0 ? "" : key->len > 1 ? "," : ", ");
        add_key_values(writer, &op->rows->at[i + n], key);
        n++;
    } while (n < ROWS && i + n < op->rows->len && writer->text.len < BYTES &&
             !has_null_key(&op->rows->at[i + n], key) &&
             (op->key.len > 0 || has_same_columns(&op->rows->at[i], &op->rows->at[i + n])));
    writer_add(writer, ")");
    postgres_statement_end(render, RENDER_TOGETHER);
    return n;
}

void
postgres_delete_rows(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    size_t i = 0;

    while (i < op->rows->len) {
        const Names key = key_of(writer, op, &op->rows->at[i]);
        if (!has_null_key(&op->rows->at[i], &key)) {
            i += delete_together(render, op, i, &key);
            continue;
        }
        begin_delete(writer, op);
        add_row_condition(writer, &op->rows->at[i++], &key);
        postgres_statement_end(render, RENDER_TOGETHER);
    }
}

/* ---- backfill ---- */

/* The parts of a backfill, of which a block makes its statements when it runs. */
typedef struct Backfill {
    const Operation *op;
    SqlWriter set;   /* c = …, d = … */
    SqlWriter where; /* " AND (…)", or nothing */
    bool is_repeatable;
} Backfill;

/* Rows in the order of the primary key, each batch a transaction of its own; keys travel as text.
 */
static const char BY_KEY[] =
    "BEGIN\n"
    "  SELECT string_agg(c, ', ' ORDER BY n),\n"
    "      string_agg(format('%s AS migrate_%s', c, n), ', ' ORDER BY n),\n"
    "      string_agg(format('%s.%s = migrate_%s', name, c, n), ' AND ' ORDER BY n),\n"
    "      string_agg(format('migrate_%s::text', n), ', ' ORDER BY n),\n"
    "      string_agg(format('migrate_%s DESC', n), ', ' ORDER BY n),\n"
    "      string_agg(format('($1)[%s]::%s', n, t), ', ' ORDER BY n)\n"
    "    INTO columns, aliases, same, texts, descending, behind\n"
    "    FROM (SELECT quote_ident(a.attname) AS c, format_type(a.atttypid, a.atttypmod) AS t, k.n\n"
    "      FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, n)\n"
    "      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum\n"
    "      WHERE i.indrelid = path::regclass AND i.indisprimary AND k.n <= i.indnkeyatts) parts;\n"
    "  IF columns IS NOT NULL THEN\n"
    "    query := format('WITH batch AS MATERIALIZED (SELECT %s FROM %s WHERE ', aliases, path);\n"
    "    rest := condition\n"
    "      || format(' ORDER BY %s LIMIT %s FOR NO KEY UPDATE), changed AS (UPDATE %s SET ',\n"
    "        columns, batch, path)\n"
    "      || assignments || format(' FROM batch WHERE %s) SELECT ARRAY[%s] FROM batch', same, texts)\n"
    "      || format(' ORDER BY %s LIMIT 1', descending);\n"
    "    EXECUTE query || 'true' || rest INTO key;\n"
    "    COMMIT;\n"
    "    WHILE key IS NOT NULL LOOP\n"
    "      PERFORM pg_sleep(pause);\n"
    "      EXECUTE query || format('(%s) > (%s)', columns, behind) || rest INTO key USING key;\n"
    "      COMMIT;\n"
    "    END LOOP;\n"
    "    RETURN;\n"
    "  END IF;\n";

/* Without a primary key: blocks of each partition, until a pass finds nothing more. */
static const char BY_BLOCK[] =
    "  FOR pass IN 1..3 LOOP\n"
    "    changed := 0;\n"
    "    FOREACH part IN ARRAY ARRAY(SELECT oid FROM pg_class WHERE oid = path::regclass\n"
    "        AND relkind <> 'p' UNION SELECT relid FROM pg_partition_tree(path) WHERE isleaf)\n"
    "    LOOP\n"
    "      FOR block IN 0 .. pg_relation_size(part) / current_setting('block_size')::integer\n"
    "          BY step LOOP\n"
    "        EXECUTE format('UPDATE %s AS %s SET ', part, name) || assignments\n"
    "          || format(' WHERE %s.ctid >= ''(%s,0)'' AND %s.ctid < ''(%s,0)''', name, block,\n"
    "            name, block + step) || condition;\n"
    "        GET DIAGNOSTICS count = ROW_COUNT;\n"
    "        changed := changed + count;\n"
    "        COMMIT;\n"
    "        PERFORM pg_sleep(pause);\n"
    "      END LOOP;\n"
    "    END LOOP;\n"
    "    EXIT WHEN changed = 0 OR condition = '';\n"
    "  END LOOP;\n";

static const char NO_KEY[] =
    "  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',\n"
    "    MESSAGE = path || ' has no primary key, so that a row could be changed twice';\n";

static void
add_declarations(Render *render, const Backfill *backfill)
{
    SqlWriter *writer = &render->writer;
    const Operation *op = backfill->op;
    const unsigned batch = op->batch == 0 ? BATCH : op->batch;
    SqlWriter name = postgres_inner(render);

    writer_add(writer, "DECLARE\n  path constant text := ");
    postgres_path_literal(render, op->schema, op->table);
    writer_name(&name, op->table);
    writer_add(writer, ";\n  name constant text := ");
    writer_literal(writer, buf_text(&name.text));
    writer_add(writer, ";\n  assignments constant text := ");
    postgres_dollar_quoted(render, &backfill->set);
    writer_add(writer, ";\n  condition constant text := ");
    postgres_dollar_quoted(render, &backfill->where);
    writer_addf(writer,
                ";\n  batch constant bigint := %u;\n"
                "  step constant bigint := %u;\n"
                "  pause constant double precision := %u.%03u;\n"
                "  columns text; aliases text; same text; texts text; descending text;\n"
                "  behind text; query text; rest text; key text[];\n"
                "  part regclass; changed bigint; count bigint;\n",
                batch, batch < 100 ? 1 : batch / 50, op->sleep / 1000, op->sleep % 1000);
}

/* All rows at once, in the transaction at hand. */
static void
add_update(Render *render, Backfill *backfill)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "UPDATE ");
    writer_path(writer, backfill->op->schema, backfill->op->table);
    writer_addf(writer, " SET %s WHERE true%s", buf_text(&backfill->set.text),
                buf_text(&backfill->where.text));
    postgres_statement_end(render, RENDER_TOGETHER);
}

static void
add_backfill(Render *render, Backfill *backfill)
{
    SqlWriter *writer = &render->writer;

    if (render->is_rehearsal) {
        add_update(render, backfill);
        return;
    }

    add_declarations(render, backfill);
    writer_add(writer, BY_KEY);
    writer_add(writer, backfill->is_repeatable ? BY_BLOCK : NO_KEY);
    writer_add(writer, "END\n");
    postgres_block_end(render, RENDER_OUTSIDE);
}

/* Does the SQL name one of the columns that are set? */
static bool
mentions(Slice sql, const OpRow *set)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, sql);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        const bool is_quoted = token.kind == SQL_TOKEN_NAME && token.text.len > 2;
        const Slice name = is_quoted ? (Slice){token.text.at + 1, token.text.len - 2} : token.text;
        for (size_t i = 0; i < set->values.len; i++) {
            const char *column = set->values.at[i].column;
            if ((is_quoted && slice_is(name, column)) ||
                (token.kind == SQL_TOKEN_WORD && slice_is_nocase(name, column)))
                return true;
        }
    }
    return false;
}

/* May a row be changed a second time, with no other result? */
static bool
is_repeatable(const SqlWriter *writer, const OpRow *set)
{
    for (size_t i = 0; i < set->values.len; i++) {
        const OpText text = op_expression(&set->values.at[i].expression, writer->dialect->name);
        if (set->values.at[i].kind == VALUE_IS_EXPRESSION && text.text.at != NULL &&
            mentions(text.text, set))
            return false;
    }
    return true;
}

void
postgres_backfill(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const bool has_where = op_expression_is_there(&op->where);
    Backfill backfill = {.op = op,
                         .set = postgres_inner(render),
                         .where = postgres_inner(render),
                         .is_repeatable = is_repeatable(writer, op->set)};

    if (!backfill.is_repeatable && !has_where) {
        writer_refuse(writer, "say where:, so that rows that are done are passed over",
                      "a value is made of itself, and a run that is cut off would make it twice");
        return;
    }
    for (size_t i = 0; i < op->set->values.len; i++) {
        writer_add(&backfill.set, i > 0 ? ", " : "");
        writer_name(&backfill.set, op->set->values.at[i].column);
        writer_add(&backfill.set, " = ");
        writer_value(&backfill.set, &op->set->values.at[i]);
    }
    if (has_where) {
        writer_add(&backfill.where, " AND (");
        writer_expression(&backfill.where, &op->where, "where");
        writer_add(&backfill.where, ")");
    }
    add_backfill(render, &backfill);
}

void
postgres_fill_online(Render *render, const Operation *op, const char *column, PostgresFill fill)
{
    Backfill backfill = {.op = op,
                         .set = postgres_inner(render),
                         .where = postgres_inner(render),
                         .is_repeatable = true};

    writer_name(&backfill.set, column);
    writer_add(&backfill.set, " = ");
    if (fill == FILL_DEFAULT)
        writer_add(&backfill.set, "DEFAULT");
    else
        writer_expression(&backfill.set, &op->fill, "fill");
    writer_add(&backfill.where, " AND ");
    writer_name(&backfill.where, column);
    writer_add(&backfill.where, " IS NULL");
    add_backfill(render, &backfill);
}
