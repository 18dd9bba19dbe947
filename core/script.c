/* SPDX-License-Identifier: MIT */
#include "core/script.h"

#include <assert.h>
#include <string.h>

#include "core/base/mapping.h"
#include "core/base/text.h"
#include "core/script_copy.h"
#include "core/sql/enums.h"
#include "core/sql/localise.h"
#include "core/sql/rules.h"

/* The sections of a step that go together, and their statements. */
typedef struct Draft {
    bool is_transactional;
    bool is_closed;       /* what follows is another */
    int64_t lock_timeout; /* of its first section */
    int64_t statement_timeout;
    Statements statements; /* the user's; a SET between two sections has another role */
    size_t count;          /* user statements */
    SqlEnums enums;        /* what its transaction has done to them */
    bool has_data;
    size_t bytes;
} Draft;

typedef struct Drafts {
    VEC(Draft) list;
    size_t total; /* user statements of all of them */
} Drafts;

/* What a step's statements are made with. */
typedef struct Maker {
    const Script *script;
    const Step *step;
    const RevisionText *text;
    Arena *arena;
    Error *err;       /* gets every problem */
    Catalog *catalog; /* NULL: the step is only checked */
    bool is_fine;
} Maker;

/* A text that statements are taken from: a section, what of it is between two `-- migrate:copy`, or
 * the text of a sql operation. */
typedef struct Body {
    Slice text;
    unsigned line;       /* of its first line */
    size_t offset;       /* of a section, in its file */
    bool may_end_open;   /* the file ends with it: rows of COPY may */
    bool is_before_copy; /* a statement must have its semicolon */
    const Operation *op; /* NULL: a section */
    OpText from;         /* of an operation */
} Body;

void
script_init(Script *script, const Names *rows, Arena *arena)
{
    script->arena = arena;
    script->rows = names_copy(arena, rows);
    script->is_begun = false;
}

/* ---- from sections to drafts ---- */

static bool
applies(const Script *script, const Step *step, const Section *section)
{
    return section->direction == step->direction &&
           (section->dialect == NULL || strcmp(section->dialect, script->dialect->name) == 0);
}

/* The place of what the lexer found there. */
static Place
body_place(const Maker *maker, const Body *body, unsigned line, unsigned column)
{
    const Origin *origin = body->from.origin;

    if (body->op == NULL)
        return (Place){maker->step->revision->file, line, column};
    if (origin == NULL)
        return body->op->place;
    if (!origin->is_whole)
        return origin->place;
    return (Place){origin->place.file, origin->place.line + line - 1,
                   line == 1 ? origin->place.column + column - 1
                             : (unsigned)origin->indent + column};
}

static void
refuse_text(Maker *maker, const Body *body, const SqlLexer *lexer)
{
    const Place place = body_place(maker, body, lexer->error_line, lexer->error_column);

    maker->is_fine = error_add_at(maker->err, ERR_REVISION, place, "%s", lexer->error);
    if (lexer->hint != NULL)
        error_hint(maker->err, "%s", lexer->hint);
    else if (body->op != NULL)
        error_hint(maker->err, "it opens here and does not end in this text");
    else
        error_hint(maker->err, "it opens here and does not end in its section; a \"-- migrate:\" "
                               "line begins a new section even inside a quoted text");
}

static void
refuse_open_rows(Maker *maker, Place place)
{
    maker->is_fine =
        error_add_at(maker->err, ERR_REVISION, place, "no line \"\\.\" ends the rows of this COPY");
    error_hint(maker->err, "write \"\\.\" on a line of its own behind the last row; only at the "
                           "end of the file may it be left out");
}

/* What only the statements before it, or behind it, make wrong. */
static void
refuse_in_company(Maker *maker, Draft *draft, const Body *body, const SqlStatement *found)
{
    const bool is_postgres = maker->script->dialect->lexer == SQL_POSTGRES;
    unsigned line = found->line;
    unsigned column = found->column;
    SqlEnumUse use = {0};

    if ((found->facts & SQL_DATA_OPEN) != 0 && !body->may_end_open)
        refuse_open_rows(maker, body_place(maker, body, line, column));
    if (!is_postgres || !draft->is_transactional ||
        !sql_enums_find(&draft->enums, found, maker->arena, &use))
        return;
    sql_locate(found, use.offset, &line, &column);
    maker->is_fine =
        error_add_at(maker->err, ERR_REVISION, body_place(maker, body, line, column),
                     "the value %.*s, added to an enum in line %u, cannot be used in "
                     "the same transaction",
                     SLICE_ARGS(use.literal), body_place(maker, body, use.added_line, 1).line);
    if (body->op != NULL)
        error_hint(maker->err, "put it into a revision behind this one");
    else
        error_hint(maker->err,
                   "put this into a section of its own behind it: -- migrate:%s "
                   "transaction:new",
                   maker->step->direction == DIRECTION_DOWNGRADE ? "down" : "up");
}

static void
refuse(Maker *maker, const Body *body, Place place, const SqlRefusal *refusal)
{
    maker->is_fine = error_add_at(maker->err, ERR_REVISION, place, "%s", refusal->message);
    if (body->op != NULL && refusal->remedy == SQL_REMEDY_OUTSIDE)
        error_hint(maker->err,
                   "put it into a revision of its own that says \"transaction: false\"");
    else if (body->op != NULL && refusal->remedy == SQL_REMEDY_LEAVE_OUT)
        error_hint(maker->err, "leave it out: the operations of a revision are one transaction");
    else
        error_hint(maker->err, "%s", refusal->hint);
}

static void
draft_add(Maker *maker, Draft *draft, const Statement *statement)
{
    *VEC_ADD(maker->arena, &draft->statements) = *statement;
    draft->bytes += statement->text.len + 2;
    draft->has_data = draft->has_data || (statement->facts & SQL_COPY_FROM_STDIN) != 0;
    if (statement->role == STATEMENT_USER)
        draft->count++;
    if (maker->catalog != NULL)
        maker->script->dialect->catalog_play(maker->catalog, statement);
}

static Statement
statement_of(const Maker *maker, const Body *body, const SqlStatement *found)
{
    const Place place = body_place(maker, body, found->line, found->column);
    Statement statement = {.role = STATEMENT_USER,
                           .text = found->text,
                           .place = place,
                           .source = maker->text->text,
                           .source_offset = body->offset + found->offset,
                           .facts = found->facts,
                           .data = found->data,
                           .data_place = {place.file, found->data_line, 1},
                           .is_mapped = maker->text->is_mapped};

    if (body->op == NULL)
        return statement;
    statement.is_rendered = true;
    statement.is_mapped = false; /* a text of its own */
    statement.source = body->op->source;
    statement.source_offset = body->op->offset;
    statement.data_place.line = body_place(maker, body, found->data_line, 1).line;
    if (body->from.origin != NULL)
        *VEC_ADD(maker->arena, &statement.pieces) =
            (StatementPiece){.len = found->text.len, .from = body->from, .from_at = found->offset};
    return statement;
}

/* What cannot run in a transaction, in one that comes to nothing. */
static void
rehearse(Maker *maker, Draft *draft, const SqlStatement *found, Statement *statement)
{
    const Script *script = maker->script;
    SqlLocal other = {0};

    if (!script->dialect->rehearse(found, maker->arena, &other)) {
        log_info(script->log, "%s:%u: left out, since it cannot run in a transaction: %s",
                 statement->place.file, statement->place.line, sql_name(found, maker->arena));
        return;
    }
    statement->text = other.text;
    statement->edit = other.edit;
    statement->facts &= ~(unsigned)(SQL_NO_TRANSACTION | SQL_CONCURRENTLY);
    draft_add(maker, draft, statement);
}

/* Adds a statement unless it is refused (a problem). */
static void
take_statement(Maker *maker, Draft *draft, const Body *body, const SqlStatement *found)
{
    const Script *script = maker->script;
    SqlLocal local = {0};
    Statement statement = statement_of(maker, body, found);
    if (script->is_rehearsal && (found->facts & SQL_NO_TRANSACTION) != 0) {
        rehearse(maker, draft, found, &statement);
        return;
    }
    const SqlRefusal *refusal =
        sql_refusal(found, script->dialect->lexer, draft->is_transactional, maker->arena);
    if (refusal != NULL) {
        refuse(maker, body, statement.place, refusal);
        return;
    }
    refuse_in_company(maker, draft, body, found);
    if (draft->is_transactional && sql_localise(found, maker->arena, &local)) {
        statement.text = local.text;
        statement.edit = local.edit;
        if (!script->is_rehearsal)
            log_info(script->log, "%s:%u: %s", statement.place.file, statement.place.line,
                     local.note);
    }
    draft_add(maker, draft, &statement);
}

/* The rows of a large file are gone through once: to be sent, they are not lexed again. */
static void
remember_end(const Maker *maker, SqlLexer *lexer, const SqlStatement *found)
{
    enum { WORTH_IT = 1024 * 1024 };
    RevisionMemo *memo = maker->text->memo;

    if (lexer->ends == NULL || found->data.len < WORTH_IT || (found->facts & SQL_DATA_OPEN) != 0)
        return;
    const SqlEnd end = sql_rows_end(lexer, found);
    for (size_t i = 0; i < memo->ends.len; i++) {
        if (memo->ends.at[i].data == end.data)
            return;
    }
    *VEC_ADD(memo->arena, &memo->ends) = end;
}

/* What pg_dump writes for psql alone, or for a script that is no transaction. */
static bool
is_left_out(const Maker *maker, const Draft *draft, const Body *body, SqlObjects *objects,
            const SqlStatement *found, const SqlLexer *behind)
{
    if (sql_is_dropped(found))
        return true;
    if (!draft->is_transactional || !sql_frames_objects(objects, found, behind))
        return false;
    const Place place = body_place(maker, body, found->line, found->column);
    log_info(maker->script->log, "%s:%u: \"%.*s\" is left out: its section is one transaction",
             place.file, place.line, SLICE_ARGS(found->text));
    return true;
}

static void
take_body(Maker *maker, Draft *draft, const Body *body)
{
    SqlLexer lexer;
    SqlStatement found;
    SqlStatement open = {0}; /* one that no semicolon ends */
    SqlObjects objects = {0};

    sql_init(&lexer, maker->script->dialect->lexer, body->text, body->line);
    if (body->op == NULL) {
        lexer.is_mapped = maker->text->is_mapped;
        lexer.ends = maker->text->memo == NULL ? NULL : &maker->text->memo->ends;
        lexer.offset = body->offset;
    }
    while (sql_next(&lexer, &found)) {
        remember_end(maker, &lexer, &found);
        if (!is_left_out(maker, draft, body, &objects, &found, &lexer))
            take_statement(maker, draft, body, &found);
        if (lexer.at == body->text.len &&
            (found.facts & (SQL_COPY_FROM_STDIN | SQL_BACKSLASH)) == 0)
            open = found;
    }
    if (lexer.error != NULL)
        refuse_text(maker, body, &lexer);
    if (body->is_before_copy && open.line > 0)
        maker->is_fine =
            error_add_at(maker->err, ERR_REVISION, body_place(maker, body, open.line, open.column),
                         "no semicolon ends the statement above \"-- migrate:copy\"");
}

static void
take_copy(Maker *maker, Draft *draft, size_t index)
{
    const Revision *revision = maker->step->revision;
    const Place place = {revision->file, revision->copies.at[index].line, 1};
    Statement statement;

    if (!draft->is_transactional) {
        maker->is_fine = error_add_at(maker->err, ERR_REVISION, place,
                                      "\"-- migrate:copy\" in a section with transaction:false");
        error_hint(maker->err, "put it in a transactional section");
    } else if (script_copy(maker->script->dialect, revision, maker->text, index, maker->arena,
                           &statement, maker->err)) {
        draft_add(maker, draft, &statement);
    } else {
        maker->is_fine = false;
    }
}

/* From `at` to `end`, which is the end of its section or a `-- migrate:copy`. */
static Body
section_body(const Maker *maker, size_t at, size_t end, unsigned line)
{
    const Slice text = maker->text->text;

    assert(at <= end && end <= text.len);
    return (Body){.text = {text.at + at, end - at},
                  .line = line,
                  .offset = at,
                  .may_end_open = end == text.len};
}

static void
take_section(Maker *maker, Draft *draft, const Section *section)
{
    const RevisionCopies *copies = &maker->step->revision->copies;
    const size_t end = section->body + section->body_len;
    size_t at = section->body;
    unsigned line = section->body_line;
    Body body;

    for (size_t i = 0; i < copies->len; i++) {
        const RevisionCopy *copy = &copies->at[i];
        if (copy->offset < section->body || copy->offset >= end)
            continue;
        body = section_body(maker, at, copy->offset, line);
        body.is_before_copy = true;
        take_body(maker, draft, &body);
        take_copy(maker, draft, i);
        at = copy->offset + copy->len;
        line = copy->line;
    }
    body = section_body(maker, at, end, line);
    take_body(maker, draft, &body);
}

static bool
joins(const Section *before, const Section *section)
{
    return before->is_transactional && section->is_transactional && !section->begins_transaction;
}

/* A section with timeouts of its own sets them where it begins in its unit. */
static void
set_timeouts(Maker *maker, Draft *draft, const Section *section)
{
    const Dialect *dialect = maker->script->dialect;
    const UnitFrame frame = {.session = maker->script->session,
                             .is_transactional = draft->is_transactional,
                             .lock_timeout = section->lock_timeout,
                             .statement_timeout = section->statement_timeout};

    if (dialect->set_timeouts != NULL)
        dialect->set_timeouts(&frame, maker->arena, &draft->statements);
}

static void
take_sections(Maker *maker, Drafts *drafts)
{
    const Sections *sections = &maker->step->revision->sections;
    const bool is_rehearsal = maker->script->is_rehearsal;
    const Section *before = NULL;

    for (size_t i = 0; i < sections->len; i++) {
        const Section *section = &sections->at[i];
        if (!applies(maker->script, maker->step, section))
            continue;
        Draft *draft = drafts->list.len == 0 ? NULL : VEC_LAST(&drafts->list);
        if (draft == NULL || !joins(before, section)) {
            draft = VEC_ADD(maker->arena, &drafts->list);
            *draft = (Draft){.is_transactional = section->is_transactional || is_rehearsal,
                             .lock_timeout = section->lock_timeout,
                             .statement_timeout = section->statement_timeout};
        } else if (before->lock_timeout != section->lock_timeout ||
                   before->statement_timeout != section->statement_timeout) {
            set_timeouts(maker, draft, section);
        }
        take_section(maker, draft, section);
        before = section;
    }
}

/* The draft that a statement of an operation goes into. */
static Draft *
draft_for(Maker *maker, Drafts *drafts, bool is_transactional, bool begins)
{
    const OpBody *body = maker->text->body;
    Draft *draft = drafts->list.len == 0 ? NULL : VEC_LAST(&drafts->list);

    if (draft != NULL && draft->is_transactional == is_transactional &&
        !((begins || draft->is_closed) && draft->count > 0))
        return draft;
    draft = VEC_ADD(maker->arena, &drafts->list);
    *draft = (Draft){.is_transactional = is_transactional,
                     .lock_timeout = body->lock_timeout,
                     .statement_timeout = body->statement_timeout};
    return draft;
}

static void
take_rendering(Maker *maker, Drafts *drafts, const Rendering *rendering, bool is_transactional)
{
    Statement statement = rendering->statement;
    SqlLexer lexer;
    SqlStatement found;

    if (statement.role == STATEMENT_GUARD && maker->script->session->is_plain)
        return;
    sql_init(&lexer, maker->script->dialect->lexer, statement.text, 1);
    if (sql_next(&lexer, &found))
        statement.facts = found.facts;
    Draft *draft = draft_for(maker, drafts, is_transactional && rendering->where != RENDER_OUTSIDE,
                             rendering->where == RENDER_ANEW);
    draft_add(maker, draft, &statement);
    draft->is_closed = rendering->closes && draft->is_transactional;
}

/* Renders the first of `ops`, and what goes together with it; how many of them. */
static size_t
take_rendered(Maker *maker, Drafts *drafts, const Operation *ops, size_t count,
              bool is_transactional)
{
    const bool is_rehearsal = maker->script->is_rehearsal;
    const RenderContext context = {.arena = maker->arena,
                                   .log = is_rehearsal ? NULL : maker->script->log,
                                   .schema_log = is_rehearsal ? NULL : maker->script->schema_log,
                                   .catalog = maker->catalog,
                                   .is_rehearsal = is_rehearsal};
    Renderings renderings = {0};
    size_t taken = 1;

    if (!maker->script->dialect->render(&context, ops, count, &taken, &renderings, maker->err)) {
        maker->is_fine = false;
        return taken;
    }
    for (size_t i = 0; i < renderings.len; i++)
        take_rendering(maker, drafts, &renderings.at[i], is_transactional);
    return taken;
}

/* Operations that are rendered with a catalog stay in one transaction: then what they were rendered
 * for is what they find. SQL alone may be outside. */
static bool
are_together(const Dialect *dialect, const Operations *ops)
{
    for (size_t i = 0; dialect->catalog_open != NULL && i < ops->len; i++) {
        if (ops->at[i].kind != OP_SQL)
            return true;
    }
    return false;
}

/* How many from here on are rendered. */
static size_t
run_of(const Operations *ops, size_t first)
{
    size_t end = first;

    while (end < ops->len && ops->at[end].kind != OP_SQL)
        end++;
    return end - first;
}

static void
take_sql(Maker *maker, Drafts *drafts, const Operation *op, bool is_transactional)
{
    for (const OpSql *sql = op->sql; sql != NULL; sql = sql->next) {
        const OpText text = op_expression(&sql->up, maker->script->dialect->name);
        const Body body = {.text = text.text, .line = 1, .op = op, .from = text};
        if (text.text.at != NULL)
            take_body(maker, draft_for(maker, drafts, is_transactional, false), &body);
    }
}

static void
take_operations(Maker *maker, Drafts *drafts)
{
    const Dialect *dialect = maker->script->dialect;
    const OpBody *body = maker->text->body;
    Operations ops = {0};

    if (!op_select(body, maker->step->direction, dialect->name, maker->arena, &ops, maker->err)) {
        maker->is_fine = false;
        return;
    }
    const bool is_rehearsal = maker->script->is_rehearsal;
    const bool is_transactional =
        body->is_transactional || is_rehearsal || are_together(dialect, &ops);
    for (size_t i = 0; is_rehearsal && i < ops.len; i++)
        ops.at[i].is_online = false;
    for (size_t i = 0; i < ops.len;) {
        const Operation *op = &ops.at[i];
        if (op->kind != OP_SQL) {
            i += take_rendered(maker, drafts, op, run_of(&ops, i), is_transactional);
            continue;
        }
        take_sql(maker, drafts, op, is_transactional);
        i++;
    }
}

static size_t
count_statements(const Drafts *drafts)
{
    size_t total = 0;

    for (size_t i = 0; i < drafts->list.len; i++)
        total += drafts->list.at[i].count;
    return total;
}

/* Units without a statement have nothing to do; a step with none at all still moves the rows. */
static void
drop_empty(Maker *maker, Drafts *drafts)
{
    size_t kept = 0;

    for (size_t i = 0; i < drafts->list.len; i++) {
        if (drafts->list.at[i].count > 0)
            drafts->list.at[kept++] = drafts->list.at[i];
    }
    drafts->list.len = kept;
    if (kept == 0)
        *VEC_ADD(maker->arena, &drafts->list) = (Draft){.is_transactional = true,
                                                        .lock_timeout = TIMEOUT_UNSET,
                                                        .statement_timeout = TIMEOUT_UNSET};
}

static bool
refuse_missing(const Maker *maker)
{
    const Revision *revision = maker->step->revision;
    const Place place = {revision->file, revision->id_line, 0};
    const bool is_down = maker->step->direction == DIRECTION_DOWNGRADE;

    error_add_at(maker->err, ERR_REVISION, place, "revision %s has no %s for %s", revision->id,
                 direction_name(maker->step->direction), maker->script->dialect->name);
    if (revision->is_yaml)
        return error_hint(maker->err, "its \"dialects:\" says which databases it is for");
    return error_hint(maker->err,
                      "add a section \"-- migrate:%s\" or \"-- migrate:%s dialect:%s\"; an empty "
                      "one says that there is nothing to do",
                      is_down ? "down" : "up", is_down ? "down" : "up",
                      maker->script->dialect->name);
}

static bool
draft_step(Maker *maker, Drafts *drafts)
{
    const Revision *revision = maker->step->revision;

    maker->is_fine = true;
    if (revision != NULL && revision->is_yaml)
        take_operations(maker, drafts);
    if (revision != NULL && maker->is_fine &&
        !revision_has(revision, maker->step->direction, maker->script->dialect->name))
        return refuse_missing(maker);
    if (revision != NULL && !revision->is_yaml)
        take_sections(maker, drafts);
    drafts->total = count_statements(drafts);
    drop_empty(maker, drafts);
    return maker->is_fine;
}

bool
script_check(const Script *script, const Step *step, const RevisionText *text, Arena *arena,
             Error *err)
{
    Drafts drafts = {0};
    Maker maker = {.script = script, .step = step, .text = text, .arena = arena, .err = err};

    return draft_step(&maker, &drafts);
}

bool
script_needs_catalog(const Dialect *dialect, const Plan *plan)
{
    for (size_t i = 0; dialect->catalog_open != NULL && i < plan->steps.len; i++) {
        const Revision *revision = plan->steps.at[i].revision;
        if (revision != NULL && revision->is_yaml)
            return true;
    }
    return false;
}

/* ---- from drafts to units ---- */

/* SHA-256 over the user statements of a step, taken after any of them. Only a journalled step can
 * be gone on with: of any other nobody will ever compare it, and rows of COPY, which may be a
 * gigabyte, are left out. */
typedef struct Progress {
    Sha256 sha;
    size_t done;
    bool leaves_rows_out;
} Progress;

static void
progress_add(Progress *progress, const Statement *statement)
{
    Trail trail = trail_begin(statement->data, statement->is_mapped);

    sha256_add(&progress->sha, statement->text);
    sha256_add(&progress->sha, SLICE(";\n"));
    Slice rest = statement->data;
    if (progress->leaves_rows_out)
        rest.len = 0;
    for (; rest.len > 0; trail_follow(&trail, rest.at))
        sha256_add(&progress->sha, trail_piece(&rest));
    progress->done++;
}

static const char *
progress_checksum(const Progress *progress, Arena *arena)
{
    char hex[SHA256_HEX_SIZE];

    if (progress->done == 0)
        return NULL;
    sha256_hex(&progress->sha, hex);
    return arena_text(arena, hex);
}

/* Is this the step that the open history row has begun? */
static bool
is_resumed(const Script *script, const Step *step)
{
    return script->resume != NULL && step->revision != NULL &&
           strcmp(script->resume->revision, step->revision->id) == 0 &&
           strcmp(script->resume->direction, direction_name(step->direction)) == 0;
}

/* Skips what the open history row says is done; those statements must be what they were. */
static bool
skip_done(const Script *script, const Step *step, Drafts *drafts, Progress *progress, Arena *arena,
          Error *err)
{
    const size_t done = script->resume->done;
    const Place place = {step->revision->file, 0, 0};

    for (size_t i = 0; i < drafts->list.len && progress->done < done; i++) {
        Draft *draft = &drafts->list.at[i];
        if (draft->is_transactional && progress->done + draft->count > done)
            break; /* a transaction is done or not */
        size_t taken = 0;
        while (taken < draft->statements.len && progress->done < done) {
            if (draft->statements.at[taken].role == STATEMENT_USER) {
                progress_add(progress, &draft->statements.at[taken]);
                draft->count--;
            }
            taken++;
        }
        draft->statements.at += taken;
        draft->statements.len -= taken;
        draft->statements.cap -= taken;
    }
    const char *checksum = progress_checksum(progress, arena);
    const bool is_same = progress->done == done &&
                         (done == 0 || (script->resume->done_checksum != NULL &&
                                        strcmp(checksum, script->resume->done_checksum) == 0));
    if (is_same)
        return true;
    error_set_at(err, ERR_STATE, place,
                 "statements of %s that have run already (1 to %zu) are not what they were",
                 step->revision->id, done);
    return error_hint(err, "put them back as they were; only later statements may be corrected");
}

/* What the frame of every unit of a step shares. */
typedef struct StepFrame {
    Script *script;
    const Step *step;
    Arena *arena;
    UnitFrame frame;
    Names rows_before;
    Names rows_after;
    const char *message;
} StepFrame;

static const char *
history_revision(const StepFrame *step)
{
    enum { WIDTH = 255 }; /* of the history's column */

    if (step->step->revision != NULL)
        return step->step->revision->id;
    const char *rows = names_join(step->arena, &step->rows_after, ",");
    return strlen(rows) <= WIDTH
               ? rows
               : arena_copy(step->arena, (Slice){rows, utf8_offset(slice_of(rows), WIDTH)});
}

static void
add_statement(Unit *unit, const Statement *statement, Arena *arena)
{
    *VEC_ADD(arena, &unit->statements) = *statement;
    unit->bytes += statement->text.len + 2;
}

/* The user's statements, with the journal behind each where there is no transaction; in one,
 * *progress stays where it is. */
static void
add_user_statements(StepFrame *step, const Draft *draft, Progress *progress, Unit *unit)
{
    const Dialect *dialect = step->script->dialect;
    size_t number = progress->done;

    for (size_t i = 0; i < draft->statements.len; i++) {
        Statement statement = draft->statements.at[i];
        if (statement.role != STATEMENT_USER) {
            add_statement(unit, &statement, step->arena);
            continue;
        }
        statement.number = ++number;
        add_statement(unit, &statement, step->arena);
        if (draft->is_transactional)
            continue; /* rows of COPY may be a gigabyte: not hashed again */
        progress_add(progress, &statement);
        const size_t first = unit->statements.len;
        dialect->unit_journal(&step->frame, progress->done,
                              progress_checksum(progress, step->arena),
                              step->frame.is_last && progress->done == step->frame.total,
                              step->arena, &unit->statements);
        for (size_t j = first; j < unit->statements.len; j++)
            unit->bytes += unit->statements.at[j].text.len + 2;
    }
}

static void
add_unit(StepFrame *step, const Draft *draft, Progress *progress, Units *units)
{
    const Dialect *dialect = step->script->dialect;
    UnitFrame *frame = &step->frame;
    Unit *unit = VEC_ADD(step->arena, units);
    Progress behind = *progress;

    for (size_t i = 0; i < draft->statements.len; i++) {
        if (draft->statements.at[i].role == STATEMENT_USER)
            progress_add(&behind, &draft->statements.at[i]);
    }
    frame->is_transactional = draft->is_transactional;
    frame->lock_timeout = draft->lock_timeout;
    frame->statement_timeout = draft->statement_timeout;
    frame->done = progress->done;
    frame->done_checksum = progress_checksum(progress, step->arena);
    frame->unit_statements = draft->count;
    frame->unit_done_checksum = progress_checksum(&behind, step->arena);
    frame->makes_tables = !step->script->is_begun;
    *unit = (Unit){.revision = frame->revision,
                   .message = step->message,
                   .direction = frame->direction,
                   .is_transactional = draft->is_transactional,
                   .is_rehearsal = frame->is_rehearsal,
                   .is_first = frame->is_first,
                   .is_last = frame->is_last,
                   .has_data = draft->has_data,
                   .count = draft->count,
                   .total = frame->total,
                   .rows_before = step->rows_before,
                   .rows_after = frame->is_last ? step->rows_after : step->rows_before};
    dialect->unit_open(frame, step->arena, &unit->statements);
    for (size_t i = 0; i < unit->statements.len; i++)
        unit->bytes += unit->statements.at[i].text.len + 2;
    add_user_statements(step, draft, progress, unit);
    *progress = behind;
    const size_t user_end = unit->statements.len;
    dialect->unit_close(frame, step->arena, &unit->statements);
    for (size_t i = user_end; i < unit->statements.len; i++)
        unit->bytes += unit->statements.at[i].text.len + 2;
    step->script->is_begun = true;
    frame->has_row = frame->is_journalled;
}

static StepFrame
frame_of(Script *script, const Step *step, const RevisionText *text, const Drafts *drafts,
         Arena *arena)
{
    StepFrame frame = {.script = script, .step = step, .arena = arena};
    bool is_journalled = drafts->list.len > 1 || is_resumed(script, step);

    for (size_t i = 0; i < drafts->list.len; i++)
        is_journalled = is_journalled || !drafts->list.at[i].is_transactional;
    frame.rows_before = names_copy(arena, &script->rows);
    plan_apply(step, script->arena, &script->rows);
    frame.rows_after = names_copy(arena, &script->rows);
    frame.message = step->revision == NULL ? "" : step->revision->message;
    frame.frame = (UnitFrame){.tables = script->tables,
                              .session = script->session,
                              .revision = history_revision(&frame),
                              .direction = step->direction,
                              .checksum = text == NULL ? NULL : revision_checksum(text),
                              .changes = &step->changes,
                              .only_tables = step->only_tables,
                              .is_journalled = is_journalled,
                              .has_row = is_resumed(script, step),
                              .is_rehearsal = script->is_rehearsal,
                              .total = drafts->total};
    return frame;
}

/* The drafts of a step that are still to be done, and how far it has come. */
static bool
begin_step(Maker *maker, Script *script, StepFrame *frame, Drafts *drafts, Progress *progress)
{
    const Step *step = maker->step;

    if (!draft_step(maker, drafts))
        return false;
    sha256_init(&progress->sha);
    *frame = frame_of(script, step, maker->text, drafts, maker->arena);
    progress->leaves_rows_out = !frame->frame.is_journalled;
    if (!is_resumed(script, step))
        return true;
    if (!skip_done(script, step, drafts, progress, maker->arena, maker->err))
        return false;
    drop_empty(maker, drafts);
    return true;
}

bool
script_step(Script *script, const Step *step, const RevisionText *text, Arena *arena, Units *units,
            Error *err)
{
    Drafts drafts = {0};
    Progress progress = {0};
    StepFrame frame;
    Maker maker = {.script = script,
                   .step = step,
                   .text = text,
                   .arena = arena,
                   .err = err,
                   .catalog = script->catalog};

    if (!begin_step(&maker, script, &frame, &drafts, &progress))
        return false;
    frame.frame.rows_before = &frame.rows_before;
    frame.frame.rows_after = &frame.rows_after;
    for (size_t i = 0; i < drafts.list.len; i++) {
        frame.frame.is_first = i == 0;
        frame.frame.is_last = i + 1 == drafts.list.len;
        add_unit(&frame, &drafts.list.at[i], &progress, units);
    }
    return true;
}

/* The user statements of a draft that are passed over together. */
static size_t
skipped_together(const Draft *draft)
{
    return draft->is_transactional || draft->count == 0 ? draft->count : 1;
}

bool
script_skip(Script *script, const Step *step, const RevisionText *text, Arena *arena, Units *units,
            Error *err)
{
    Drafts drafts = {0};
    Progress progress = {0};
    StepFrame frame;
    Maker maker = {.script = script,
                   .step = step,
                   .text = text,
                   .arena = arena,
                   .err = err,
                   .catalog = script->catalog};

    assert(is_resumed(script, step));
    if (!begin_step(&maker, script, &frame, &drafts, &progress))
        return false;
    const Draft *draft = &drafts.list.at[0];
    const size_t skipped = skipped_together(draft);
    Progress behind = progress;
    for (size_t i = 0; i < draft->statements.len && behind.done < progress.done + skipped; i++) {
        if (draft->statements.at[i].role == STATEMENT_USER)
            progress_add(&behind, &draft->statements.at[i]);
    }
    UnitFrame *unit_frame = &frame.frame;
    unit_frame->rows_before = &frame.rows_before;
    unit_frame->rows_after = &frame.rows_after;
    unit_frame->is_first = false;
    unit_frame->is_last = behind.done == unit_frame->total;
    unit_frame->is_transactional = true;
    unit_frame->lock_timeout = TIMEOUT_UNSET;
    unit_frame->statement_timeout = TIMEOUT_UNSET;
    unit_frame->done = progress.done;
    unit_frame->done_checksum = progress_checksum(&progress, arena);
    unit_frame->unit_statements = skipped;
    unit_frame->unit_done_checksum = progress_checksum(&behind, arena);
    Unit *unit = VEC_ADD(arena, units);
    *unit = (Unit){.revision = unit_frame->revision,
                   .message = frame.message,
                   .direction = unit_frame->direction,
                   .is_transactional = true,
                   .is_last = unit_frame->is_last,
                   .rows_before = frame.rows_before,
                   .rows_after = unit_frame->is_last ? frame.rows_after : frame.rows_before};
    script->dialect->unit_open(unit_frame, arena, &unit->statements);
    script->dialect->unit_close(unit_frame, arena, &unit->statements);
    return true;
}

/* ---- one transaction for all ---- */

bool
script_join(Unit *unit, bool is_first, bool is_last, Error *err)
{
    size_t kept = 0;

    if (!unit->is_transactional) {
        error_set(err, ERR_REVISION,
                  "transaction: all cannot hold revision %s, which has a section without a "
                  "transaction",
                  unit->revision);
        return error_hint(err, "run it with transaction: revision");
    }
    for (size_t i = 0; i < unit->statements.len; i++) {
        const Statement *statement = &unit->statements.at[i];
        const bool is_inner = (statement->role == STATEMENT_BEGIN && !is_first) ||
                              (statement->role == STATEMENT_COMMIT && !is_last);
        if (!is_inner)
            unit->statements.at[kept++] = *statement;
    }
    unit->statements.len = kept;
    return true;
}

/* ---- printing ---- */

static bool
print_user_text(const Script *script, const Statement *statement, Buf *out, Error *err)
{
    Error problem = {.arena = err->arena};
    size_t offset = 0;

    if (script->dialect->print_text(statement->text, out, &offset))
        return true;
    error_set_at(&problem, ERR_REVISION, statement->place,
                 "the shell of %s would not take this line for a part of its statement",
                 script->dialect->name);
    error_hint(&problem, "put it behind what stands above it, into the same line");
    statement_locate(statement, offset, &problem);
    return error_append(err, &problem);
}

static void
print_data(const Statement *statement, Sink *out)
{
    const Slice data = statement->data;

    if ((statement->facts & SQL_COPY_FROM_STDIN) == 0)
        return;
    sink_add(out, data, statement->is_mapped);
    if (data.len > 0 && data.at[data.len - 1] != '\n')
        buf_add_char(&out->text, '\n');
    buf_add(&out->text, "\\.\n");
}

/* The user's statements of a unit, with what stands between them. */
static void
find_user_statements(const Unit *unit, size_t *first, size_t *last)
{
    const Statements *statements = &unit->statements;

    *first = statements->len;
    *last = statements->len;
    for (size_t i = 0; i < statements->len; i++) {
        if (statements->at[i].role != STATEMENT_USER)
            continue;
        *first = *first < i ? *first : i;
        *last = i;
    }
}

bool
script_print(const Script *script, const Unit *unit, Sink *out, Error *err)
{
    const Dialect *dialect = script->dialect;
    const bool has_checks =
        dialect->print_checks != NULL && unit->is_transactional && !script->session->is_plain;
    bool is_fine = true;
    size_t first = 0;
    size_t last = 0;

    find_user_statements(unit, &first, &last);
    for (size_t i = 0; i < unit->statements.len; i++, sink_pass(out)) {
        const Statement *statement = &unit->statements.at[i];

        if (has_checks && (i == first || i == last + 1))
            dialect->print_checks(unit, i > last, &out->text);
        if (statement->copy != NULL && (statement->facts & SQL_COPY_FROM_STDIN) == 0) {
            is_fine = script_copy_print(script->dialect, statement, out, err) && is_fine;
            continue;
        }
        if (statement->role != STATEMENT_USER || script->session->is_plain)
            buf_add_slice(&out->text, statement->text);
        else if (!print_user_text(script, statement, &out->text, err))
            is_fine = false;
        buf_add(&out->text, ";\n");
        print_data(statement, out);
    }
    buf_add_char(&out->text, '\n');
    return is_fine;
}
