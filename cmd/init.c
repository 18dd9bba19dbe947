/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/ini.h"

static const Option OPTIONS[] = {
    {"sample", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "write a first revision too, to look at and change"},
    {"from-alembic", '\0', OPTION_TEXT, "FILE", VALUE_FILE,
     "take URL and version table over from this alembic.ini"},
    {.name = NULL},
};

/* Keys that are commented out show their defaults; the URL has none, so that nobody migrates a
 * database that he did not name. */
static const char CONFIG[] =
    "# The configuration of migrate: where the revisions are, and which database they are for.\n"
    "# What is commented out is the default, or an example.\n"
    "\n"
    "# The database. --url wins over everything, then the environment chosen with -n, then\n"
    "# $DATABASE_URL, then this line. ${NAME}, ${NAME:-default} and ${NAME:?message} are expanded.\n"
    "%s"
    "\n"
    "# Folders with revision files, relative to this file.\n"
    "migrations: [%s]\n"
    "# recursive: false\n"
    "# file_template: \"%%(rev)s_%%(slug)s\"\n"
    "# timezone: UTC\n"
    "\n"
    "# Where the state is kept. An Alembic database is taken over with alembic_version.\n"
    "%s"
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

/* Where Alembic has its database and its state. */
typedef struct Alembic {
    const char *url; /* NULL: the file names none */
    const char *version_table;
    const char *version_table_schema; /* NULL: none is named */
} Alembic;

typedef struct Init {
    Context *context;
    const char *file;    /* the configuration */
    const char *folder;  /* with revisions, as the configuration names it */
    const char *path;    /* the same from here */
    const char *program; /* how it is called with that configuration */
    const char *ini;     /* alembic.ini; NULL: none was named */
    Alembic alembic;
} Init;

/* A YAML scalar that is read as `text`: plain where nothing in it means anything. */
static const char *
yaml_scalar(const char *text, Arena *arena)
{
    Buf out = {.arena = arena};
    bool is_plain = ascii_is_letter(text[0]) || text[0] == '.' || text[0] == '/';

    buf_add_char(&out, '"');
    for (const char *at = text; *at != '\0'; at++) {
        is_plain = is_plain &&
                   (ascii_is_letter(*at) || ascii_is_digit(*at) || strchr("_./-", *at) != NULL);
        if (at[0] == '$' && at[1] == '{')
            buf_add_char(&out, '$'); /* the configuration's own escape */
        if (*at == '"' || *at == '\\')
            buf_add_char(&out, '\\');
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            buf_addf(&out, "\\x%02x", (unsigned)*at);
        else
            buf_add_char(&out, *at);
    }
    buf_add_char(&out, '"');
    return is_plain ? text : buf_text(&out);
}

static const char *
config_text(const Init *init)
{
    const Alembic *alembic = &init->alembic;
    Arena *arena = init->context->arena;
    const char *url = "# url: sqlite:///app.db\n"
                      "# url: postgres://app@localhost:5432/app\n";
    const char *tables = "# version_table: migrate_version\n"
                         "# version_table_schema: public\n";

    if (alembic->url != NULL)
        url = arena_format(arena, "url: %s\n", yaml_scalar(alembic->url, arena));
    if (init->ini != NULL)
        tables = arena_format(arena, "version_table: %s\n%s%s\n",
                              yaml_scalar(alembic->version_table, arena),
                              alembic->version_table_schema == NULL ? "# version_table_schema: "
                                                                    : "version_table_schema: ",
                              alembic->version_table_schema == NULL
                                  ? "public"
                                  : yaml_scalar(alembic->version_table_schema, arena));
    return arena_format(arena, CONFIG, url, yaml_scalar(init->folder, arena), tables);
}

/* ---- Alembic ---- */

/* What Alembic itself writes into a new file, to be replaced. */
static bool
is_placeholder(const char *url)
{
    return url[0] == '\0' || slice_starts_with(slice_of(url), "driver://");
}

static const char *
absolute_folder(const char *file, Arena *arena)
{
    enum { SIZE = 4096 };
    const char *folder = path_folder(arena, file);
    char here[SIZE];

    if (path_is_absolute(folder) || getcwd(here, sizeof here) == NULL)
        return folder;
    return strcmp(folder, ".") == 0 ? arena_text(arena, here)
                                    : path_join(arena, arena_text(arena, here), folder);
}

/* From the folder of the configuration to that of alembic.ini. */
static const char *
way_to_ini(const Init *init, const char *folder)
{
    Arena *arena = init->context->arena;
    Error ignored = {.arena = arena};
    const char *resolved = folder;

    if (!file_resolve(folder, arena, &resolved, &ignored))
        resolved = folder;
    return path_between(arena, absolute_folder(init->file, arena), resolved);
}

/* A relative path in the URL was one from where alembic.ini is, and is to be one from here. */
static bool
read_ini(Init *init, Error *err)
{
    Arena *arena = init->context->arena;
    Alembic *alembic = &init->alembic;
    const Driver *driver = NULL;
    const char *table = NULL;
    Ini ini = {.file = init->ini, .arena = arena};

    if (!file_read(init->ini, arena, &ini.text, err)) {
        err->code = ERR_CONFIG;
        return error_hint(err, "--from-alembic wants the path of alembic.ini");
    }
    ini.here = absolute_folder(init->ini, arena);
    if (!ini_find(&ini, "alembic", "sqlalchemy.url", &alembic->url, err) ||
        !ini_find(&ini, "alembic", "version_table", &table, err) ||
        !ini_find(&ini, "alembic", "version_table_schema", &alembic->version_table_schema, err))
        return false;
    if (table != NULL)
        alembic->version_table = table;
    if (alembic->url != NULL && is_placeholder(alembic->url))
        alembic->url = NULL;
    if (alembic->url == NULL)
        return true;
    if (!driver_for_url(alembic->url, &driver, err))
        return error_wrap(err, "%s", init->ini);
    if (driver->rebase != NULL)
        alembic->url = driver->rebase(alembic->url, way_to_ini(init, ini.here), arena);
    return true;
}

/* A revision for each row, with its id where that can be one: then the files say what the database
 * says. Other rows are replaced by a stamp. */
static void
print_baselines(const Init *init, const Names *rows)
{
    const Log *log = init->context->log;
    Arena *arena = init->context->arena;
    const char *problem = NULL;
    Names ids = {0};

    for (size_t i = 0; i < rows->len; i++) {
        const char *why_not = revision_id_problem(slice_of(rows->at[i]));

        if (why_not != NULL)
            problem = arena_format(arena, "\"%s\" cannot be an id: %s",
                                   output_line(arena, rows->at[i]), why_not);
        *VEC_ADD(arena, &ids) =
            why_not == NULL ? rows->at[i] : arena_format(arena, "baseline_%zu", i + 1);
        log_info(log, "  %s revision --rev-id %s %s-m \"baseline\"", init->program, ids.at[i],
                 i == 0 ? "" : "--head base ");
    }
    if (problem != NULL)
        log_info(log, "  %s stamp --purge %s    # %s", init->program, names_join(arena, &ids, " "),
                 problem);
}

/* Asks the database where it stands; false when it cannot be asked. */
static bool
read_rows(Init *init, Names *rows)
{
    Context *context = init->context;
    Error err = {.arena = context->arena};

    context->request.file = init->file;
    if (context_config(context, &err)) {
        context->config.connect_retries = 0;
        if (context_connect(context, true, &err)) {
            *rows = context->runner.state.rows;
            return true;
        }
    }
    log_warn(context->log, "the database was not asked where it stands: %s",
             output_line(context->arena, err.message));
    return false;
}

static void
print_next_from_alembic(Init *init)
{
    const Log *log = init->context->log;
    Names rows = {0};

    if (!read_rows(init, &rows)) {
        log_info(log,
                 "\nNext (ID is what `alembic current` shows):\n"
                 "%s"
                 "  %s revision --rev-id ID -m \"baseline\"\n"
                 "  %s upgrade head    # nothing to do: it is there",
                 init->alembic.url != NULL ? ""
                                           : "  export DATABASE_URL=...    # the application's\n",
                 init->program, init->program);
        return;
    }
    if (rows.len == 0) {
        log_info(log,
                 "\nThe database has no version row yet. Next:\n"
                 "  %s revision -m \"create account table\"\n"
                 "  %s upgrade --dry-run\n"
                 "  %s upgrade",
                 init->program, init->program, init->program);
        return;
    }
    log_info(log,
             "\nThe database stands at %s. Next:", output_names(init->context->arena, &rows, ""));
    print_baselines(init, &rows);
    log_info(log,
             "  %s upgrade %s    # nothing to do: it is there\n"
             "  %s revision -m \"create account table\"",
             init->program, rows.len == 1 ? "head" : "heads", init->program);
}

/* ---- a new project ---- */

static bool
write_sample(const Init *init, Error *err)
{
    const RevisionDraft draft = {
        .message = "create account table",
        .file_template = "%(rev)s_%(slug)s",
        .folder = init->path,
        .now = (int64_t)time(NULL),
        .up = "CREATE TABLE account (\n"
              "    id integer PRIMARY KEY,\n"
              "    email text NOT NULL UNIQUE\n"
              ");\n",
        .down = "DROP TABLE account;\n",
    };
    const char *path = NULL;

    if (!revision_create(&draft, init->context->arena, &path, err))
        return false;
    fprintf(init->context->out, "%s\n", path);
    return true;
}

static void
print_next(const Init *init)
{
    const bool is_sample = option_is_given(init->context, "sample");

    log_info(init->context->log,
             "\nNext:\n"
             "  export DATABASE_URL=sqlite:///app.db    # or url: in %s\n"
             "  %s %s\n"
             "  %s upgrade",
             init->file, init->program,
             is_sample ? "upgrade --dry-run" : "revision -m \"create account table\"",
             init->program);
}

static bool
check_place(const Init *init, Error *err)
{
    Names files = {0};

    if (utf8_check(slice_of(init->folder)) < strlen(init->folder)) {
        error_set(err, ERR_USAGE, "the name of the folder is not valid UTF-8");
        return error_hint(err, "YAML, which the configuration is, cannot name it");
    }
    if (file_exists(init->file)) {
        error_set(err, ERR_CONFIG, "%s is there already; nothing was changed", init->file);
        return error_hint(err, "migrate revision -m \"create account table\" writes a revision");
    }
    if (!option_is_given(init->context, "sample") || !file_is_folder(init->path))
        return true;
    if (!file_list(init->path, false, init->context->arena, &files, err))
        return false;
    if (files.len == 0)
        return true;
    error_set(err, ERR_USAGE, "%s is not empty: no sample is written beside %s", init->path,
              files.at[0]);
    return error_hint(err, "without --sample only %s is written", init->file);
}

static bool
write_project(Init *init, Error *err)
{
    Context *context = init->context;

    if (!check_place(init, err) || (init->ini != NULL && !read_ini(init, err)) ||
        !file_make_folder(init->path, context->arena, err) ||
        !file_make_folder(path_folder(context->arena, init->file), context->arena, err) ||
        !file_write(init->file, slice_of(config_text(init)), false, err))
        return false;
    fprintf(context->out, "%s\n%s/\n", init->file, init->path);
    return !option_is_given(context, "sample") || write_sample(init, err);
}

static bool
check(const Context *context, Error *err)
{
    if (!option_is_given(context, "sample") || !option_is_given(context, "from-alembic"))
        return true;
    error_set(err, ERR_USAGE, "--sample and --from-alembic exclude each other");
    return error_hint(err,
                      "a database of Alembic's begins with its own revision, not with a sample");
}

static bool
run(Context *context, Error *err)
{
    const char *named = getenv("MIGRATE_CONFIG");
    const char *given = context->request.file;
    Init init = {
        .context = context,
        .file = given != NULL ? given : "migrate.yaml",
        .folder = context->operands.len == 0 ? "migrations" : context->operands.at[0],
        .program = given == NULL ? "migrate" : arena_format(context->arena, "migrate -c %s", given),
        .ini = option_text(context, "from-alembic"),
        .alembic = {.version_table = "alembic_version"},
    };

    if (given == NULL && named != NULL && named[0] != '\0')
        init.file = named;
    init.path = path_join(context->arena, path_folder(context->arena, init.file), init.folder);
    if (!write_project(&init, err))
        return false;
    fflush(context->out);
    if (init.ini != NULL)
        print_next_from_alembic(&init);
    else
        print_next(&init);
    return true;
}

const Command COMMAND_INIT = {
    .name = "init",
    .group = "Write revisions",
    .operands = "[FOLDER]",
    .max_operands = 1,
    .completes = VALUE_FOLDER,
    .summary = "begin a project: migrate.yaml and a folder for revisions",
    .description =
        "Writes migrate.yaml with every key explained, and makes FOLDER (migrations) for the "
        "revision files. Asks nothing, and changes no file that is there.\n"
        "\n"
        "--from-alembic takes over URL and version table of an Alembic project, and says the "
        "command that makes a revision with the id at which its database stands: from there "
        "on the database is migrate's as it is.",
    .examples = "migrate init\n"
                "migrate init --sample\n"
                "migrate init db/migrations\n"
                "migrate init --from-alembic alembic.ini",
    .options = OPTIONS,
    .check = check,
    .run = run,
};
