/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "cmd/context.h"
#include "cmd/draft.h"
#include "cmd/fill.h"
#include "core/base/file.h"

static const Option OPTIONS[] = {
    {"message", 'm', OPTION_TEXT, "MESSAGE", VALUE_TEXT,
     "what the revision is for; also makes its file name"},
    {"head", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "the revision to stand on (head); base begins anew, heads or several merge"},
    {"splice", '\0', OPTION_FLAG, NULL, VALUE_NONE, "allow a REV that is not a head"},
    {"branch-label", '\0', OPTION_TEXTS, "LABEL", VALUE_TEXT, "name the branch that begins here"},
    {"depends-on", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "run only after REV, which stays in its own branch"},
    {"rev-id", '\0', OPTION_TEXT, "ID", VALUE_TEXT, "the id, instead of 12 random digits"},
    {"version-path", '\0', OPTION_TEXT, "FOLDER", VALUE_FOLDER,
     "the migrations folder to write to, where there are several"},
    {"format", '\0', OPTION_TEXT, "sql|yaml", VALUE_CHOICE,
     "SQL (the default), or operations for PostgreSQL and SQLite"},
    {"from", '\0', OPTION_TEXT, "DUMP", VALUE_FILE,
     "take the SQL of a plain pg_dump, or of the sqlite3 shell's .dump"},
    {.name = NULL},
};

/* The tables of migrate itself are no part of the schema. */
static bool
read_baseline(Context *context, const char *file, Baseline *baseline, Error *err)
{
    const Config *config = &context->config;
    const TableNames tables = {.schema = config->version_table_schema,
                               .version = config->version_table,
                               .history = config->history_table};
    FileText dump = {0};

    if (!file_text_read(file, context->arena, &dump, err)) {
        err->code = ERR_USAGE;
        return false;
    }
    if (!baseline_make(file, &dump, &tables, context->arena, baseline, err))
        return false;
    if (baseline->left_out > 0)
        log_info(context->log, "%zu statement%s about %s and %s %s left out", baseline->left_out,
                 baseline->left_out == 1 ? "" : "s", tables.version, tables.history,
                 baseline->left_out == 1 ? "is" : "are");
    return true;
}

static bool
read_format(const Context *context, bool *is_yaml, Error *err)
{
    const char *format = option_text(context, "format");

    *is_yaml = format != NULL && strcmp(format, "yaml") == 0;
    if (format == NULL || *is_yaml || strcmp(format, "sql") == 0)
        return true;
    error_set(err, ERR_USAGE, "unknown format \"%s\"", format);
    return error_hint(err, "--format sql or --format yaml");
}

static bool
run_fill(Context *context, Error *err)
{
    const Names *operands = &context->operands;
    const Names names = {operands->at + 1, operands->len - 1, operands->len - 1};

    if (strcmp(operands->at[0], "fill") == 0)
        return fill_run(context, &names, err);
    error_set(err, ERR_USAGE, "revision: unexpected operand \"%s\"", operands->at[0]);
    return error_hint(err, "a message is given with -m; \"migrate revision fill REV\" writes what "
                           "a downgrade needs into a YAML revision");
}

static bool
run(Context *context, Error *err)
{
    const char *message = option_text(context, "message");
    const char *from = option_text(context, "from");
    Baseline baseline = {0};
    DraftRequest request = {.message = message == NULL ? "" : message,
                            .baseline = from == NULL ? NULL : &baseline};

    if (context->operands.len > 0)
        return run_fill(context, err);
    if (!read_format(context, &request.is_yaml, err))
        return false;
    if (from != NULL && request.is_yaml) {
        error_set(err, ERR_USAGE, "--from takes SQL, and --format yaml has none");
        return error_hint(err, "leave --format out");
    }
    return (from == NULL || read_baseline(context, from, &baseline, err)) &&
           draft_parents(context, option_texts(context, "head"), &request.parents, err) &&
           draft_write(context, &request, err);
}

const Command COMMAND_REVISION = {
    .name = "revision",
    .group = "Write revisions",
    .operands = "[fill REV...]",
    .max_operands = SIZE_MAX,
    .completes = VALUE_REVISION,
    .summary = "write a new, empty revision file",
    .description =
        "Writes a revision file on top of the head and prints its path. Write the SQL "
        "between its directives, -- migrate:up and -- migrate:down; with --format "
        "yaml, operations. Everything is checked before the file is written.\n"
        "\n"
        "With --from the revision makes what was dumped: the baseline of a database that "
        "was there before. migrate's own tables are left out; that database itself is "
        "stamped.\n"
        "\n"
        "revision fill writes into a YAML revision what was before: a downgrade needs it of what "
        "drops or alters. The revisions below are run and the database is asked. With a SQLite URL, "
        "or none, that is a database in memory. With a PostgreSQL URL it is one transaction, which "
        "is rolled back; it begins where the database stands, which must be below REV, and holds "
        "the locks of all it runs until then, so that an empty database is better than one in use. "
        "What cannot run in a transaction is left out, and said. Where something would not come "
        "back by a downgrade that is told, and nothing is written.\n"
        "\n"
        "REV is a revision id or the first characters of one, a branch label, head, "
        "heads, base, or one of them in a branch: LABEL@head.",
    .examples = "migrate revision -m \"create account table\"\n"
                "migrate revision -m \"bill\" --head base --branch-label billing\n"
                "migrate revision -m \"more bills\" --head billing@head\n"
                "migrate revision -m \"use bills\" --depends-on billing\n"
                "migrate revision -m baseline --from dump.sql\n"
                "migrate revision -m \"add index\" --format yaml\n"
                "migrate revision fill head\n"
                "$EDITOR \"$(migrate revision -m 'add index')\"",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
