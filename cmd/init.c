/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "core/base/file.h"
#include "core/base/path.h"

/* Keys that are commented out show their defaults; the URL has none, so that nobody migrates a
 * database that he did not name. */
static const char CONFIG[] =
    "# The configuration of migrate: where the revisions are, and which database they are for.\n"
    "# What is commented out is the default, or an example.\n"
    "\n"
    "# The database. --url wins over everything, then the environment chosen with -n, then\n"
    "# $DATABASE_URL, then this line. ${NAME}, ${NAME:-default} and ${NAME:?message} are expanded.\n"
    "# url: sqlite:///app.db\n"
    "# url: postgres://app@localhost:5432/app\n"
    "\n"
    "# Folders with revision files, relative to this file.\n"
    "migrations: [%s]\n"
    "# recursive: false\n"
    "# file_template: \"%%(rev)s_%%(slug)s\"\n"
    "# timezone: UTC\n"
    "\n"
    "# Where the state is kept. An Alembic database is taken over with alembic_version.\n"
    "# version_table: migrate_version\n"
    "# version_table_schema: public\n"
    "# history_table: migrate_history\n"
    "\n"
    "# How revisions run: a transaction each, or all in one (transaction: all).\n"
    "# transaction: revision\n"
    "# lock_timeout: 5s         # a statement waits this long for a lock of the database\n"
    "# retry_for: 60s           # and is tried again for this long\n"
    "# statement_timeout: 0\n"
    "# wait_for_lock: 10m       # for another run of migrate\n"
    "# connect_timeout: 10s\n"
    "# search_path: app, public\n"
    "# role: app_owner\n"
    "\n"
    "# Named sets of the keys above, laid over them with -n NAME.\n"
    "environments:\n"
    "  development:\n"
    "    # url: sqlite:///development.db\n"
    "    allow_reset: true      # `migrate reset` may empty it\n"
    "  # production:\n"
    "  #   url: ${PRODUCTION_URL:?the URL of the production database}\n"
    "  #   protected: true      # `reset` is refused, `downgrade` asks\n";

static bool
run(Context *context, Error *err)
{
    const char *file = context->request.file == NULL ? "migrate.yaml" : context->request.file;
    const char *folder = context->operands.len == 0 ? "migrations" : context->operands.at[0];
    const char *path = path_join(context->arena, path_folder(context->arena, file), folder);

    if (strpbrk(folder, ",[]{}#:&*!|>'\"%@`\\\n") != NULL)
        return error_set(err, ERR_USAGE, "init: a folder name without punctuation, please");
    if (file_exists(file)) {
        error_set(err, ERR_CONFIG, "%s is there already; nothing was changed", file);
        return error_hint(err, "migrate revision -m \"create account table\" writes a revision");
    }
    const char *text = arena_format(context->arena, CONFIG, folder);
    if (!file_make_folder(path, context->arena, err) ||
        !file_write(file, slice_of(text), false, err))
        return false;
    fprintf(context->out, "%s\n%s/\n", file, path);
    log_info(context->log, "\nNext:\n"
                           "  export DATABASE_URL=sqlite:///app.db    # or url: in migrate.yaml\n"
                           "  migrate revision -m \"create account table\"\n"
                           "  migrate upgrade");
    return true;
}

const Command COMMAND_INIT = {
    .name = "init",
    .group = "Write revisions",
    .operands = "[FOLDER]",
    .max_operands = 1,
    .completes = VALUE_FOLDER,
    .summary = "begin a project: migrate.yaml and a folder for revisions",
    .description = "Writes migrate.yaml with every key explained, and makes FOLDER (migrations) "
                   "for the revision files. Asks nothing, and changes no file that is there.",
    .examples = "migrate init\n"
                "migrate init db/migrations",
    .run = run,
};
