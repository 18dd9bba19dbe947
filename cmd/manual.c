/* SPDX-License-Identifier: MIT */
#include "cmd/manual.h"

#include <string.h>

#include "core/base/text.h"
#include "core/config.h"

/* What is no table: mdoc, section by section. */
static const char *const HEAD[] = {
    ".Dt MIGRATE 1",
    ".Os",
    ".Sh NAME",
    ".Nm migrate",
    ".Nd schema migrations as a graph of SQL and YAML files",
    ".Sh SYNOPSIS",
    ".Nm",
    ".Op Ar options",
    ".Ar command",
    ".Op Ar options",
    ".Op Ar operands",
    ".Sh DESCRIPTION",
    ".Nm",
    "changes the schemas of PostgreSQL and SQLite databases by revisions: SQL",
    "files with a header.",
    "Revisions form a graph: each names those that it revises, so there may be",
    "branches and merges.",
    "The heads that are applied stand in a version table, and each step that ran",
    "in a history table.",
    "A run goes from where the database stands to the target, a transaction a",
    "revision.",
    "It works through a connection pooler in transaction or statement mode, and",
    "any number of runs",
    "may be started at once.",
    ".Pp",
    "Results are printed on standard output, everything else on standard error.",
    "Commands that only read never make a table.",
    NULL,
};

static const char *const TARGETS[] = {
    ".Sh TARGETS",
    ".Bl -tag -width Ds",
    ".It Ar 4f2c81d09ab3 , 4f2c",
    "That revision; a beginning counts for ids and labels of at least four",
    "characters.",
    ".It Ar billing",
    "The revision that has this branch label.",
    ".It Cm head",
    "The head; with several an error that names them.",
    ".It Cm heads",
    "All heads, but those that others depend on.",
    ".It Cm base",
    "Before the first revision.",
    ".It Ar billing Ns Cm @head",
    "The head above the label, or above a revision.",
    ".It Ar billing Ns Cm @base",
    "Down to the base that the branch stands on.",
    ".It Cm +1 , Ar billing Ns Cm @+1",
    "One revision up from where the database is, on that branch.",
    ".It Cm -1 , Ar billing Ns Cm @-1",
    "The last revision off, of that branch; a merge counts as one.",
    ".It Ar 4f2c Ns Cm +2 , Cm head-1 , Cm base+1",
    "Steps from a named revision.",
    ".It Ar START Ns Cm \\&: Ns Ar END",
    "A range, the older end first, for",
    ".Cm history -r",
    "and for printed scripts.",
    "There START is the whole set of version rows, such as",
    ".Ar 4f2c,ae10 Ns Cm \\&:head ,",
    "or",
    ".Cm current ,",
    "which asks the database.",
    ".El",
    NULL,
};

static const char *const CONFIGURATION[] = {
    ".Sh CONFIGURATION",
    "The configuration is a YAML file:",
    ".Pa migrate.yaml",
    "in the working directory, or the file of",
    ".Fl c ,",
    "or of",
    ".Ev MIGRATE_CONFIG .",
    "None is needed where there are a folder",
    ".Pa migrations",
    "and a URL.",
    "Durations are a number with ms, s, m or h, or 0.",
    "${NAME}, ${NAME:-default} and ${NAME:?message} are replaced by variables of",
    "the environment",
    "when the value is used.",
    "The URL is that of",
    ".Fl -url ,",
    "else of the environment chosen with",
    ".Fl n ,",
    "else",
    ".Ev DATABASE_URL ,",
    "else of the file.",
    ".Bl -tag -width Ds",
    NULL,
};

static const char *const TAIL[] = {
    ".El",
    ".Sh ENVIRONMENT",
    ".Bl -tag -width MIGRATE_CONFIG",
    ".It Ev DATABASE_URL",
    "The database, unless",
    ".Fl -url",
    "or the chosen environment names one.",
    ".It Ev MIGRATE_CONFIG",
    "The configuration file.",
    ".It Ev EDITOR , VISUAL",
    "What",
    ".Cm edit",
    "opens.",
    ".It Ev NO_COLOR",
    "No colours if it is set.",
    ".It Ev PGPASSFILE , PGSERVICE , PGHOST No and others",
    "Those of libpq hold for PostgreSQL.",
    ".El",
    ".Sh FILES",
    ".Bl -tag -width migrations/",
    ".It Pa migrate.yaml",
    "The configuration.",
    ".It Pa .env",
    "Variables, read beside the configuration with",
    ".Li dotenv: true .",
    ".It Pa migrations/",
    "Revision files, named",
    ".Pa REVISION_SLUG.sql .",
    ".El",
    ".Sh EXIT STATUS",
    ".Bl -tag -width \"130, 143\"",
    ".It 0",
    "Done, or nothing to do.",
    ".It 1",
    "The database refused, or a step failed.",
    ".It 2",
    "Wrong usage or configuration.",
    ".It 3",
    "Not up to date, where that was asked.",
    ".It 4",
    "Something is wrong with revision files, graph or target.",
    ".It 5",
    "No connection.",
    ".It 6",
    "A lock was not obtained in time.",
    ".It 7",
    "The database is not as recorded: unknown version rows, a half-applied",
    "revision in the way.",
    ".It 130, 143",
    "Interrupted.",
    ".El",
    ".Sh EXAMPLES",
    "A new project, its first revision, and what is to be run:",
    ".Bd -literal -offset indent",
    "migrate init",
    "migrate revision -m \"create account table\"",
    "migrate upgrade --dry-run",
    "migrate upgrade",
    ".Ed",
    ".Pp",
    "The script that somebody else is to run:",
    ".Bd -literal -offset indent",
    "migrate upgrade 4f2c:head --sql --dialect postgres -o review.sql",
    ".Ed",
    ".Sh DIAGNOSTICS",
    "An error is a line on standard error, with the place in the file where there",
    "is one, and often",
    "a hint of what to do:",
    ".Bd -literal -offset indent",
    "migrations/9b03_orders.sql:8:1: error: \"CREATE INDEX CONCURRENTLY\" cannot",
    "run in a transaction",
    "hint: put it in a section of its own: -- migrate:up transaction:false",
    ".Ed",
    MANUAL_ERRORS,
    ".Sh SEE ALSO",
    ".Xr psql 1 ,",
    ".Xr sqlite3 1",
    NULL,
};

static void
print_lines(const char *const *lines, FILE *stream)
{
    for (; *lines != NULL; lines++)
        fprintf(stream, "%s\n", *lines);
}

enum { SENTENCE_SIZE = 512 };

/* A piece of text, with what roff would take for its own escaped; quotes too where it is an
 * argument of a macro. */
static void
put(Slice text, bool is_argument, FILE *stream)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\\')
            fputs("\\e", stream);
        else if (text.at[i] == '"' && is_argument)
            fputs("\\(dq", stream);
        else if (text.at[i] == '-')
            fputs("\\-", stream);
        else
            fputc(text.at[i], stream);
    }
}

static void
put_line(Slice line, FILE *stream)
{
    if (line.len > 0 && (line.at[0] == '.' || line.at[0] == '\''))
        fputs("\\&", stream);
    put(line, false, stream);
    fputc('\n', stream);
}

/* Text in lines of a width at which the source can be read. */
static void
put_words(Slice text, FILE *stream)
{
    enum { WIDTH = 72 };

    while (text.len > WIDTH) {
        const char *blank = memchr(text.at + WIDTH / 2, ' ', WIDTH / 2);
        if (blank == NULL)
            break;
        for (const char *next = blank; next != NULL && next < text.at + WIDTH;
             next = memchr(blank + 1, ' ', (size_t)(text.at + WIDTH - blank - 1)))
            blank = next;
        const size_t len = (size_t)(blank - text.at);
        put_line((Slice){text.at, len}, stream);
        text = slice_after(text, len + 1);
    }
    put_line(text, stream);
}

/* A line a sentence, as mdoc wants it. */
static void
put_sentences(Slice text, FILE *stream)
{
    size_t begin = 0;

    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.at[i] != ' ' || strchr(".?!", text.at[i - 1]) == NULL)
            continue;
        put_words((Slice){text.at + begin, i - begin}, stream);
        begin = i + 1;
    }
    put_words(slice_after(text, begin), stream);
}

static void
put_literal(const char *text, FILE *stream)
{
    Slice rest = slice_of(text);

    fputs(".Bd -literal -offset indent -compact\n", stream);
    while (rest.at != NULL && rest.len > 0)
        put_line(slice_cut(rest, '\n', &rest), stream);
    fputs(".Ed\n", stream);
}

/* Paragraphs as help has them: lines that begin with a blank stay as they are. */
static void
put_paragraphs(const char *text, FILE *stream)
{
    Slice rest = slice_of(text);
    bool is_literal = false;

    while (rest.at != NULL) {
        const Slice line = slice_cut(rest, '\n', &rest);
        const bool is_indented = line.len > 0 && line.at[0] == ' ';

        if (is_indented != is_literal && line.len > 0) {
            fputs(is_indented ? ".Bd -literal\n" : ".Ed\n", stream);
            is_literal = is_indented;
        }
        if (line.len == 0)
            fputs(is_literal || rest.at == NULL ? "" : ".Pp\n", stream);
        else if (is_indented)
            put_line(line, stream);
        else
            put_sentences(line, stream);
    }
    if (is_literal)
        fputs(".Ed\n", stream);
}

/* The text of an option or key, as a sentence. */
static void
put_help(const char *help, FILE *stream)
{
    char sentence[SENTENCE_SIZE];
    const char first = help[0] >= 'a' && help[0] <= 'z' ? (char)(help[0] - 'a' + 'A') : help[0];

    snprintf(sentence, sizeof sentence, "%c%s.", first, help + 1);
    put_words(slice_of(sentence), stream);
}

static void
put_option(const Option *option, FILE *stream)
{
    fputs(".It ", stream);
    if (option->short_name != '\0')
        fprintf(stream, "Fl %c , ", option->short_name);
    fprintf(stream, "Fl -%s", option->name);
    if (option->value != NULL) {
        fputs(" Ar \"", stream);
        put(slice_of(option->value), true, stream);
        fputs("\"", stream);
    }
    fputc('\n', stream);
    put_help(option->help, stream);
}

static void
put_options(const Option *options, FILE *stream)
{
    fputs(".Bl -tag -width Ds\n", stream);
    for (; options->name != NULL; options++)
        put_option(options, stream);
    fputs(".El\n", stream);
}

static void
put_command(const Command *command, FILE *stream)
{
    fprintf(stream, ".It Cm %s Oo Ar options Oc", command->name);
    if (command->operands[0] != '\0') {
        fputs(" Ar \"", stream);
        put(slice_of(command->operands), true, stream);
        fputs("\"", stream);
    }
    fputc('\n', stream);
    put_paragraphs(command->description, stream);
    if (command->options != NULL && command->options->name != NULL)
        put_options(command->options, stream);
    fputs(".Pp\n", stream);
    put_literal(command->examples, stream);
}

static void
put_commands(const Command *const *commands, FILE *stream)
{
    const char *group = "";

    fputs(".Sh COMMANDS\n", stream);
    for (; *commands != NULL; commands++) {
        if (((*commands)->flags & IS_HIDDEN) != 0)
            continue;
        if (strcmp((*commands)->group, group) != 0) {
            fprintf(stream, "%s.Ss %s\n.Bl -tag -width Ds\n", group[0] == '\0' ? "" : ".El\n",
                    (*commands)->group);
            group = (*commands)->group;
        }
        put_command(*commands, stream);
    }
    fputs(".El\n", stream);
}

static void
put_keys(FILE *stream)
{
    for (const ConfigKey *key = CONFIG_KEYS; key->name != NULL; key++) {
        fprintf(stream, ".It Li %s", key->name);
        if (key->standard != NULL) {
            fputs(" No (", stream);
            put(slice_of(key->standard), true, stream);
            fputs(")", stream);
        }
        fputc('\n', stream);
        put_help(key->help, stream);
    }
}

void
manual_print(const Command *const *commands, FILE *stream)
{
    fprintf(stream, ".Dd %s\n", MIGRATE_DATE);
    print_lines(HEAD, stream);
    fputs(".Sh OPTIONS\nThese stand before or behind the command.\n", stream);
    put_options(GLOBAL_OPTIONS, stream);
    put_commands(commands, stream);
    print_lines(TARGETS, stream);
    print_lines(CONFIGURATION, stream);
    put_keys(stream);
    print_lines(TAIL, stream);
}
