/* SPDX-License-Identifier: MIT */
/*
 * What is there now, as a revision would say it: the server makes the value of `was:` out of its
 * catalogs, as JSON, which is YAML. What `was:` has no word for is in the inventory, which tells
 * whether something is the same again.
 */
#include <string.h>

#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

/* A type by its name f, in words of YAML revisions; t is its row, e that of its elements. */
#define ELEMENT "regexp_replace(f, '\\[\\]$', '')"
#define TYPES                                                                                       \
    "LATERAL (SELECT CASE"                                                                          \
    " WHEN b ~ '^(boolean|smallint|integer|bigint|real|text|date|interval|uuid)$' THEN b"           \
    " WHEN b = 'double precision' THEN 'double'"                                                    \
    " WHEN b = 'bytea' THEN 'binary'"                                                               \
    " WHEN b = 'jsonb' THEN 'json'"                                                                 \
    " WHEN b = 'json' THEN 'json!'"                                                                 \
    " WHEN b ~ '^numeric(\\(\\d+,\\d+\\))?$' THEN replace(b, 'numeric', 'decimal')"                 \
    " WHEN b ~ '^character varying(\\(\\d+\\))?$' THEN replace(b, 'character varying', 'string')"   \
    " WHEN b ~ '^character\\(\\d+\\)$' THEN replace(b, 'character', 'char')"                        \
    " WHEN b ~ '^time(stamp)?(\\(\\d\\))? without time zone$' THEN replace(b, ' without time "      \
    "zone', '')"                                                                                    \
    " WHEN b ~ '^timestamp(\\(\\d\\))? with time zone$' THEN"                                       \
    " regexp_replace(b, '^timestamp(.*) with time zone$', 'timestamptz\\1')"                        \
    " WHEN coalesce(e.typtype, t.typtype) = 'e' AND b ~ '^[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?$'" \
    " THEN 'enum(' || b || ')' END AS y FROM (SELECT " ELEMENT " AS b) base) portable "             \
    "CROSS JOIN LATERAL (SELECT CASE WHEN y IS NULL THEN 'raw(' || f || ')' WHEN f LIKE '%[]'"      \
    " THEN 'array(' || y || ')' ELSE y END AS said) type"

/* The default x of a column as a value, else as SQL: a text that says another type than the
 * column's would not be the same. */
#define DEFAULT_VALUE                                                                              \
    "CASE WHEN x ~ '^-?(0|[1-9]\\d*)(\\.\\d+)?$' AND "                                             \
    "f ~ '^(smallint|integer|bigint|numeric|real|double precision)' AND f !~ '\\[' THEN x::json"   \
    " WHEN x IN ('true', 'false') AND f = 'boolean' THEN x::json"                                  \
    " WHEN x ~ $r$^'([^'\\\\]|'')*'::(text|character varying|bpchar)$$r$"                          \
    " AND substring(x FROM $r$::([a-z ]+)$$r$) = CASE WHEN f LIKE 'character(%' THEN 'bpchar' "    \
    "ELSE regexp_replace(f, '\\(\\d+\\)$', '') END"                                                \
    " THEN to_json(replace(substring(x FROM $r$^'(.*)'::[a-z ]+$$r$), '''''', ''''))"              \
    " WHEN x IS NOT NULL THEN json_build_object('sql', x) END"

/* The sequence that serial makes, with nothing changed. */
#define SERIAL                                                                                      \
    "CASE WHEN NOT attnotnull THEN NULL ELSE (SELECT CASE a.atttypid WHEN 'integer'::regtype THEN " \
    "'raw(serial)' WHEN 'bigint'::regtype THEN 'raw(bigserial)' WHEN 'smallint'::regtype THEN "     \
    "'raw(smallserial)' END FROM pg_depend p JOIN pg_class s ON s.oid = p.objid WHERE p.classid "   \
    "= 'pg_class'::regclass AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND "          \
    "p.deptype = 'a' AND s.relkind = 'S' AND s.relname = concat_ws('_', c.relname, a.attname, "     \
    "'seq') AND x = pg_catalog.format('nextval(%L::regclass)', s.oid::regclass)) END"

/* Columns of c, with what is asked of each: a, x, f, said, serial. */
static const char COLUMNS[] =
    "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid "
    "LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typlen = -1 AND t.typelem <> 0 "
    "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation "
    "CROSS JOIN LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS x, "
    "format_type(a.atttypid, a.atttypmod) AS f) made CROSS JOIN " TYPES
    " CROSS JOIN LATERAL (SELECT " SERIAL " AS serial) numbered ";

#define IDENTITY "CASE attidentity WHEN 'a' THEN '\"always\"'::json WHEN 'd' THEN 'true'::json "

/* What stands at a column; the rest of it stands where the column alone is meant. */
static const char COLUMN_KEYS[] =
    "'type', coalesce(serial, said), "
    "'nullable', CASE WHEN attnotnull AND serial IS NULL AND attidentity = '' AND NOT EXISTS (SELECT "
    "FROM pg_constraint WHERE conrelid = a.attrelid AND contype = 'p' AND a.attnum = ANY (conkey)) "
    "THEN false END, "
    "'default', CASE WHEN attgenerated = '' AND serial IS NULL THEN " DEFAULT_VALUE " END, "
    "'identity', " IDENTITY "END, "
    "'generated', CASE WHEN attgenerated <> '' THEN x END, "
    "'stored', CASE WHEN attgenerated = 'v' THEN false END, "
    "'collate', l.collname, 'comment', col_description(a.attrelid, a.attnum)";

/* What a foreign key k points to. */
#define REFERENCE_KEYS                                                                             \
    "'table', r.relname, 'schema', CASE WHEN NOT pg_table_is_visible(r.oid) THEN rn.nspname END, " \
    "'columns', (SELECT json_agg(attname ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY "      \
    "u(num, n) JOIN pg_attribute ON attrelid = k.confrelid AND attnum = num), "                    \
    "'on_delete', CASE k.confdeltype " ACTION ", 'on_update', CASE k.confupdtype " ACTION ", "     \
    "'match', CASE k.confmatchtype WHEN 'f' THEN 'full' END"
#define ACTION                                                                                     \
    "WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set_null' WHEN 'd' THEN "     \
    "'set_default' END"
#define REFERENCED                                                                                 \
    "LEFT JOIN pg_class r ON r.oid = k.confrelid LEFT JOIN pg_namespace rn ON rn.oid = "           \
    "r.relnamespace "
#define DEFERRABLE                                                                                 \
    "'deferrable', CASE WHEN k.condeferrable THEN true END, "                                      \
    "'initially', CASE WHEN k.condeferred THEN 'deferred' END"

/* Parts of an index i, from key `n` on. */
#define INDEX_NAMES(from, to)                                                                      \
    "(SELECT json_agg(attname ORDER BY n) FROM generate_series(" from ", " to ") n JOIN "          \
    "pg_attribute ON attrelid = i.indrelid AND attnum = i.indkey[n - 1])"
#define OPCLASS                                                                                    \
    "(SELECT CASE WHEN NOT o.opcdefault THEN o.opcname END FROM pg_opclass o WHERE o.oid = "       \
    "i.indclass[n - 1])"
#define METHOD "(SELECT nullif(amname, 'btree') FROM pg_am WHERE pg_am.oid = ic.relam)"
#define RELOPTIONS(of)                                                                              \
    "(SELECT json_object_agg(split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)) FROM unnest(" of \
    ".reloptions) o)"
#define TABLESPACE(of)     "(SELECT spcname FROM pg_tablespace WHERE oid = " of ".reltablespace)"
#define NULLS_NOT_DISTINCT "nullif((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)"

static const char CONSTRAINT_KEYS[] =
    "'type', CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'c' THEN "
    "'check' WHEN 'f' THEN 'foreign_key' ELSE 'exclude' END, "
    "'columns', CASE WHEN k.contype IN ('p', 'u', 'f') THEN (SELECT json_agg(attname ORDER BY n) "
    "FROM unnest(k.conkey) WITH ORDINALITY u(num, n) JOIN pg_attribute ON attrelid = k.conrelid "
    "AND attnum = num) END, "
    "'check', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, "
    "'references', CASE WHEN k.contype = 'f' THEN json_build_object(" REFERENCE_KEYS
    ") END, " DEFERRABLE ", "
    "'not_valid', CASE WHEN NOT k.convalidated THEN true END, "
    "'no_inherit', CASE WHEN k.contype = 'c' AND k.connoinherit THEN true END, "
    "'nulls_not_distinct', " NULLS_NOT_DISTINCT ", "
    "'include', " INDEX_NAMES(
        "i.indnkeyatts + 1",
        "i.indnatts") ", "
                      "'exclude', CASE WHEN k.contype = 'x' THEN json_build_object('method', " METHOD
                      ", "
                      "'elements', (SELECT json_agg(json_build_object("
                      "'column', CASE WHEN i.indkey[n - 1] <> 0 THEN pg_get_indexdef(i.indexrelid, n, false) END, "
                      "'expr', CASE WHEN i.indkey[n - 1] = 0 THEN pg_get_indexdef(i.indexrelid, n, false) END, "
                      "'with', (SELECT oprname FROM pg_operator WHERE oid = k.conexclop[n]), 'opclass', " OPCLASS
                      ") ORDER BY n) FROM generate_series(1, i.indnkeyatts::integer) n), "
                      "'where', pg_get_expr(i.indpred, i.indrelid)) END, "
                      "'comment', obj_description(k.oid, 'pg_constraint')";
static const char CONSTRAINTS[] =
    "pg_constraint k " REFERENCED "LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND "
    "k.contype IN ('p', 'u', 'x') LEFT JOIN pg_class ic ON ic.oid = i.indexrelid ";

static const char INDEX_KEYS[] =
    "'columns', (SELECT json_agg(json_build_object("
    "'column', (SELECT attname FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = "
    "i.indkey[n - 1] AND attnum > 0), "
    "'expr', CASE WHEN i.indkey[n - 1] = 0 THEN pg_get_indexdef(i.indexrelid, n, false) END, "
    "'order', CASE WHEN i.indoption[n - 1] & 1 = 1 THEN 'desc' END, "
    "'nulls', CASE i.indoption[n - 1] WHEN 1 THEN 'last' WHEN 2 THEN 'first' END, "
    "'collate', (SELECT collname FROM pg_collation WHERE oid = i.indcollation[n - 1] AND oid <> "
    "coalesce((SELECT attcollation FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = "
    "i.indkey[n - 1] AND attnum > 0), 'pg_catalog.\"default\"'::regcollation)), "
    "'opclass', " OPCLASS ") ORDER BY n) FROM generate_series(1, i.indnkeyatts::integer) n), "
    "'unique', nullif(i.indisunique, false), 'nulls_not_distinct', " NULLS_NOT_DISTINCT ", "
    "'method', " METHOD ", 'include', " INDEX_NAMES(
        "i.indnkeyatts + 1",
        "i.indnatts") ", "
                      "'where', pg_get_expr(i.indpred, i.indrelid), 'with', " RELOPTIONS(
                          "ic") ", "
                                "'tablespace', " TABLESPACE(
                                    "ic") ", 'comment', obj_description(ic.oid, 'pg_class')";
static const char INDEXES[] = "pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid ";

/* @ stands for the object, as a text that to_regclass takes, in each; # for the name of a part of
 * it. */
static const char *const TABLE[] = {
    "SELECT json_strip_nulls(json_build_object("
    "'columns', (SELECT json_agg(json_build_object('name', attname, ",
    COLUMN_KEYS,
    ") ORDER BY attnum) FROM ",
    COLUMNS,
    "WHERE a.attrelid = tc.oid AND attnum > 0 AND NOT "
    "attisdropped), "
    "'constraints', (SELECT json_agg(json_build_object('name', conname, ",
    CONSTRAINT_KEYS,
    ") ORDER BY contype <> 'p', conname) FROM ",
    CONSTRAINTS,
    "WHERE conrelid = tc.oid AND contype "
    "IN ('p', 'u', 'c', 'f', 'x')), "
    "'indexes', (SELECT json_agg(json_build_object('name', ic.relname, ",
    INDEX_KEYS,
    ") ORDER BY ic.relname) FROM ",
    INDEXES,
    "WHERE indrelid = tc.oid AND NOT EXISTS (SELECT FROM "
    "pg_constraint WHERE conindid = i.indexrelid AND contype IN ('p', 'u', 'x'))), "
    "'comment', obj_description(tc.oid, 'pg_class'), "
    "'options', json_build_object('unlogged', CASE WHEN relpersistence = 'u' THEN true END, "
    "'partition_by', pg_get_partkeydef(tc.oid), 'with', " RELOPTIONS(
        "tc") ", "
              "'tablespace', " TABLESPACE(
                  "tc") "))) FROM pg_class tc WHERE oid = to_regclass(@) AND "
                        "relkind IN ('r', 'p')",
    NULL};

/* What of a column's own constraints can be said at it. */
static const char *const COLUMN[] = {
    "SELECT json_strip_nulls(json_build_object(",
    COLUMN_KEYS,
    ", "
    "'primary_key', (SELECT conname FROM pg_constraint WHERE conrelid = a.attrelid AND contype = "
    "'p' AND conkey = ARRAY[a.attnum]), "
    "'unique', (SELECT min(conname) FROM pg_constraint WHERE conrelid = a.attrelid AND contype = "
    "'u' AND conkey = ARRAY[a.attnum] AND NOT condeferrable), "
    "'check', (SELECT json_build_object('name', conname, 'sql', pg_get_expr(conbin, conrelid)) "
    "FROM pg_constraint WHERE conrelid = a.attrelid AND contype = 'c' AND conkey = "
    "ARRAY[a.attnum] AND convalidated AND NOT connoinherit ORDER BY conname LIMIT 1), "
    "'references', (SELECT json_build_object('name', conname, " REFERENCE_KEYS ", " DEFERRABLE
    ") FROM pg_constraint k " REFERENCED "WHERE conrelid = a.attrelid AND contype = 'f' AND conkey "
    "= ARRAY[a.attnum] ORDER BY conname LIMIT 1))) FROM ",
    COLUMNS,
    "WHERE a.attrelid = to_regclass(@) AND attname = # AND attnum > 0 AND NOT attisdropped",
    NULL};

static const char *const COLUMN_CHANGE[] = {
    "SELECT json_build_object('type', said, 'nullable', NOT attnotnull, "
    "'default', CASE WHEN attgenerated = '' THEN " DEFAULT_VALUE " END, 'identity', " IDENTITY
    "ELSE 'false'::json END, 'collate', coalesce(l.collname, 'default'), 'comment', "
    "col_description(a.attrelid, a.attnum)) FROM ",
    COLUMNS,
    "WHERE a.attrelid = to_regclass(@) AND attname = # AND attnum > 0 AND NOT attisdropped", NULL};

static const char *const INDEX[] = {"SELECT json_strip_nulls(json_build_object('table', ",
                                    "(SELECT relname FROM pg_class WHERE oid = i.indrelid), ",
                                    INDEX_KEYS,
                                    ")) FROM ",
                                    INDEXES,
                                    "WHERE i.indexrelid = to_regclass(@)",
                                    NULL};

static const char *const CONSTRAINT[] = {
    "SELECT json_strip_nulls(json_build_object(",
    CONSTRAINT_KEYS,
    ")) FROM ",
    CONSTRAINTS,
    "WHERE conrelid = to_regclass(@) AND conname = # AND contype IN ('p', 'u', 'c', 'f', 'x')",
    NULL};

static const char *const TABLE_COMMENT[] = {
    "SELECT coalesce(to_json(obj_description(oid, 'pg_class')), 'null') FROM pg_class WHERE oid = "
    "to_regclass(@)",
    NULL};
static const char *const COLUMN_COMMENT[] = {
    "SELECT coalesce(to_json(col_description(attrelid, attnum)), 'null') FROM pg_attribute WHERE "
    "attrelid = to_regclass(@) AND attname = # AND attnum > 0 AND NOT attisdropped",
    NULL};

static const char *const ENUM[] = {
    "SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE "
    "enumtypid = to_regtype(@) HAVING count(*) > 0",
    NULL};

#define OWNED_BY                                                                                   \
    "'owned_by', (SELECT t.relname || '.' || attname FROM pg_depend d JOIN pg_class t ON t.oid = " \
    "d.refobjid JOIN pg_attribute ON attrelid = t.oid AND attnum = d.refobjsubid WHERE d.classid " \
    "= 'pg_class'::regclass AND d.objid = seqrelid AND d.deptype = 'a')"

/* What CREATE SEQUENCE does by itself is left out. */
static const char *const SEQUENCE[] = {
    "SELECT json_strip_nulls(json_build_object('type', nullif(format_type(seqtypid, NULL), "
    "'bigint'), 'start', nullif(seqstart, CASE WHEN seqincrement > 0 THEN seqmin ELSE seqmax END), "
    "'increment', nullif(seqincrement, 1), 'min', nullif(seqmin, CASE WHEN seqincrement > 0 THEN 1 "
    "END), 'max', CASE WHEN seqincrement < 0 AND seqmax = -1 OR seqincrement > 0 AND seqmax = CASE "
    "seqtypid WHEN 'bigint'::regtype THEN 9223372036854775807 WHEN 'integer'::regtype THEN "
    "2147483647 ELSE 32767 END THEN NULL ELSE seqmax END, 'cache', nullif(seqcache, 1), 'cycle', "
    "nullif(seqcycle, false), " OWNED_BY ")) FROM pg_sequence WHERE seqrelid = to_regclass(@)",
    NULL};

static const char *const SEQUENCE_CHANGE[] = {
    "SELECT json_strip_nulls(json_build_object('type', format_type(seqtypid, NULL), "
    "'start', seqstart, 'increment', seqincrement, 'min', seqmin, 'max', seqmax, 'cache', "
    "seqcache, 'cycle', seqcycle, " OWNED_BY ")) FROM pg_sequence WHERE seqrelid = to_regclass(@)",
    NULL};

static const char *const VIEW[] = {
    "SELECT json_strip_nulls(json_build_object('as', rtrim(btrim(pg_get_viewdef(oid), E' \\n'), "
    "';'), 'materialized', nullif(relkind = 'm', false), 'with_data', nullif(relispopulated, "
    "true), 'comment', obj_description(oid, 'pg_class'))) FROM pg_class WHERE oid = "
    "to_regclass(@) AND relkind IN ('v', 'm')",
    NULL};

/* Its arguments may not be said where there is only one of the name. */
static const char *const FUNCTION[] = {
    "SELECT min(to_json(pg_get_functiondef(oid))::text) FROM pg_proc WHERE prokind <> 'a' AND CASE "
    "WHEN # IS NULL THEN proname = (SELECT max(w) FROM unnest(parse_ident(@)) WITH ORDINALITY "
    "u(w, n) WHERE n = cardinality(parse_ident(@))) AND (cardinality(parse_ident(@)) = 1 AND "
    "pg_function_is_visible(oid) OR pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = "
    "(parse_ident(@))[1] AND cardinality(parse_ident(@)) > 1)) ELSE oid = to_regprocedure(@ || "
    "'(' || # || ')') END HAVING count(*) = 1",
    NULL};

static const char *const TRIGGER[] = {
    "SELECT to_json(pg_get_triggerdef(oid)) FROM pg_trigger WHERE tgrelid = to_regclass(@) AND "
    "tgname = # AND NOT tgisinternal",
    NULL};

/* What of a name, a part of it or its arguments. */
typedef struct Question {
    const char *const *sql; /* the parts of its text */
    const char *object;
    const char *part; /* NULL: none */
} Question;

static Question
question_of(const Operation *op)
{
    switch ((int)op->kind) {
    case OP_DROP_TABLE:
        return (Question){TABLE, op->table, NULL};
    case OP_DROP_COLUMN:
        return (Question){COLUMN, op->table, op->name};
    case OP_ALTER_COLUMN:
        return (Question){COLUMN_CHANGE, op->table, op->name};
    case OP_DROP_INDEX:
        return (Question){INDEX, op->name, NULL};
    case OP_DROP_CONSTRAINT:
        return (Question){CONSTRAINT, op->table, op->name};
    case OP_COMMENT:
        return (Question){op->name == NULL ? TABLE_COMMENT : COLUMN_COMMENT, op->table, op->name};
    case OP_DROP_ENUM:
        return (Question){ENUM, op->name, NULL};
    case OP_ALTER_SEQUENCE:
        return (Question){SEQUENCE_CHANGE, op->name, NULL};
    case OP_DROP_SEQUENCE:
        return (Question){SEQUENCE, op->name, NULL};
    case OP_REPLACE_VIEW:
    case OP_DROP_VIEW:
        return (Question){VIEW, op->name, NULL};
    case OP_REPLACE_FUNCTION:
    case OP_DROP_FUNCTION:
        return (Question){FUNCTION, op->name, op->routine->arguments};
    case OP_REPLACE_TRIGGER:
    case OP_DROP_TRIGGER:
        return (Question){TRIGGER, op->routine->table, op->name};
    default:
        return (Question){.sql = NULL};
    }
}

static const char *
literal(const char *text, Arena *arena)
{
    Buf out = {.arena = arena};

    if (text == NULL)
        return "NULL";
    postgres_quote_text(&out, text);
    return buf_text(&out);
}

/* schema.name, quoted, as a literal. */
static const char *
path_literal(const Operation *op, const char *name, Arena *arena)
{
    Buf path = {.arena = arena};

    if (op->schema != NULL) {
        postgres_quote_name(&path, op->schema);
        buf_add(&path, ".");
    }
    postgres_quote_name(&path, name);
    return literal(buf_text(&path), arena);
}

static const char *
question_text(const Operation *op, const Question *question, Arena *arena)
{
    const char *object = path_literal(op, question->object, arena);
    const char *part = literal(question->part, arena);
    Buf text = {.arena = arena};

    for (const char *const *sql = question->sql; *sql != NULL; sql++) {
        for (const char *at = *sql; *at != '\0'; at++) {
            if (*at == '@')
                buf_add(&text, object);
            else if (*at == '#')
                buf_add(&text, part);
            else
                buf_add_char(&text, *at);
        }
    }
    return buf_text(&text);
}

bool
postgres_recall(Connection *connection, const Operation *op, Arena *arena, const char **was,
                Error *err)
{
    const Question question = question_of(op);

    *was = NULL;
    if (question.sql == NULL || question.object == NULL)
        return true;
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, question_text(op, &question, arena), err);
    if (answer == NULL)
        return false;
    if (PQntuples(answer) > 0 && !PQgetisnull(answer, 0, 0))
        *was = arena_text(arena, PQgetvalue(answer, 0, 0));
    return true;
}
