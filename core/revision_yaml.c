/* SPDX-License-Identifier: MIT */
/*
 * The YAML form of a revision: the header keys of a SQL one, and a list of operations. Read whole,
 * and checked as far as that can be without a database.
 */
#include "core/revision.h"

#include <stddef.h>
#include <string.h>

#include "core/base/map.h"
#include "core/config.h"
#include "core/op_checks.h"
#include "core/op_read.h"
#include "core/op_shapes.h"
#include "core/op_values.h"
#include "core/revision_shape.h"
#include "core/yaml.h"

enum { LARGEST_FILE = 4 * 1024 * 1024 };

/* What the keys of a file are read into. */
typedef struct YamlFile {
    Revision revision;
    OpBody body;
    bool has_operations;
} YamlFile;

/* ---- header ---- */

static bool
take_id(ShapeReader *reader, const YamlNode *node, const char *kind, const char **id)
{
    if (node->kind != YAML_TEXT || yaml_is_null(node)) {
        shape_expected(reader, node, kind);
        return false;
    }
    const char *problem = revision_id_problem(node->text);
    if (problem != NULL) {
        shape_problem(reader, node->place, "\"%s\" cannot be %s: %s", node->text.at, kind, problem);
        error_hint(reader->problems, "%s", REVISION_ID_HINT);
        return false;
    }
    *id = node->text.at;
    return true;
}

static void
take_ids(ShapeReader *reader, const YamlNode *node, const char *kind, Names *ids)
{
    const bool is_list = node->kind == YAML_LIST;
    Map seen = {.arena = reader->arena};
    size_t index = 0;

    if (yaml_is_null(node))
        return;
    for (const YamlNode *item = is_list ? node->children : node; item != NULL;
         item = is_list ? item->next : NULL) {
        const size_t mark = is_list ? shape_enter_item(reader, index++) : reader->path.len;
        const char *id = NULL;
        if (take_id(reader, item, kind, &id)) {
            if (map_put(&seen, item->text, reader) != NULL)
                shape_problem(reader, item->place, "\"%s\" is named twice", id);
            else
                *VEC_ADD(reader->arena, ids) = id;
        }
        shape_leave(reader, mark);
    }
}

static void
read_revision(ShapeReader *reader, const YamlNode *node, void *value)
{
    Revision *revision = value;

    (void)take_id(reader, node, "a revision id", &revision->id);
    revision->id_line = node->key->place.line;
}

static void
read_revises(ShapeReader *reader, const YamlNode *node, void *value)
{
    Revision *revision = value;

    take_ids(reader, node, "a revision id", &revision->revises);
    revision->revises_line = node->key->place.line;
}

static void
read_depends_on(ShapeReader *reader, const YamlNode *node, void *value)
{
    Revision *revision = value;

    take_ids(reader, node, "a revision id or a branch label", &revision->depends_on);
    revision->depends_on_line = node->key->place.line;
}

static void
read_branch_labels(ShapeReader *reader, const YamlNode *node, void *value)
{
    Revision *revision = value;

    take_ids(reader, node, "a branch label", &revision->branch_labels);
    revision->branch_labels_line = node->key->place.line;
}

static void
read_line(ShapeReader *reader, const YamlNode *node, void *value)
{
    const char **text = value;

    if (yaml_is_null(node))
        return;
    if (node->kind != YAML_TEXT)
        shape_expected(reader, node, "a text");
    else if (node->text.len > 0 && strpbrk(node->text.at, "\r\n") != NULL)
        shape_problem(reader, node->place, "the text has several lines");
    else
        *text = node->text.at;
}

static void
read_timeout(ShapeReader *reader, const YamlNode *node, void *value)
{
    int64_t *timeout = value;

    if (node->kind != YAML_TEXT || !duration_parse(node->text, timeout))
        shape_problem(reader, node->place,
                      "\"%s\" is not a duration: a number with ms, s, m or h, or 0", node->text.at);
}

static void
read_operations(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operations *operations = value;

    if (node->kind == YAML_LIST)
        op_read_list(reader, node, operations);
    else if (!yaml_is_null(node)) /* a new file, with comments only, has nothing to do */
        shape_expected(reader, node, "a list of operations");
}

static void
read_revision_down(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpBody *body = value;
    OpReading *reading = reader->user;

    reading->is_inside_down = true;
    op_read_list(reader, node, &body->down);
    reading->is_inside_down = false;
    body->has_down = true;
}

static const char ID_SCHEMA[] = "{\"$ref\": \"#/definitions/id\"}";
static const char IDS_SCHEMA[] = "{\"$ref\": \"#/definitions/ids\"}";
static const char DURATION_SCHEMA[] = "{\"$ref\": \"#/definitions/duration\"}";

static const ShapeForm FORM_ID = {"id", ID_SCHEMA, read_revision, NULL};
static const ShapeForm FORM_REVISES = {"id, list of ids, or null", IDS_SCHEMA, read_revises, NULL};
static const ShapeForm FORM_LABELS = {"label, or list of labels", IDS_SCHEMA, read_branch_labels,
                                      NULL};
static const ShapeForm FORM_DEPENDS = {"id or label, or list of them", IDS_SCHEMA, read_depends_on,
                                       NULL};
static const ShapeForm FORM_LINE = {"text", "{\"type\": [\"string\", \"number\", \"null\"]}",
                                    read_line, NULL};
static const ShapeForm FORM_DURATION = {"duration", DURATION_SCHEMA, read_timeout, NULL};
static const ShapeForm FORM_OPERATIONS = {
    "list of operations", "{\"$ref\": \"#/definitions/operations\"}", read_operations, NULL};
static const ShapeForm FORM_REVISION_DOWN = {"operations, or SQL",
                                             "{\"$ref\": \"#/definitions/operations_or_sql\"}",
                                             read_revision_down, NULL};

#define HEADER(word, flags_, doc_, form_)                                                          \
    {                                                                                              \
        word, SHAPE_FORM, flags_, offsetof(YamlFile, revision), doc_, NULL, NULL, &(form_)         \
    }
#define BODY(member, word, kind_, doc_, form_)                                                     \
    {                                                                                              \
        word, kind_, 0, offsetof(YamlFile, body) + offsetof(OpBody, member), doc_, NULL, NULL,     \
            form_                                                                                  \
    }

static const ShapeKey FILE_KEYS[] = {
    HEADER("revision", SHAPE_REQUIRED, "the id", FORM_ID),
    HEADER("revises", SHAPE_REQUIRED | SHAPE_EXPLAINED,
           "the revision before it; null for a base, a list for a merge", FORM_REVISES),
    HEADER("branch_labels", 0, "names for its branch", FORM_LABELS),
    HEADER("depends_on", 0, "revisions that have to be applied before", FORM_DEPENDS),
    {"message", SHAPE_FORM, 0, offsetof(YamlFile, revision) + offsetof(Revision, message),
     "what it does, on one line", NULL, NULL, &FORM_LINE},
    {"created", SHAPE_FORM, 0, offsetof(YamlFile, revision) + offsetof(Revision, created),
     "when it was written", NULL, NULL, &FORM_LINE},
    BODY(is_transactional, "transaction", SHAPE_BOOLEAN,
         "false: each statement by itself, without a transaction", NULL),
    BODY(lock_timeout, "lock_timeout", SHAPE_FORM, "how long a statement waits for a lock",
         &FORM_DURATION),
    BODY(statement_timeout, "statement_timeout", SHAPE_FORM, "how long a statement may take",
         &FORM_DURATION),
    BODY(is_destructive, "destructive", SHAPE_BOOLEAN, "true: operations may lose data", NULL),
    BODY(dialects, "dialects", SHAPE_FORM, "databases it is for; without: all", &FORM_DIALECTS),
    {"operations", SHAPE_FORM, SHAPE_REQUIRED, offsetof(YamlFile, body) + offsetof(OpBody, up),
     "what an upgrade does", NULL, NULL, &FORM_OPERATIONS},
    {"down", SHAPE_FORM, 0, offsetof(YamlFile, body),
     "what a downgrade does, in place of the inverses", NULL, NULL, &FORM_REVISION_DOWN},
};

const Shape REVISION_SHAPE = {"revision",
                              "a revision",
                              .size = sizeof(YamlFile),
                              .place_offset = SHAPE_NO_PLACE,
                              .keys = FILE_KEYS,
                              .count = sizeof FILE_KEYS / sizeof *FILE_KEYS};

/* ---- the file ---- */

/* The dialects come before what depends on them, wherever they stand. */
static void
read_file(ShapeReader *reader, const YamlNode *root, YamlFile *file)
{
    Error ignored = {.arena = reader->arena};
    Error *problems = reader->problems;
    const YamlNode *dialects = yaml_find(root, "dialects");
    Names names = {0};

    if (dialects != NULL) {
        reader->problems = &ignored; /* told when it is read again */
        FORM_DIALECTS.read(reader, dialects, &names);
        reader->problems = problems;
        reader->dialects = (names_contain(&names, "postgres") ? SHAPE_POSTGRES : 0U) |
                           (names_contain(&names, "sqlite") ? SHAPE_SQLITE : 0U);
        if (reader->dialects == 0)
            reader->dialects = SHAPE_DIALECTS;
    }
    shape_read(reader, &REVISION_SHAPE, root, file);
}

static bool
is_for(const OpBody *body, const char *dialect)
{
    return body->dialects.len == 0 || names_contain(&body->dialects, dialect);
}

/* What an operation cannot do; one gap where it is the same on all. */
static void
find_gap(const OpBody *body, const Operation *op, Direction direction, Direction means,
         Arena *arena, Gaps *gaps)
{
    static const char *const DIALECTS[] = {"postgres", "sqlite"};
    const char *reasons[2] = {NULL, NULL};

    for (size_t i = 0; i < 2; i++) {
        if (is_for(body, DIALECTS[i]) && op_applies(op, DIALECTS[i]))
            reasons[i] = op_problem(op, means, DIALECTS[i], arena);
    }
    const bool is_same =
        reasons[0] != NULL && reasons[1] != NULL && strcmp(reasons[0], reasons[1]) == 0;
    for (size_t i = 0; i < 2; i++) {
        if (reasons[i] != NULL && !(is_same && i == 1))
            *VEC_ADD(arena, gaps) =
                (Gap){direction, is_same ? NULL : DIALECTS[i], op->place, reasons[i]};
    }
}

/* The gaps of a direction; a dialect that the revision is not for is one. */
static void
find_gaps(const char *file, const OpBody *body, Direction direction, Arena *arena, Gaps *gaps)
{
    const bool has_down = direction == DIRECTION_DOWNGRADE && body->has_down;
    const Operations *ops = has_down ? &body->down : &body->up;

    if (!is_for(body, "postgres"))
        *VEC_ADD(arena, gaps) =
            (Gap){direction, "postgres", {file, 0, 0}, "the revision is for sqlite only"};
    if (!is_for(body, "sqlite"))
        *VEC_ADD(arena, gaps) =
            (Gap){direction, "sqlite", {file, 0, 0}, "the revision is for postgres only"};
    for (size_t i = 0; i < ops->len; i++)
        find_gap(body, &ops->at[i], direction, has_down ? DIRECTION_UPGRADE : direction, arena,
                 gaps);
}

static bool
is_revision(const char *file, const YamlNode *root, Error *problems)
{
    const Place top = {file, 1, 1};

    if (root != NULL && root->kind == YAML_MAP &&
        (yaml_find(root, "revision") != NULL || yaml_find(root, "revises") != NULL))
        return true;
    error_add_at(problems, ERR_REVISION, top,
                 "this is no revision: it has no \"revision:\" and no \"revises:\"");
    return error_hint(problems,
                      "write them at its top, or keep the file outside the migrations folder");
}

bool
revision_parse_yaml(const char *file, Slice text, Arena *arena, Revision *revision, OpBody *body,
                    Error *err)
{
    Error problems = {.arena = err->arena};
    OpReading reading = {.alias = CONSTRAINT_ABSENT};
    YamlFile found = {.revision = {.file = file, .message = "", .created = "", .is_yaml = true},
                      .body = {.is_transactional = true,
                               .lock_timeout = TIMEOUT_UNSET,
                               .statement_timeout = TIMEOUT_UNSET}};
    ShapeReader reader = {.source = text,
                          .arena = arena,
                          .problems = &problems,
                          .path = {.arena = arena},
                          .dialects = SHAPE_DIALECTS,
                          .synonyms = OP_SYNONYMS,
                          .user = &reading};
    YamlNode *root = NULL;

    if (text.len > LARGEST_FILE) {
        error_add_at(err, ERR_REVISION, (Place){file, 1, 1},
                     "the file is larger than %d MB, the most that a YAML revision may have",
                     LARGEST_FILE / 1024 / 1024);
        return error_hint(err, "write a SQL revision for so many rows");
    }
    const bool is_yaml = yaml_parse(file, text, ERR_REVISION, arena, &root, &problems);
    if ((is_yaml || root != NULL) && is_revision(file, root, &problems))
        read_file(&reader, root, &found);
    if (problems.code == ERR_NONE) {
        find_gaps(file, &found.body, DIRECTION_UPGRADE, arena, &found.revision.gaps);
        find_gaps(file, &found.body, DIRECTION_DOWNGRADE, arena, &found.revision.gaps);
    }
    *revision = found.revision;
    if (body != NULL)
        *body = found.body;
    if (problems.code == ERR_NONE)
        return true;
    error_sort(&problems);
    return error_append(err, &problems);
}
