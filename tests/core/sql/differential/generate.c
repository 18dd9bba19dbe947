/* SPDX-License-Identifier: MIT */
#include "tests/core/sql/differential/generate.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* In a template ` ` is any space or comment, @ an expression, # a name, % a string and & the
 * statements of a body. */
static const char *const POSTGRES_TEMPLATES[] = {
    "SELECT @ ",
    "SELECT @ AS # , @ ",
    "SELECT @ AS # FROM t WHERE @ = @ ",
    "SELECT CASE WHEN true THEN @ ELSE @ END ",
    "SELECT t.end , t.begin AS end FROM t ",
    "SELECT a - -1, a+/*;*/1, b[1:2], c::text, $1, d @> e FROM t ",
    "INSERT INTO # VALUES ( @ , @ ) ",
    "UPDATE t SET a = @ WHERE # = @ ",
    "DO ~ ",
    "CREATE TABLE # ( # int DEFAULT @ , # text ) ",
    "CREATE FUNCTION # ( a int , # text DEFAULT % ) RETURNS int LANGUAGE sql AS ~ ",
    "CREATE FUNCTION # ( ) RETURNS int LANGUAGE sql BEGIN ATOMIC & END ",
    "CREATE OR REPLACE PROCEDURE # ( ) LANGUAGE sql BEGIN ATOMIC & END ",
    "CREATE OR REPLACE FUNCTION # ( ) RETURNS int RETURN @ ",
    "CREATE RULE # AS ON INSERT TO t DO ALSO ( SELECT @ ; SELECT @ ) ",
    "CREATE TRIGGER # BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f ( ) ",
    "CREATE INDEX CONCURRENTLY # ON t ( a ) ",
    "CREATE SCHEMA s CREATE TABLE a ( x int ) CREATE VIEW v AS SELECT @ ",
    "COMMENT ON TABLE # IS ~ ",
    "COPY t ( a ) TO STDOUT ",
    "COPY t FROM 'stdin' ",
    "BEGIN ",
    "END ",
    "ROLLBACK TO # ",
    "SET x.y = ~ ",
    "WITH a AS ( SELECT @ ) DELETE FROM t WHERE @ = @ ",
};

static const char *const POSTGRES_BODY[] = {
    "SELECT @ ; ",
    "SELECT 1 AS end ; ",
    "SELECT t.end FROM t ; ",
    "SELECT t.case , begin FROM t ; ",
    "INSERT INTO t VALUES ( @ , CASE WHEN true THEN @ END ) ; ",
    "; ",
};

static const char *const POSTGRES_STRINGS[] = {
    "'a'",
    "''",
    "'it''s; x'",
    "'a\\'",
    "E'a\\';b'",
    "E'\\\\'",
    "e'x''\\'' ",
    "E'a'\n 'b\\';'",
    "'a;'\n\t'b'",
    "$$a;b$$",
    "$a$ $$;' $a$",
    "$\xC3\xA9$;$\xC3\xA9$",
    "'\xC3\xA9;'",
    "'-- ; '",
    "'/* '",
    "$q1$ $q$ ; $q1$",
    "U&'d!0061;' UESCAPE '!'",
    "$$'$$",
    "N'x;'", /* the last: no plain constant */
};

static const char *const POSTGRES_NAMES[] = {
    "a", "b$1$", "\"a;b\"", "\"a\"\"b\"", "\xC3\xA9t\xC3\xA9", "_x$", "U&\"x;y\"", "\"'\"",
};

/* The last two not in soups: libpg_query does not take them between the parts of a string. */
static const char *const POSTGRES_SPACE[] = {
    " ",     "\n",          "\t", "\r\n",  "/* ; */",     "/* /* */ ; ' */",
    "/***/", " /* $a$ */ ", "\f", " --\r", " -- x ; '\n",
};

static const char *const SQLITE_TEMPLATES[] = {
    "SELECT @ ",
    "SELECT @ AS # , @ ",
    "SELECT @ AS # FROM t WHERE @ = @ ",
    "SELECT CASE WHEN 1 THEN @ ELSE @ END ",
    "SELECT t.\"end\" , t.begin AS begin FROM t ",
    "SELECT a - -1, a+/*;*/1, $x, :y(z;z), @w, #v, ?1, ? FROM t ",
    "INSERT INTO t (a,b,c) VALUES ( @ , @ , 3 ) ",
    "UPDATE t SET a = @ WHERE begin = @ ",
    "CREATE TABLE # ( a int DEFAULT % , b text CHECK ( b <> % ) ) ",
    "CREATE TRIGGER # AFTER INSERT ON t BEGIN & END ",
    "CREATE TEMP TRIGGER # AFTER UPDATE ON t WHEN new.a > @ BEGIN & END ",
    "CREATE TEMPORARY TRIGGER IF NOT EXISTS # BEFORE DELETE ON t FOR EACH ROW BEGIN & END ",
    "EXPLAIN CREATE TRIGGER # AFTER INSERT ON t BEGIN & END ",
    "EXPLAIN QUERY PLAN CREATE TRIGGER # AFTER INSERT ON t BEGIN & END ",
    "CREATE INDEX # ON t ( a ) ",
    "CREATE VIEW # AS SELECT @ ",
    "BEGIN IMMEDIATE ",
    "END ",
    "SAVEPOINT # ",
    "PRAGMA user_version = 1 ",
    "WITH x AS ( SELECT @ ) DELETE FROM t WHERE @ = @ ",
};

static const char *const SQLITE_BODY[] = {
    "UPDATE t SET a = CASE a WHEN 1 THEN @ END WHERE @ = 1 ; ",
    "DELETE FROM t WHERE begin = \"end\" ; ",
    "SELECT 1 AS \"END\" ; ",
    "SELECT CASE WHEN new.a THEN @ ELSE 2 END ; ",
    "INSERT INTO t (a,b,c) VALUES ( 1 , % , 3 ) ; ",
    "SELECT 1 ; ",
};

static const char *const SQLITE_STRINGS[] = {
    "'a'", "''", "'it''s; x'", "'a\\'", "x'00ff'", "'\xC3\xA9;'", "'-- ; '", "'/* '", "'$$;'",
};

static const char *const SQLITE_NAMES[] = {
    "a1", "b$1$", "\"a;b\"", "\"a\"\"b\"", "[a;b]", "`a;``b`", "\xC3\xA9t\xC3\xA9", "_x", "[a'\"]",
};

static const char *const SQLITE_SPACE[] = {
    " ", "\n", "\t", "\r\n", " -- x ; ' \r more\n", "/* ; */", "/* /* ; ' */", "/***/", "/*/ ; */",
};

/* Pieces of soup; those of two parts go around more soup. */
static const char *const SOUP_WORDS[] = {
    "a", "END", "begin", "case", "x1$y",      "trigger",   "1",          "2.5e3",     "+",  "-",
    "/", "*",   ",",     ".",    "<=",        "::",        "e",          "u",         "nb", "#",
    "|", "%",   "&",     "=",    "; SELECT ", "; SELECT ", ";; SELECT ", "; SELECT ",
};

typedef struct Vocabulary {
    const char *const *templates;
    size_t template_count;
    const char *const *body;
    size_t body_count;
    const char *const *strings;
    size_t string_count;
    const char *const *names;
    size_t name_count;
    const char *const *space;
    size_t space_count;
} Vocabulary;

static const Vocabulary VOCABULARIES[] = {
    [SQL_POSTGRES] = {POSTGRES_TEMPLATES, COUNT(POSTGRES_TEMPLATES), POSTGRES_BODY,
                      COUNT(POSTGRES_BODY), POSTGRES_STRINGS, COUNT(POSTGRES_STRINGS),
                      POSTGRES_NAMES, COUNT(POSTGRES_NAMES), POSTGRES_SPACE, COUNT(POSTGRES_SPACE)},
    [SQL_SQLITE] = {SQLITE_TEMPLATES, COUNT(SQLITE_TEMPLATES), SQLITE_BODY, COUNT(SQLITE_BODY),
                    SQLITE_STRINGS, COUNT(SQLITE_STRINGS), SQLITE_NAMES, COUNT(SQLITE_NAMES),
                    SQLITE_SPACE, COUNT(SQLITE_SPACE)},
};

/* xorshift64 (Marsaglia 2003) */
size_t
generate_number(Generator *generator, size_t limit)
{
    generator->state ^= generator->state << 13U;
    generator->state ^= generator->state >> 7U;
    generator->state ^= generator->state << 17U;
    return (size_t)((generator->state >> 16U) % limit);
}

static const char *
pick(Generator *generator, const char *const *from, size_t count)
{
    return from[generate_number(generator, count)];
}

static void
add_space(Generator *generator)
{
    const Vocabulary *const words = &VOCABULARIES[generator->dialect];

    /* a blank behind it keeps what stands on both sides apart, as written in the template */
    if (generate_number(generator, 3) == 0)
        buf_add(&generator->out, pick(generator, words->space, words->space_count));
    buf_add_char(&generator->out, ' ');
}

/* Fills one place of a template that holds no other. */
static void
add_piece(Generator *generator, char place)
{
    const Vocabulary *const words = &VOCABULARIES[generator->dialect];

    switch (place) {
    case ' ':
        add_space(generator);
        break;
    case '#':
        buf_add(&generator->out, pick(generator, words->names, words->name_count));
        break;
    case '%':
        buf_add(&generator->out, pick(generator, words->strings, words->string_count));
        break;
    case '~':
        buf_add(&generator->out, pick(generator, words->strings, words->string_count - 1));
        break;
    case '@':
        if (generate_number(generator, 2) == 0)
            buf_addf(&generator->out, "(%zu)", generate_number(generator, 100));
        else
            buf_add(&generator->out, pick(generator, words->strings, words->string_count));
        break;
    default:
        buf_add_char(&generator->out, place);
        break;
    }
}

/* A mark is a mark only between blanks: `@w` in a template is itself. */
static bool
is_mark(const char *template, const char *at)
{
    return (at == template || at[-1] == ' ') && at[1] == ' ';
}

static void
add_simple(Generator *generator, const char *template)
{
    for (const char *at = template; *at != '\0'; at++) {
        if (*at == ' ' || is_mark(template, at))
            add_piece(generator, *at);
        else
            buf_add_char(&generator->out, *at);
    }
}

static void
add_statement(Generator *generator)
{
    const Vocabulary *const words = &VOCABULARIES[generator->dialect];
    const char *const template = pick(generator, words->templates, words->template_count);

    for (const char *at = template; *at != '\0'; at++) {
        if (*at == '&' && is_mark(template, at)) {
            for (size_t i = 1 + generate_number(generator, 3); i > 0; i--)
                add_simple(generator, pick(generator, words->body, words->body_count));
        } else if (*at == ' ' || is_mark(template, at)) {
            add_piece(generator, *at);
        } else {
            buf_add_char(&generator->out, *at);
        }
    }
}

void
generate_script(Generator *generator)
{
    for (size_t i = 1 + generate_number(generator, 8); i > 0; i--) {
        add_space(generator);
        add_statement(generator);
        if (i > 1 || generate_number(generator, 2) == 0)
            buf_add_char(&generator->out, ';');
        while (generate_number(generator, 8) == 0)
            buf_add_char(&generator->out, ';');
    }
    add_space(generator);
}

void
generate_soup(Generator *generator)
{
    const Vocabulary *const words = &VOCABULARIES[generator->dialect];

    buf_add(&generator->out, "SELECT ");
    for (size_t i = 1 + generate_number(generator, 30); i > 0; i--) {
        switch (generate_number(generator, 8)) {
        case 0:
            add_piece(generator, '%');
            break;
        case 1:
            add_piece(generator, '#');
            break;
        case 2:
            buf_add(&generator->out, "(a, (b))");
            break;
        case 3:
            buf_add(&generator->out, pick(generator, words->space, words->space_count - 2));
            break;
        case 4:
            if (generator->dialect == SQL_SQLITE)
                buf_add(&generator->out, " ; CREATE TRIGGER ");
            break;
        default:
            buf_add(&generator->out, pick(generator, SOUP_WORDS, COUNT(SOUP_WORDS)));
            break;
        }
        if (generate_number(generator, 2) == 0)
            buf_add_char(&generator->out, ' ');
    }
}
