/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/clock.h"

static const Option OPTIONS[] = {
    {"wait", '\0', OPTION_TEXT, "DURATION", VALUE_TEXT,
     "only wait until the database accepts work, at most so long (60s, 2m)"},
    {.name = NULL},
};

/* What is known of one URL. */
typedef struct Patient {
    const char *name; /* "url", "direct_url" */
    const char *database;
    const char *identity; /* NULL: it cannot be told */
    bool has_graph;       /* the revision files make one */
    bool is_examined;
    Findings findings;
} Patient;

typedef VEC(Patient) Patients;

static void
found(const Context *context, Patient *patient, FindingLevel level, const char *topic,
      const char *text, const char *advice)
{
    *VEC_ADD(context->arena, &patient->findings) = (Finding){level, topic, text, advice};
}

static Runner
runner_of(const Context *context, const Config *config, const Driver *driver)
{
    return (Runner){.config = config,
                    .driver = driver,
                    .graph = &context->graph,
                    .session = &context->session,
                    .log = context->log,
                    .interrupted = context->interrupted,
                    .arena = context->arena};
}

/* ---- waiting ---- */

/* Tries to connect for work, without the retries that a run has: the waiting is ours. */
static bool
wait_until_ready(Context *context, int64_t limit, Error *err)
{
    enum { PAUSE = 250 };
    const int64_t deadline = clock_milliseconds() + limit;
    Config config = context->config;

    config.connect_retries = 0;
    config.url = context->url;
    for (;;) {
        Runner runner = runner_of(context, &config, context->driver);
        const bool is_ready = runner_open(&runner, false, err);
        runner_close(&runner);
        if (is_ready || err->code != ERR_CONNECT || clock_milliseconds() >= deadline)
            return is_ready;
        if (context->interrupted != NULL && *context->interrupted != 0)
            return error_set(err, ERR_INTERRUPTED, "interrupted; nothing was changed");
        log_debug(context->log, "not yet: %s", err->message);
        *err = (Error){.arena = err->arena};
        clock_sleep(PAUSE);
    }
}

static bool
wait_for_database(Context *context, const char *limit, Error *err)
{
    int64_t milliseconds = 0;

    if (!duration_parse(slice_of(limit), &milliseconds)) {
        error_set(err, ERR_USAGE, "--wait %s is not a duration", limit);
        return error_hint(err, "such as 500ms, 30s, 2m or 1h");
    }
    const int64_t begun = clock_milliseconds();
    if (!wait_until_ready(context, milliseconds, err))
        return false;
    if (context->json) {
        Json json = context_document(context);
        json_bool(&json, "is_ready", true);
        json_number(&json, "milliseconds", clock_milliseconds() - begun);
        context_event_end(&json);
        return true;
    }
    log_info(context->log, "the database accepts work, after %s",
             output_duration(context->arena, clock_milliseconds() - begun));
    return true;
}

/* ---- examining ---- */

static void
look_at_open_step(const Context *context, Patient *patient, const DatabaseState *state)
{
    const HistoryRow *open = state->open;

    if (open == NULL)
        return;
    found(context, patient, FINDING_WARNING, "revision",
          arena_format(context->arena, "the %s of %s stopped after statement %zu of %zu%s%s",
                       open->direction, open->revision, open->done, open->total,
                       open->error == NULL ? "" : ": ", open->error == NULL ? "" : open->error),
          arena_format(context->arena, "another %s goes on with it, or: migrate resolve %s",
                       open->direction, open->revision));
}

static void
look_at_tables(const Context *context, Patient *patient, const DatabaseState *state)
{
    const TableNames *tables = &state->tables;

    if (state->has_version_table) {
        found(context, patient, FINDING_FACT, "version table",
              arena_format(context->arena, "%s.%s, at %s", tables->schema, tables->version,
                           output_names(context->arena, &state->rows, "base (no revision)")),
              NULL);
        return;
    }
    if (state->elsewhere == NULL) {
        found(context, patient, FINDING_FACT, "version table",
              arena_format(context->arena, "none yet; the first run makes %s.%s", tables->schema,
                           tables->version),
              NULL);
        return;
    }
    found(context, patient, FINDING_PROBLEM, "version table",
          arena_format(context->arena, "a table \"%s\" is in schema \"%s\", not in \"%s\"",
                       tables->version, state->elsewhere, tables->schema),
          arena_format(context->arena, "say which is meant: version_table_schema: %s",
                       state->elsewhere));
}

/* The user statements of a plan. */
static bool
gather_statements(Script *script, const Plan *plan, Arena *arena, Statements *statements,
                  Error *err)
{
    script_init(script, &plan->rows_before, arena);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const Step *step = &plan->steps.at[i];
        RevisionText *text = ARENA_NEW(arena, RevisionText);
        Units units = {0};
        if (!revision_read(step->revision, arena, text, err) ||
            !script_step(script, step, text, arena, &units, err))
            return false;
        for (size_t j = 0; j < units.len; j++) {
            for (size_t k = 0; k < units.at[j].statements.len; k++) {
                if (units.at[j].statements.at[k].role == STATEMENT_USER)
                    *VEC_ADD(arena, statements) = units.at[j].statements.at[k];
            }
        }
    }
    return true;
}

/* What is pending, and whether it can be made into SQL: then the statements are gathered. False:
 * that is not known. */
static bool
look_at_revisions(const Context *context, Patient *patient, Runner *runner, Statements *statements)
{
    Arena *arena = context->arena;
    Error problem = {.arena = arena};
    Target target;
    Plan plan = {0};
    const DatabaseState *state = &runner->state;
    Script script = {
        .dialect = runner->driver->dialect, .tables = &state->tables, .session = runner->session};

    if (!target_resolve(&context->graph, DIRECTION_UPGRADE, "heads", &state->rows, arena, &target,
                        &problem) ||
        !plan_make(&context->graph, &target, &state->rows, arena, &plan, &problem) ||
        !runner_check(&script, &plan, &problem) ||
        !gather_statements(&script, &plan, arena, statements, &problem)) {
        found(context, patient, FINDING_PROBLEM, "revisions", problem.message,
              problem.hint != NULL ? problem.hint : "migrate upgrade --dry-run shows all of it");
        return false;
    }
    found(context, patient, FINDING_FACT, "revisions",
          arena_format(arena, "%zu, %zu of them pending", context->graph.count, plan.steps.len),
          NULL);
    return true;
}

static void
examine_open(const Context *context, Patient *patient, Runner *runner, Error *err)
{
    const Driver *driver = runner->driver;
    const OpenOptions options = {.url = runner->config->url,
                                 .session = runner->session,
                                 .is_read_only = true,
                                 .log = context->log};

    Patient revisions = {0};
    Statements pending = {0};
    bool is_known = patient->has_graph;

    if (!patient->has_graph)
        found(context, &revisions, FINDING_FACT, "revisions", "what is pending is not known",
              "migrate check says what is wrong with the files");
    else if (context->graph.count > 0)
        is_known = look_at_revisions(context, &revisions, runner, &pending);
    if (driver->examine == NULL) {
        found(context, patient, FINDING_FACT, "server", runner->state.server, NULL);
    } else if (!driver->examine(runner->connection, &options, &runner->state,
                                is_known ? &pending : NULL, context->arena, &patient->findings,
                                err)) {
        found(context, patient, FINDING_PROBLEM, "server", err->message, err->hint);
        return;
    }
    patient->is_examined = true;
    patient->identity =
        driver->identify == NULL ? NULL : driver->identify(runner->connection, context->arena);
    look_at_tables(context, patient, &runner->state);
    look_at_open_step(context, patient, &runner->state);
    for (size_t i = 0; i < revisions.findings.len; i++)
        *VEC_ADD(context->arena, &patient->findings) = revisions.findings.at[i];
}

static void
examine(const Context *context, const char *url, Patient *patient)
{
    Config config = context->config;
    const Driver *driver = NULL;
    Error err = {.arena = context->arena};

    config.url = url;
    config.connect_retries = 0;
    if (!driver_for_url(url, &driver, &err)) {
        patient->database = "?";
        found(context, patient, FINDING_PROBLEM, "url", err.message, err.hint);
        return;
    }
    patient->database = driver->describe(url, config.url_folder, context->arena);
    Runner runner = runner_of(context, &config, driver);
    if (runner_open(&runner, true, &err) || (err.code == ERR_STATE && runner.connection != NULL))
        examine_open(context, patient, &runner, &err);
    else
        found(context, patient, FINDING_PROBLEM, "connection",
              err.detail == NULL ? err.message
                                 : arena_format(context->arena, "%s: %s", err.message, err.detail),
              err.hint);
    runner_close(&runner);
}

/* Both ways must lead to one database: the direct one stands in for the other. */
static void
compare(const Context *context, const Patient *first, Patient *second)
{
    if (!first->is_examined || !second->is_examined)
        return;
    if (first->identity == NULL || second->identity == NULL)
        found(context, second, FINDING_WARNING, "database",
              "it cannot be proven that url and direct_url lead to the same database",
              "let the user execute pg_control_system()");
    else if (strcmp(first->identity, second->identity) == 0)
        found(context, second, FINDING_FACT, "database", "the same as that of url", NULL);
    else
        found(context, second, FINDING_PROBLEM, "database", "another than that of url",
              "direct_url stands in for url where a pooler lets something not pass: name the same "
              "database");
}

static void
examine_all(Context *context, Patients *patients)
{
    const Config *config = &context->config;
    Error err = {.arena = context->arena};
    Patient patient = {.name = "url"};

    patient.has_graph = context_revisions(context, &err);
    if (!patient.has_graph)
        found(context, &patient, FINDING_PROBLEM, "revisions", err.message, err.hint);
    if (!config_url(config, &context->url, &err))
        found(context, &patient, FINDING_PROBLEM, "url", err.message, err.hint);
    else
        examine(context, context->url, &patient);
    *VEC_ADD(context->arena, patients) = patient;
    const Patient first = patient;
    patient = (Patient){.name = "direct_url", .has_graph = first.has_graph};
    if (config->direct_url_problem != NULL)
        found(context, &patient, FINDING_PROBLEM, "url", config->direct_url_problem->message,
              config->direct_url_problem->hint);
    else if (config->direct_url != NULL)
        examine(context, config->direct_url, &patient);
    compare(context, &first, &patient);
    if (patient.findings.len > 0)
        *VEC_ADD(context->arena, patients) = patient;
}

/* ---- telling ---- */

static const char *
level_name(FindingLevel level)
{
    static const char *const NAMES[] = {
        [FINDING_FACT] = "fact", [FINDING_WARNING] = "warning", [FINDING_PROBLEM] = "problem"};

    return NAMES[level];
}

static const char *
level_colour(FindingLevel level)
{
    static const char *const COLOURS[] = {
        [FINDING_FACT] = NULL, [FINDING_WARNING] = COLOUR_WAIT, [FINDING_PROBLEM] = COLOUR_BAD};

    return COLOURS[level];
}

static void
print_patient(const Context *context, const Patient *patient)
{
    Table table = {.arena = context->arena, .columns = 3};

    fprintf(context->out, "%s  %s\n", patient->name,
            patient->database == NULL ? "-" : output_line(context->arena, patient->database));
    for (size_t i = 0; i < patient->findings.len; i++) {
        const Finding *finding = &patient->findings.at[i];
        table_add_coloured(&table, finding->level == FINDING_FACT ? "" : level_name(finding->level),
                           level_colour(finding->level));
        table_add(&table, finding->topic);
        table_add(&table, output_line(context->arena, finding->text));
        if (finding->advice == NULL)
            continue;
        table_add(&table, "");
        table_add(&table, "");
        table_add(&table, arena_format(context->arena, "-> %s",
                                       output_line(context->arena, finding->advice)));
    }
    table_print(&table, context->out, 0, context->is_coloured);
}

static void
print_document(const Context *context, const Patients *patients, size_t problems)
{
    Json json = context_document(context);

    json_number(&json, "problems", (int64_t)problems);
    json_array(&json, "urls");
    for (size_t i = 0; i < patients->len; i++) {
        const Patient *patient = &patients->at[i];
        json_object(&json, NULL);
        json_text(&json, "name", patient->name);
        json_text(&json, "database", patient->database);
        json_array(&json, "findings");
        for (size_t j = 0; j < patient->findings.len; j++) {
            const Finding *finding = &patient->findings.at[j];
            json_object(&json, NULL);
            json_text(&json, "level", level_name(finding->level));
            json_text(&json, "topic", finding->topic);
            json_text(&json, "text", finding->text);
            json_text(&json, "advice", finding->advice);
            json_object_end(&json);
        }
        json_array_end(&json);
        json_object_end(&json);
    }
    json_array_end(&json);
    context_event_end(&json);
}

static size_t
count_problems(const Patients *patients)
{
    size_t problems = 0;

    for (size_t i = 0; i < patients->len; i++) {
        for (size_t j = 0; j < patients->at[i].findings.len; j++)
            problems += patients->at[i].findings.at[j].level == FINDING_PROBLEM;
    }
    return problems;
}

static bool
run(Context *context, Error *err)
{
    Patients patients = {0};

    if (option_is_given(context, "wait"))
        return context_driver(context, err) &&
               wait_for_database(context, option_text(context, "wait"), err);
    examine_all(context, &patients);
    const size_t problems = count_problems(&patients);
    if (context->json)
        print_document(context, &patients, problems);
    for (size_t i = 0; !context->json && i < patients.len; i++) {
        fputs(i > 0 ? "\n" : "", context->out);
        print_patient(context, &patients.at[i]);
    }
    if (problems == 0)
        return true;
    return error_set(err, ERR_FAILED, "%zu problem%s found", problems, problems == 1 ? "" : "s");
}

const Command COMMAND_DOCTOR = {
    .name = "doctor",
    .group = "Look",
    .operands = "",
    .summary = "what is behind the URL, and what there would hinder a run",
    .description =
        "Connects and looks: which server, directly or through a pooler in which mode (proven by "
        "which backends answer), whether this user may do what revisions do, whose locks and "
        "transactions are in the way, indexes that are not valid, steps that stopped. url and "
        "direct_url of the configuration are both looked at. Changes nothing.\n"
        "\n"
        "With --wait it only waits until the database accepts work: for health checks and "
        "start-up scripts. Status 1 with a problem found, 5 if the database never answered.",
    .examples = "migrate doctor\n"
                "migrate doctor --json\n"
                "migrate doctor --wait 60s && migrate upgrade",
    .flags = NEEDS_CONFIG,
    .options = OPTIONS,
    .run = run,
};
