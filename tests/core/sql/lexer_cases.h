/* SPDX-License-Identifier: MIT */
/*
 * What the lexer must make of a text. The text carries its own answer: «..» around each statement,
 * ‹..› around COPY data, ¡ before the thing an error is about. The marks are taken out before the
 * lexer sees the text, and their places are what it must report.
 */
#ifndef MIGRATE_TESTS_CORE_SQL_LEXER_CASES_H
#define MIGRATE_TESTS_CORE_SQL_LEXER_CASES_H

#include <stddef.h>

#define BOM "\xEF\xBB\xBF"

typedef struct LexerCase {
    const char *name;
    const char *text;
    const char *facts; /* of each statement, ';' between them, as fact_names() spells them */
    const char *error; /* NULL: none */
} LexerCase;

static const LexerCase POSTGRES_CASES[] = {
    /* reference cases */
    {"two statements", "«SELECT 1»; «SELECT 2»;", NULL, NULL},
    {"no final semicolon", "«SELECT 1»;\n«SELECT 2»", NULL, NULL},
    {"empty statements", ";;«SELECT 1»;;;\n;«SELECT 2»;;", NULL, NULL},
    {"only comments", "-- nothing; here\n/* ; */\n", NULL, NULL},
    {"semicolon in a line comment", "«SELECT 1 -- ; not end\n + 2»;", NULL, NULL},
    {"line comment at the end", "«SELECT 1»; -- trailing; comment", NULL, NULL},
    {"nested comment", "«SELECT /* a /* b; */ c; */ 1»;", NULL, NULL},
    {"stars in a comment", "«SELECT /***; /**/ ;***/ 1»;", NULL, NULL},
    {"comment glued to an operator", "«SELECT 2+/* ; */3»;", NULL, NULL},
    {"line comment glued to a number", "«SELECT 5»--;3\n", NULL, NULL},
    {"semicolon in a string", "«SELECT ';'»;", NULL, NULL},
    {"doubled quote", "«SELECT 'it''s; ok'»;", NULL, NULL},
    {"backslash in a plain string", "«SELECT 'a\\'»; «SELECT 'b'»;", NULL, NULL},
    {"escaped quote", "«SELECT E'a\\'; b'»;", NULL, NULL},
    {"escapes and doubling", "«SELECT e'x\\\\\\';y''z;'»;", NULL, NULL},
    {"escaped backslash before the quote", "«SELECT E'a\\\\'»; «SELECT 2»;", NULL, NULL},
    {"semicolon in a name", "«SELECT 1 AS \"a;b\"»;", NULL, NULL},
    {"doubled quote in a name", "«SELECT 1 AS \"a\"\";\"\"b\"»;", NULL, NULL},
    {"adjacent names", "«SELECT 1 AS \"a\"»;«\"\"»;«b\";\"»", NULL, NULL},
    {"unicode name", "«SELECT 1 AS U&\"d\\0061t;a\"»;", NULL, NULL},
    {"unicode string", "«SELECT U&'d!0061;' UESCAPE '!'»;", NULL, NULL},
    {"bit, hex and national strings", "«SELECT B'0101', X'1FF', N'na;t'»;", NULL, NULL},
    {"continued string", "«SELECT 'foo;'\n  'bar;'»;", NULL, NULL},
    {"continued escape string", "«SELECT E'foo\\''\n  'bar\\';'»; «SELECT 2»;", NULL, NULL},
    {"escape string continued behind a comment", "«SELECT E'a' -- it's\n\n  -- more '\n 'b\\';'»;",
     NULL, NULL},
    {"escape string not continued on its line", "«SELECT E'a' 'b\\'»;", NULL, NULL},
    {"escape string continued behind CR", "«SELECT E'a'\r'b\\';'»;", NULL, NULL},
    {"escape string not continued behind a block comment", "«SELECT E'a' /*\n*/ 'b\\'»;", NULL,
     NULL},
    {"escape string continued twice", "«SELECT E'a'\n'\\''\n'\\';'»;«x»", NULL, NULL},
    {"not an escape string", "«SELECT 'a', foe'b\\'»;", NULL, NULL},
    {"empty strings", "«SELECT '', E'', \"\", $$$$»;", NULL, NULL},
    {"dollar quotes", "«SELECT $$a;b$$»;", NULL, NULL},
    {"dollar tag", "«SELECT $fn$ a; $$ ; $x$ ; $fn$»;", NULL, NULL},
    {"tag within a longer tag", "«SELECT $a$ ; $aa$ ; $a$»;", NULL, NULL},
    {"tags know case", "«SELECT $A$ ; $a$ ; $A$»;", NULL, NULL},
    {"tag found behind a dollar", "«SELECT $a$ $$a$»;", NULL, NULL},
    {"tag with a digit", "«SELECT $a1$;$a1$»;", NULL, NULL},
    {"no tag begins with a digit", "«SELECT $1a$»; «SELECT '$1a$'»", NULL, NULL},
    {"parameters", "«SELECT $1»; «SELECT $2»;", NULL, NULL},
    {"tag in UTF-8", "«SELECT $été$ ; $été$»;", NULL, NULL},
    {"name with dollars", "«SELECT a$b$»; «SELECT c$b$»;", NULL, NULL},
    {"name in UTF-8 with dollars", "«SELECT é$b$»; «SELECT 2»", NULL, NULL},
    {"dollars in strings", "«SELECT '$a$', ';', '$a$'»;", NULL, NULL},
    {"lone dollar", "«SELECT $» ; «SELECT $»", NULL, NULL},
    {"DO", "«DO $do$ BEGIN RAISE NOTICE 'x;'; END; $do$»;", NULL, NULL},
    {"quotes in dollar quotes", "«DO $$ ' \" /* -- $x$ $$»; «SELECT 1»", NULL, NULL},
    {"rule with several actions", "«CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)»;",
     NULL, NULL},
    {"replaced rule", "«CREATE OR REPLACE RULE r AS ON DELETE TO t DO (SELECT (1);)»; «SELECT 1»",
     NULL, NULL},
    {"routine body",
     "«CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT a + 1; "
     "END»; «SELECT 3»;",
     NULL, NULL},
    {"CASE in a routine body",
     "«CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true "
     "THEN 1 ELSE 2 END; SELECT CASE 1 WHEN 1 THEN CASE WHEN false THEN 1 END END; END»; «SELECT "
     "2»;",
     NULL, NULL},
    {"body of a procedure",
     "«CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); INSERT INTO t "
     "VALUES (2); END»; «CALL p()»;",
     NULL, NULL},
    {"keywords in comments and names",
     "«CREATE /* function */ FUNCTION \"begin\"() RETURNS int LANGUAGE sql -- begin\n BEGIN ATOMIC "
     "SELECT 1; END»; «SELECT 1»;",
     NULL, NULL},
    {"empty routine body", "«CREATE PROCEDURE zp() LANGUAGE sql BEGIN ATOMIC END»; «SELECT 7»;",
     NULL, NULL},
    {"column end with its table",
     "«CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end FROM t; END»; «SELECT 1»", NULL,
     NULL},
    {"alias end", "«CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; END»; «SELECT 1»",
     NULL, NULL},
    {"column case with its table",
     "«CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.case FROM t; END»; «SELECT 1»", NULL,
     NULL},
    {"column begin",
     "«CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin FROM t; SELECT 2; END»; «SELECT "
     "1»",
     NULL, NULL},
    {"comment before the closing end",
     "«CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; /* ; */ -- x\n end»; «SELECT 1»",
     NULL, NULL},
    {"empty statement in a body", "«CREATE PROCEDURE p() BEGIN ATOMIC ;; SELECT 1;; END»; «COMMIT»",
     "-;end", NULL},
    {"begin atomic as parameter", "«CREATE FUNCTION f(begin atomic) RETURNS int RETURN 1»; «END»",
     "-;end", NULL},
    {"begin and atomic apart", "«CREATE FUNCTION f() RETURNS int BEGIN /* x */ ATOMIC\nEND»; «x»",
     NULL, NULL},
    {"BEGIN as a transaction", "«BEGIN»; «SELECT 1»; «END»;", "begin;-;end", NULL},
    {"keywords as parameters",
     "«CREATE FUNCTION g(\"end\" int DEFAULT 1, x text DEFAULT 'begin') RETURNS int LANGUAGE sql "
     "RETURN 1»; «SELECT 1»;",
     NULL, NULL},
    {"schema with elements", "«CREATE SCHEMA s CREATE TABLE a(x int) CREATE VIEW v AS SELECT 1»;",
     NULL, NULL},
    {"schema before a statement", "«CREATE SCHEMA s1 CREATE TABLE a(x int)»; «SELECT 1»;", NULL,
     NULL},
    {"json operators",
     "«SELECT '{}'::jsonb #>> '{a}', '{}'::jsonb ->> 'a', '{}'::jsonb ? 'b', '{}'::jsonb @? '$.a ? "
     "(@ > 1)'»;",
     NULL, NULL},
    {"slices and casts", "«SELECT (ARRAY[1,2,3])[1:2], 'x'::text, a::int FROM (SELECT 1 a) s»;",
     NULL, NULL},
    {"odd operators", "«SELECT @-1, |/4, 5 !~~ '5'»;", NULL, NULL},
    {"parentheses in strings", "«INSERT INTO t VALUES ('(', ';'), (')', ';')»;", NULL, NULL},
    {"MERGE",
     "«MERGE INTO t USING s ON t.a=s.a WHEN MATCHED THEN UPDATE SET b='x;' WHEN NOT MATCHED THEN "
     "INSERT VALUES (1)»;",
     NULL, NULL},
    {"begin and end as columns", "«SELECT begin, \"end\" FROM t»;", NULL, NULL},
    {"trigger", "«CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()»;", NULL,
     NULL},
    {"function with a string body",
     "«CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'»; «SELECT "
     "1»;",
     NULL, NULL},
    {"no-break space", "«SELECT 1 AS \"a\u00a0b\"»;", NULL, NULL},
    {"nested dollar quotes",
     "«CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE $q$ DO $i$ BEGIN "
     "PERFORM 1; END $i$; $q$; END $f$»;",
     NULL, NULL},
    {"directive line",
     "-- migrate:no-transaction\n«CREATE INDEX CONCURRENTLY i ON t(a)»;\n«SELECT "
     "1»;",
     "notx concurrently;-", NULL},

    /* comments and operators */
    {"operator that ends in a comment", "«SELECT 1 */* ; */ 2»;", NULL, NULL},
    {"operator cut by a comment", "«SELECT 1 +-/* ; /* */ ; */ 2»;", NULL, NULL},
    {"slash before a comment", "«SELECT 4 //* ; */ 2»;", NULL, NULL},
    {"line comment within an operator", "«SELECT 1 +-- ;\n 2»;", NULL, NULL},
    {"slash behind the opening is text", "/*/ ; */«SELECT 1»;", NULL, NULL},
    {"comment within a comment's end", "/* **/«SELECT 1»/**/;/* /**/ */", NULL, NULL},
    {"comments next to each other", "/* a *//* b */--c\n«SELECT 1»;", NULL, NULL},
    {"comment mark in a string", "«SELECT '/*', '--'»; «SELECT '*/'»;", NULL, NULL},
    {"minus at the end", "«SELECT 1 -»", NULL, NULL},
    {"slash at the end", "«SELECT 1 /»", NULL, NULL},

    /* lines and columns */
    {"empty", "", NULL, NULL},
    {"space", " \t\r\n\f", NULL, NULL},
    {"CRLF", "«SELECT 1»;\r\n-- c\r\n«SELECT\r\n2»;\r\n  «SELECT 3»", NULL, NULL},
    {"CR only", "«SELECT 1»;\r-- c\r«SELECT 2»;\r\r «SELECT 3»;", NULL, NULL},
    {"mixed line ends", "\n\r\n\r\n\r\r«a»;\n«b»", NULL, NULL},
    {"BOM", BOM "«SELECT 1»;\n«SELECT 2»", NULL, NULL},
    {"BOM and nothing else", BOM, NULL, NULL},
    {"columns count characters", "/* été */ «SELECT 'ß…'»; «SELECT 𝄞»;\t«x»", NULL, NULL},
    {"statements on the line of a long string", "«SELECT 'a\nb'»; «SELECT $$\n\n$$»; «x»", NULL,
     NULL},
    {"form feed and vertical tab", "«SELECT\f\v1»;\f\v", NULL, NULL},
    {"comments around the text", "-- before\n«SELECT /* in */ 1» /* in? */\n-- after\n;", NULL,
     NULL},

    /* words and numbers */
    {"words end at a non-word", "«INSERT INTO s.t VALUES (1)»;", NULL, NULL},
    {"quoted first word", "«\"begin\"»;", NULL, NULL},
    {"keyword glued to a string", "«SELECT'a;'»;", NULL, NULL},
    {"number glued to a word", "«SELECT 1e10, 0x1F, 1_000, 2end»;", NULL, NULL},
    {"word that starts with an underscore", "«_begin»; «begin_»", NULL, NULL},

    /* COPY */
    {"COPY", "«COPY t(a) FROM stdin»;\n‹1;2\n›\\.\n«SELECT 1»;", "copy;-", NULL},
    {"COPY without rows", "«COPY t FROM STDIN»;\n‹›\\.\n«SELECT 1»;", "copy;-", NULL},
    {"COPY marker at the end of the file", "«COPY t FROM STDIN»;\n‹a\n›\\.", "copy", NULL},
    {"COPY without a marker", "«COPY t FROM STDIN»;\n‹a\nb;›", "copy open", NULL},
    {"COPY at the end of the file", "«COPY t FROM STDIN»;", "copy open", NULL},
    {"COPY without semicolon", "«COPY t FROM STDIN»", "copy open", NULL},
    {"COPY and an empty line", "«COPY t FROM STDIN»;\n‹›", "copy open", NULL},
    {"marker inside text", "«COPY t FROM STDIN»;\n‹a\\.\n \\.\n\\.x\n\\\\.\n›\\.\n«x»", "copy;-",
     NULL},
    {"COPY with CRLF", "«COPY t FROM STDIN»;\r\n‹a\r\nb\r\n›\\.\r\n«x»;", "copy;-", NULL},
    {"COPY with CR only", "«COPY t FROM STDIN»;\r‹a\rb\r›\\.\r«x»;", "copy;-", NULL},
    {"COPY with options",
     "«COPY s.t (a, b) FROM stdin WITH (FORMAT csv, HEADER)»;\n‹a,b\n1,\"x\n;y\"\n›\\.\n«x»",
     "copy;-", NULL},
    {"marker inside a quoted CSV field ends it as in psql",
     "«COPY t FROM STDIN CSV»;\n‹\"a\n›\\.\n«b»;", "copy;-", NULL},
    {"quotes in COPY data", "«COPY t FROM STDIN»;\n‹it's\n$$\n/*\n(\n\"\n›\\.\n«SELECT 1»;",
     "copy;-", NULL},
    {"comment behind COPY", "«COPY t FROM STDIN»; -- rows; follow\n‹a\n›\\.\n«x»", "copy;-", NULL},
    {"two COPYs", "«COPY t FROM STDIN»;\n‹a\n›\\.\n\n«COPY u FROM STDIN»;\n‹b\n›\\.\n", "copy;copy",
     NULL},
    {"COPY over lines", "«COPY t (a,\n  b)\nFROM /* x */ STDIN»\n;\n‹1\t2\n›\\.\n«x»", "copy;-",
     NULL},
    {"COPY FROM STDOUT reads too", "«COPY t FROM STDOUT»;\n‹a\n›\\.\n", "copy", NULL},
    {"COPY BINARY", "«COPY BINARY t FROM STDIN»;\n‹a\n›\\.\n", "copy", NULL},
    {"COPY TO", "«COPY t TO STDOUT»;\n«x»", NULL, NULL},
    {"COPY from a file", "«COPY t FROM '/tmp/stdin'»;\n«x»", NULL, NULL},
    {"COPY from a program", "«COPY t FROM PROGRAM 'stdin'»;\n«x»", NULL, NULL},
    {"COPY of a query", "«COPY (SELECT * FROM stdin) TO STDOUT»;\n«x»", NULL, NULL},
    {"COPY of a table stdin", "«COPY stdin FROM 'x'»;\n«x»", NULL, NULL},
    {"COPY with columns from and stdin", "«COPY t (\"from\", stdin) FROM 'x'»;\n«x»", NULL, NULL},
    {"another statement FROM stdin", "«SELECT * FROM stdin»;\n«x»", NULL, NULL},
    {"data after UTF-8", "«COPY é FROM STDIN»;\n‹é\n›\\.\n  «é»;", "copy;-", NULL},
    {"statement behind COPY on its line", "COPY t FROM STDIN; ¡SELECT 1;\n1\n\\.\n", NULL,
     "text behind COPY FROM STDIN on its line"},
    {"block comment behind COPY", "COPY t FROM STDIN; ¡/* a\n1\n\\.\n", NULL,
     "text behind COPY FROM STDIN on its line"},

    /* psql */
    {"restrict", "«\\restrict abc»\n\n«SELECT 1»;\n«\\unrestrict abc»\n", "backslash;-;backslash",
     NULL},
    {"backslash line", "«\\set x 1; '»\n«SELECT 1»;", "backslash;-", NULL},
    {"backslash line with CRLF", "«\\echo 'it»  \r\n«x»", "backslash;-", NULL},
    {"backslash line at the end", "«SELECT 1»;\n«\\q»", "-;backslash", NULL},
    {"lone backslash", "«\\»", "backslash", NULL},
    {"backslash behind a statement on its line", "«SELECT 1»; «\\echo x»\n«x»", "-;backslash;-",
     NULL},
    {"backslash behind a comment", "/* x */ «\\echo (»\n«x»", "backslash;-", NULL},
    {"backslash inside a statement", "SELECT 1 ¡\\gset\n;", NULL, "backslash outside quotes"},
    {"escaped semicolon", "SELECT 1 ¡\\; SELECT 2;", NULL, "backslash outside quotes"},
    {"backslashes inside quotes", "«SELECT '\\set', \"\\g\", $$\\q$$»;", NULL, NULL},

    /* what does not lex */
    {"unterminated string", "«SELECT 1»;\n SELECT ¡'abc; SELECT 2;", NULL, "unterminated string"},
    {"unterminated string behind a doubled quote", "SELECT ¡'a''", NULL, "unterminated string"},
    {"unterminated escape string", "SELECT ¡E'a\\'", NULL, "unterminated string"},
    {"escape string that ends in a backslash", "SELECT ¡E'a\\", NULL, "unterminated string"},
    {"unterminated continuation", "SELECT ¡E'a'\n'b", NULL, "unterminated string"},
    {"unterminated unicode string", "SELECT U&¡'a;", NULL, "unterminated string"},
    {"unterminated name", "SELECT 1 AS ¡\"abc; SELECT 2;", NULL, "unterminated quoted name"},
    {"unterminated comment", "«SELECT 1»; ¡/* abc ; ", NULL, "unterminated comment"},
    {"unterminated nested comment", "«SELECT 1»;\n\té ¡/* a /* b */ ;", NULL,
     "unterminated comment"},
    {"unterminated comment in a statement", "SELECT ¡/* a", NULL, "unterminated comment"},
    {"half a comment's end", "¡/* a *", NULL, "unterminated comment"},
    {"unterminated dollar quotes", "SELECT ¡$x$ abc; $y$;", NULL,
     "unterminated dollar-quoted string"},
    {"half a closing tag", "SELECT ¡$x$ abc; $x", NULL, "unterminated dollar-quoted string"},
    {"unterminated empty tag", "SELECT 1, ¡$$;", NULL, "unterminated dollar-quoted string"},
    {"unclosed parenthesis", "SELECT ¡(1; SELECT 2;", NULL, "unclosed parenthesis"},
    {"unclosed parenthesis at the end", "SELECT (1), ¡((2)", NULL, "unclosed parenthesis"},
    {"parenthesis closed in the next statement", "SELECT ¡(1; SELECT 2);", NULL,
     "unclosed parenthesis"},
    {"unclosed parenthesis of a rule", "CREATE RULE r AS ON INSERT TO t DO ¡(SELECT 1; SELECT 2;",
     NULL, "unclosed parenthesis"},
    {"parenthesis that closes nothing", "«SELECT 1»; SELECT (1)¡);", NULL,
     "closing parenthesis without an opening one"},
    {"parenthesis in the wrong order", "¡)(", NULL, "closing parenthesis without an opening one"},
    {"unterminated routine body",
     "CREATE FUNCTION f() RETURNS int\n¡BEGIN ATOMIC SELECT 1; SELECT 2;", NULL,
     "unterminated BEGIN ATOMIC"},
    {"end that closes nothing", "CREATE FUNCTION f() RETURNS int ¡BEGIN ATOMIC SELECT 1 AS end;",
     NULL, "unterminated BEGIN ATOMIC"},
    {"unclosed parenthesis in a body",
     "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT ¡(1; END;", NULL, "unclosed parenthesis"},
    {"error behind BOM and CRLF", BOM "\r\n «x»;\r\n  é ¡'", NULL, "unterminated string"},

    /* facts: transactions */
    {"begin", "«BEGIN»; «begin work»; «START TRANSACTION»; «BEGIN ISOLATION LEVEL SERIALIZABLE»",
     "begin;begin;begin;begin", NULL},
    {"end", "«COMMIT»; «END»; «ABORT»; «ROLLBACK»; «COMMIT AND CHAIN»; «ROLLBACK WORK»",
     "end;end;end;end;end;end", NULL},
    {"savepoints",
     "«SAVEPOINT a»; «RELEASE a»; «ROLLBACK TO a»; «ROLLBACK WORK TO SAVEPOINT a»; «ROLLBACK "
     "TRANSACTION TO a»",
     "savepoint;savepoint;savepoint;savepoint;savepoint", NULL},
    {"two phases", "«PREPARE TRANSACTION 'x'»; «COMMIT PREPARED 'x'»; «ROLLBACK PREPARED 'x'»",
     "end;notx;notx", NULL},
    {"words that only begin so", "«begins»; «\"commit\"»; «PREPARE x AS SELECT 1»; «START x»", NULL,
     NULL},
    {"commented keyword", "«COMMIT»/* x */;«ROLLBACK--x\nTO/**/a»", "end;savepoint", NULL},

    /* facts: what cannot run in a transaction */
    {"index forms",
     "«CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t(a)»; «DROP INDEX CONCURRENTLY i»; "
     "«create index /* x */ concurrently on t(a)»; «CREATE INDEX i ON t(concurrently)»; «DROP "
     "INDEX i»",
     "notx concurrently;notx concurrently;notx concurrently;-;-", NULL},
    {"reindex",
     "«REINDEX TABLE t»; «REINDEX INDEX CONCURRENTLY i»; «REINDEX (CONCURRENTLY) TABLE t»; "
     "«REINDEX (VERBOSE, CONCURRENTLY off) TABLE t»; «REINDEX DATABASE d»; «REINDEX (VERBOSE) "
     "SYSTEM»; «REINDEX SCHEMA CONCURRENTLY s»; «REINDEX TABLE concurrently_»",
     "-;notx concurrently;notx concurrently;-;notx;notx;notx concurrently;-", NULL},
    {"vacuum and cluster",
     "«VACUUM»; «VACUUM (ANALYZE) t»; «CLUSTER»; «CLUSTER VERBOSE»; «CLUSTER (VERBOSE)»; «CLUSTER "
     "t USING i»; «CLUSTER VERBOSE t»; «ANALYZE»",
     "notx;notx;notx;notx;notx;-;-;-", NULL},
    {"databases",
     "«CREATE DATABASE d»; «DROP DATABASE IF EXISTS d»; «CREATE TABLESPACE s LOCATION '/x'»; «DROP "
     "TABLESPACE s»; «ALTER DATABASE d SET TABLESPACE s»; «ALTER DATABASE d SET x = 1»; «ALTER "
     "SYSTEM SET x = 1»; «ALTER SYSTEM RESET ALL»",
     "notx;notx;notx;notx;notx;-;notx;notx", NULL},
    {"detach",
     "«ALTER TABLE s.t DETACH PARTITION s.p CONCURRENTLY»; «ALTER TABLE IF EXISTS ONLY \"t\" * "
     "DETACH PARTITION p concurrently»; «ALTER TABLE t DETACH PARTITION p»; «ALTER TABLE t DETACH "
     "PARTITION p FINALIZE»; «ALTER TABLE t ADD concurrently int»; «REFRESH MATERIALIZED VIEW "
     "CONCURRENTLY v»",
     "notx concurrently;notx concurrently;-;-;-;-", NULL},
    {"subscriptions",
     "«CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p»; «CREATE SUBSCRIPTION s CONNECTION 'x' "
     "PUBLICATION p WITH (connect = false)»; «CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p "
     "WITH (enabled = false, create_slot = 'off')»; «CREATE SUBSCRIPTION s CONNECTION 'x' "
     "PUBLICATION p WITH (enabled = false, connect)»; «ALTER SUBSCRIPTION s REFRESH PUBLICATION»; "
     "«ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)»; «ALTER SUBSCRIPTION s ADD "
     "PUBLICATION p»; «ALTER SUBSCRIPTION s DISABLE»; «ALTER SUBSCRIPTION s SET (slot_name = "
     "NONE)»",
     "notx;-;-;notx;notx;-;notx;-;-", NULL},
    {"discard", "«DISCARD ALL»; «DISCARD TEMP»", "notx;-", NULL},

    /* facts: settings */
    {"session settings",
     "«SET x = 1»; «SET SESSION x TO 1»; «RESET x»; «RESET ALL»; «SET TIME ZONE 'UTC'»; «SET ROLE "
     "r»; «SET local.x = 1»; «SET LOCAL = 1»; «SET SESSION AUTHORIZATION u»; «SET transaction.x = "
     "1»",
     "set;set;set;set;set;set;set;set;set;set", NULL},
    {"local settings",
     "«SET LOCAL x = 1»; «SET CONSTRAINTS ALL DEFERRED»; «SET TRANSACTION READ ONLY»; «SET LOCAL "
     "local.x = 1»",
     NULL, NULL},
    {"set_config",
     "«SELECT pg_catalog.set_config('search_path', '', false)»; «SELECT set_config('x', 'y', "
     "true)»; «SELECT set_config('x', f('a', 'b', false), FALSE)»; «SELECT set_config('a', "
     "set_config('b', 'c', false), true)»; «SELECT set_config(a, b, c), false»; «SELECT 'set_config"
     "(1, 2, false)'»; «SELECT set_config('x', 'y', not false)»",
     "set;-;set;set;-;-;-", NULL},
    {"set_config in a definition",
     "«CREATE FUNCTION f() RETURNS text RETURN set_config('x', 'y', false)»; «WITH a AS (SELECT "
     "set_config('x', 'y', false)) SELECT 1»",
     "-;set", NULL},
};

static const LexerCase SQLITE_CASES[] = {
    /* reference cases */
    {"trigger",
     "«CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a=1; DELETE FROM u; END»; «SELECT "
     "1»;",
     NULL, NULL},
    {"trigger with CASE",
     "«CREATE TEMP TRIGGER tr AFTER INSERT ON t WHEN new.a>1 BEGIN SELECT CASE WHEN new.a THEN 1 "
     "ELSE 2 END; UPDATE t SET a=CASE a WHEN 1 THEN 2 END; END»; «SELECT 2»;",
     NULL, NULL},
    {"trigger with end in comments",
     "«CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; /* END; */ -- END;\n END» ; «SELECT 1»;",
     NULL, NULL},
    {"trigger if not exists",
     "«CREATE TRIGGER IF NOT EXISTS tr BEFORE DELETE ON t BEGIN SELECT RAISE(ABORT,'no;'); END»;",
     NULL, NULL},
    {"bracketed name", "«SELECT 1 AS [a;b]»;", NULL, NULL},
    {"name in backticks", "«SELECT 1 AS `a;b`»;", NULL, NULL},
    {"comments do not nest", "«SELECT /* a /* b */ 1»;", NULL, NULL},
    {"backslash", "«SELECT 'a\\'»; «SELECT 1»;", NULL, NULL},
    {"blob", "«SELECT x'00ff', 'a''b;'»;", NULL, NULL},
    {"variables", "«SELECT $x»; «SELECT :y, @z, ?1»;", NULL, NULL},
    {"unterminated comment at the end", "«SELECT 1» /* unterminated", NULL, NULL},

    /* text */
    {"empty", "", NULL, NULL},
    {"only an open comment", "/* ; ", NULL, NULL},
    {"comment marks only", "«SELECT 1»; /*", NULL, NULL},
    {"empty statements", ";;«SELECT 1»;; ;«SELECT 2»", NULL, NULL},
    {"line comment", "«SELECT 1 -- ;\n+ 2»; -- ;", NULL, NULL},
    {"CR does not end a line comment", "«SELECT 1» -- ;\r SELECT 2;", NULL, NULL},
    {"CRLF", "«SELECT 1»;\r\n-- c\r\n«SELECT 2»;\r\n", NULL, NULL},
    {"CR between statements", "«SELECT 1»;\r«SELECT 2»;\r\r«SELECT 3»", NULL, NULL},
    {"BOM", BOM "«SELECT 1»;", NULL, NULL},
    {"columns count characters", "/* é */ «SELECT 'ß'»; «x»", NULL, NULL},
    {"star before the comment's end", "/***/«SELECT 1» /*/ ; */;", NULL, NULL},
    {"comment glued to operators", "«SELECT 1+/*;*/2-/*;*/3»;", NULL, NULL},
    {"no escape strings", "«SELECT E'a\\'»; «x»", NULL, NULL},
    {"no dollar quotes", "«SELECT $$»; «SELECT $a$»; «x»", NULL, NULL},
    {"doubled quotes", "«SELECT \"a\"\";\", 'b'';', `c``;`»;", NULL, NULL},
    {"brackets have no doubling", "«SELECT [a]»; «SELECT [b]]»; «[c]»", NULL, NULL},
    {"quotes in brackets", "«SELECT [a'\"`]»; «SELECT '['»; «SELECT ']'»", NULL, NULL},
    {"name with a dollar", "«SELECT a$b»; «c$»", NULL, NULL},
    {"variable of Tcl", "«SELECT $a(b;c), @d(;), :e(;), #f(')»; «x»", NULL, NULL},
    {"variable of Tcl with a name space", "«SELECT $a::b(;)»; «SELECT $::c»", NULL, NULL},
    {"variable before parentheses", "«SELECT $a (1)»; «SELECT ?1, ?»", NULL, NULL},
    {"backslash is nothing special", "«\\set x»; «x \\ y»", NULL, NULL},
    {"COPY is nothing special", "«COPY t FROM stdin»;\n«1»;", NULL, NULL},
    {"json operators", "«SELECT a -> '$.b;', a ->> '$'»;", NULL, NULL},
    {"window and filter", "«SELECT sum(a) FILTER (WHERE b) OVER (ORDER BY c) FROM t»;", NULL, NULL},

    /* triggers */
    {"temporary trigger", "«CREATE TEMPORARY TRIGGER x AFTER DELETE ON y BEGIN SELECT 1; END»; «x»",
     NULL, NULL},
    {"trigger at the end of the file", "«CREATE TRIGGER x AFTER DELETE ON y BEGIN SELECT 1; END»",
     NULL, NULL},
    {"trigger with columns begin and end",
     "«CREATE TRIGGER x AFTER UPDATE OF begin, end ON y BEGIN SELECT new.end, new.begin, 1 AS end; "
     "END»; «x»",
     NULL, NULL},
    {"trigger on a table end", "«CREATE TRIGGER x AFTER DELETE ON end BEGIN SELECT 1; END»; «x»",
     NULL, NULL},
    {"quoted end in a trigger",
     "«CREATE TRIGGER x AFTER DELETE ON y BEGIN SELECT 1; SELECT 2 \"END\"; end»; «x»", NULL, NULL},
    {"explained trigger",
     "«EXPLAIN CREATE TRIGGER x AFTER DELETE ON y BEGIN SELECT 1; END»; «EXPLAIN QUERY PLAN CREATE "
     "TEMP TRIGGER x AFTER DELETE ON y BEGIN SELECT 1; END»; «x»",
     NULL, NULL},
    {"trigger as a name",
     "«CREATE TABLE trigger (a)»; «DROP TRIGGER trigger»; «CREATE INDEX i ON trigger (a)»; «x»",
     NULL, NULL},
    {"comment before the trigger's end",
     "«CREATE TRIGGER x DELETE ON y BEGIN SELECT 1;/**/END»/**/;«x»", NULL, NULL},

    /* what does not lex */
    {"unterminated string", "«SELECT 1»;\nSELECT ¡'a;", NULL, "unterminated string"},
    {"unterminated blob", "SELECT x¡'00;", NULL, "unterminated string"},
    {"unterminated double quotes", "SELECT ¡\"a;", NULL, "unterminated quoted name"},
    {"unterminated backticks", "SELECT ¡`a``;", NULL, "unterminated quoted name"},
    {"unterminated bracket", "SELECT é, ¡[a;", NULL, "unterminated quoted name"},
    {"unterminated variable of Tcl", "SELECT ¡$a(b c)", NULL, "unterminated parameter"},
    {"unterminated variable at the end", "«x»; SELECT ¡:a(b", NULL, "unterminated parameter"},
    {"unclosed parenthesis", "SELECT ¡(1; SELECT 2;", NULL, "unclosed parenthesis"},
    {"unclosed parenthesis in a trigger",
     "CREATE TRIGGER x DELETE ON y BEGIN SELECT ¡(1; END; SELECT 2);", NULL,
     "unclosed parenthesis"},
    {"parenthesis that closes nothing", "SELECT 1¡); SELECT 2;", NULL,
     "closing parenthesis without an opening one"},
    {"unterminated trigger", "«x»;\n¡CREATE TRIGGER x DELETE ON y BEGIN SELECT 1; SELECT 2;", NULL,
     "unterminated trigger: no END behind a semicolon"},
    {"trigger without a body", "¡CREATE TRIGGER x; SELECT 1 AS end;", NULL,
     "unterminated trigger: no END behind a semicolon"},
    {"trigger that goes on behind its end",
     "¡CREATE TRIGGER x DELETE ON y BEGIN SELECT 1; END x; SELECT 2;", NULL,
     "unterminated trigger: no END behind a semicolon"},

    /* facts */
    {"transactions",
     "«BEGIN»; «BEGIN IMMEDIATE»; «COMMIT»; «END TRANSACTION»; «ROLLBACK»; «ROLLBACK TRANSACTION»",
     "begin;begin;end;end;end;end", NULL},
    {"savepoints", "«SAVEPOINT a»; «RELEASE SAVEPOINT a»; «ROLLBACK TRANSACTION TO a»",
     "savepoint;savepoint;savepoint", NULL},
    {"what cannot run in a transaction",
     "«VACUUM»; «VACUUM INTO 'x'»; «PRAGMA journal_mode = wal»; «PRAGMA main.journal_mode(wal)»; "
     "«PRAGMA journal_mode»; «PRAGMA foreign_keys = ON»; «PRAGMA synchronous = 1»; «ATTACH 'x' AS "
     "y»; «DETACH y»; «REINDEX»; «ANALYZE»; «PRAGMA wal_checkpoint»",
     "notx;notx;notx;notx;-;-;notx;notx;notx;-;-;notx", NULL},
    {"PostgreSQL's words mean nothing here", "«SET x = 1»; «RESET x»; «DISCARD ALL»; «ABORT»", NULL,
     NULL},
};

#endif
