/* SPDX-License-Identifier: MIT */
/* Enums, sequences, schemas, extensions. */
#include <string.h>

#include "drivers/postgres/render.h"

/* DROP `what` [IF EXISTS] s.n [CASCADE]. */
static void
drop(Render *render, const char *what, const Operation *op, const char *schema)
{
    SqlWriter *writer = &render->writer;

    writer_addf(writer, "DROP %s %s", what, op->if_exists ? "IF EXISTS " : "");
    writer_path(writer, schema, op->name);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* ---- enums ---- */

static void
add_literals(SqlWriter *writer, const Names *values)
{
    writer_add(writer, "(");
    for (size_t i = 0; i < values->len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_literal(writer, values->at[i]);
    }
    writer_add(writer, ")");
}

void
postgres_create_enum(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "CREATE TYPE ");
    writer_path(writer, op->schema, op->name);
    writer_add(writer, " AS ENUM ");
    add_literals(writer, &op->values);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_enum(Render *render, const Operation *op)
{
    drop(render, "TYPE", op, op->schema);
}

/* The value can be used once the transaction that adds it is committed. */
void
postgres_add_enum_value(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TYPE ");
    writer_path(writer, op->schema, op->name);
    writer_add(writer, op->if_exists ? " ADD VALUE IF NOT EXISTS " : " ADD VALUE ");
    writer_literal(writer, op->value);
    if (op->before_value != NULL || op->after_value != NULL) {
        writer_add(writer, op->before_value != NULL ? " BEFORE " : " AFTER ");
        writer_literal(writer, op->before_value != NULL ? op->before_value : op->after_value);
    }
    postgres_statement_end(render, RENDER_TOGETHER);
    postgres_statement_anew(render);
}

void
postgres_rename_enum_value(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TYPE ");
    writer_path(writer, op->schema, op->name);
    writer_add(writer, " RENAME VALUE ");
    writer_literal(writer, op->from);
    writer_add(writer, " TO ");
    writer_literal(writer, op->to);
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* PostgreSQL cannot take a value from a type: the type is made again without it, and every column
 * of it changed to the new one. Whatever else needs the old type stops the block. */
static const char DROP_VALUE[] =
    "  labels text; changes text[]; change text;\n"
    "BEGIN\n"
    "  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = gone) THEN\n"
    "    RAISE EXCEPTION USING ERRCODE = 'undefined_object',\n"
    "      MESSAGE = format('type %s has no value %L', path, gone);\n"
    "  END IF;\n"
    "  changes := ARRAY(\n"
    "    SELECT format('ALTER TABLE %s ', owner)\n"
    "        || coalesce(format('ALTER COLUMN %s DROP DEFAULT, ', c) || left(value, 0), '')\n"
    "        || format('ALTER COLUMN %s TYPE %s%s USING ', c, path, many)\n"
    "        || CASE WHEN instead IS NULL THEN format('%s::text%s', c, many)\n"
    "          WHEN many = '' THEN format('(CASE %s::text WHEN %L THEN %L ELSE %s::text END)', c,\n"
    "            gone, instead, c)\n"
    "          ELSE format('array_replace(%s::text[], %L, %L)', c, gone, instead) END\n"
    "        || format('::%s%s', path, many)\n"
    "        || coalesce(format(', ALTER COLUMN %s SET DEFAULT ', c) || value, '')\n"
    "      FROM (SELECT attrelid::regclass::text AS owner, quote_ident(attname) AS c, attnum,\n"
    "          CASE atttypid WHEN old THEN '' ELSE '[]' END AS many,\n"
    "          pg_get_expr(adbin, adrelid) AS value\n"
    "        FROM pg_attribute JOIN pg_class r ON r.oid = attrelid\n"
    "        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum\n"
    "        WHERE atttypid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = old)\n"
    "          AND relkind IN ('r', 'p') AND NOT attisdropped AND attinhcount = 0) columns\n"
    "      ORDER BY owner, attnum);\n"
    "  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels\n"
    "    FROM pg_enum WHERE enumtypid = old AND enumlabel <> gone;\n"
    "  EXECUTE format('ALTER TYPE %s RENAME TO migrate_old', path);\n"
    "  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', path, labels);\n"
    "  FOREACH change IN ARRAY changes LOOP\n"
    "    EXECUTE change;\n"
    "  END LOOP;\n"
    "  EXECUTE format('DROP TYPE %s', old::regtype);\n"
    "END\n";

void
postgres_drop_enum_value(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "DECLARE\n  path constant text := ");
    postgres_path_literal(render, op->schema, op->name);
    writer_add(writer, ";\n  old constant oid := path::regtype;\n  gone constant text := ");
    writer_literal(writer, op->value);
    writer_add(writer, ";\n  instead constant text := ");
    if (op->to == NULL)
        writer_add(writer, "NULL");
    else
        writer_literal(writer, op->to);
    writer_addf(writer, ";\n%s", DROP_VALUE);
    postgres_block_end(render, RENDER_TOGETHER);
}

/* ---- sequences ---- */

static void
add_number(SqlWriter *writer, const OpSequence *sequence, SequenceFlag flag, const char *clause,
           const char *number)
{
    if ((sequence->set & (unsigned)flag) != 0 && number != NULL)
        writer_addf(writer, " %s %s", clause, number);
}

static void
add_sequence_options(Render *render, const OpSequence *sequence)
{
    SqlWriter *writer = &render->writer;

    if (sequence->type.kind != TYPE_ABSENT) {
        writer_add(writer, " AS ");
        postgres_type(render, &sequence->type);
    }
    add_number(writer, sequence, SEQUENCE_INCREMENT, "INCREMENT BY", sequence->increment);
    add_number(writer, sequence, SEQUENCE_MIN, "MINVALUE", sequence->min);
    add_number(writer, sequence, SEQUENCE_MAX, "MAXVALUE", sequence->max);
    add_number(writer, sequence, SEQUENCE_START, "START WITH", sequence->start);
    add_number(writer, sequence, SEQUENCE_CACHE, "CACHE", sequence->cache);
    if (sequence->cycle != TRI_UNSET)
        writer_add(writer, sequence->cycle == TRI_YES ? " CYCLE" : " NO CYCLE");
    if (sequence->owned_by_table == NULL)
        return;
    writer_add(writer, " OWNED BY ");
    writer_path(writer, sequence->schema, sequence->owned_by_table);
    writer_add(writer, ".");
    writer_name(writer, sequence->owned_by_column);
}

void
postgres_create_sequence(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, op->if_exists ? "CREATE SEQUENCE IF NOT EXISTS " : "CREATE SEQUENCE ");
    writer_path(writer, op->sequence->schema, op->sequence->name);
    add_sequence_options(render, op->sequence);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_alter_sequence(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER SEQUENCE ");
    writer_path(writer, op->sequence->schema, op->sequence->name);
    add_sequence_options(render, op->sequence);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_sequence(Render *render, const Operation *op)
{
    drop(render, "SEQUENCE", op, op->schema);
}

/* ---- schemas, extensions ---- */

void
postgres_create_schema(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, op->if_exists ? "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ");
    writer_name(writer, op->name);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_schema(Render *render, const Operation *op)
{
    drop(render, "SCHEMA", op, NULL);
}

void
postgres_create_extension(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, op->if_exists ? "CREATE EXTENSION IF NOT EXISTS " : "CREATE EXTENSION ");
    writer_name(writer, op->name);
    if (op->schema != NULL) {
        writer_add(writer, " SCHEMA ");
        writer_name(writer, op->schema);
    }
    if (op->version != NULL) {
        writer_add(writer, " VERSION ");
        writer_literal(writer, op->version);
    }
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_drop_extension(Render *render, const Operation *op)
{
    drop(render, "EXTENSION", op, NULL);
}
