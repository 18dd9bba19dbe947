/* SPDX-License-Identifier: MIT */
/*
 * The SQL form of a revision: a header of "-- key: value" comments, then sections that begin with a
 * directive line. Found by line, in one pass, without a look at the SQL between.
 */
#include "core/revision.h"

#include <string.h>

#include "core/base/map.h"
#include "core/base/mapping.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/config.h"

static const char BOM[] = "\xEF\xBB\xBF";
static const char DIRECTIVE[] = "-- migrate:";

static const char *const HEADER_KEYS[] = {
    "revision", "revises", "branch_labels", "depends_on", "message", "created", NULL};
static const char *const DIRECTIVES[] = {"up", "down", "copy", NULL};
static const char *const DIALECTS[] = {"postgres", "sqlite", NULL};

typedef enum HeaderKey {
    HEADER_REVISION,
    HEADER_REVISES,
    HEADER_BRANCH_LABELS,
    HEADER_DEPENDS_ON,
    HEADER_MESSAGE,
    HEADER_CREATED,
    HEADER_KEY_COUNT,
} HeaderKey;

typedef enum WordKey {
    WORD_TRANSACTION,
    WORD_DIALECT,
    WORD_LOCK_TIMEOUT,
    WORD_STATEMENT_TIMEOUT,
    WORD_KEY_COUNT,
} WordKey;

static const char *const WORD_KEYS[] = {"transaction", "dialect", "lock_timeout",
                                        "statement_timeout", NULL};

typedef struct Parser {
    const char *file;
    Slice text;
    size_t next;     /* where the next line begins */
    Slice unchecked; /* the bytes behind those that are known to be valid */
    Trail trail;
    Slice line;      /* without its end */
    unsigned number; /* of line */
    Arena *arena;
    Revision *revision;
    Error *problems;
    unsigned header_lines[HEADER_KEY_COUNT]; /* 0: absent */
    bool in_comment;                         /* between the header's slash-star and star-slash */
    Place stray; /* of the first text above the directives that is no comment; line 0: none */
} Parser;

/* The place of a byte of the line. */
static Place
place_at(const Parser *parser, const char *at)
{
    const Slice before = {parser->line.at, (size_t)(at - parser->line.at)};

    return (Place){parser->file, parser->number, (unsigned)utf8_count(before) + 1};
}

static void add_problem(Parser *parser, const char *at, const char *format, ...) PRINTF_LIKE(3, 4);

static void
add_problem(Parser *parser, const char *at, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    error_add_at(parser->problems, ERR_REVISION, place_at(parser, at), "%s",
                 arena_vformat(parser->problems->arena, format, values));
    va_end(values);
}

static bool
next_line(Parser *parser)
{
    if (parser->next >= parser->text.len)
        return false;
    const Slice rest = slice_after(parser->text, parser->next);
    const char *newline = memchr(rest.at, '\n', rest.len);
    size_t len = newline == NULL ? rest.len : (size_t)(newline - rest.at);
    parser->next += newline == NULL ? len : len + 1;
    if (len > 0 && rest.at[len - 1] == '\r')
        len--;
    parser->line = (Slice){rest.at, len};
    parser->number++;
    return true;
}

const char *
revision_id_problem(Slice id)
{
    static const char *const RESERVED[] = {"head", "heads", "base", "current"};

    if (id.len == 0)
        return "it is empty";
    if (id.len > 255)
        return "it is longer than 255 bytes";
    if (id.at[0] == '.')
        return "it begins with a \".\"";
    for (size_t i = 0; i < id.len; i++) {
        const char c = id.at[i];
        if (!ascii_is_letter(c) && !ascii_is_digit(c) && c != '_' && c != '.' &&
            (unsigned char)c < 0x80)
            return "only letters, digits, \"_\" and \".\" may stand in it";
    }
    if (utf8_check(id) < id.len)
        return "it is not valid UTF-8";
    for (size_t i = 0; i < sizeof RESERVED / sizeof RESERVED[0]; i++) {
        if (slice_is(id, RESERVED[i]))
            return "the word has a meaning of its own as a target";
    }
    return NULL;
}

/* An id or label of the header, copied; NULL if it cannot be one. */
static const char *
take_name(Parser *parser, Slice name, const char *kind)
{
    const char *problem = revision_id_problem(name);

    if (problem == NULL)
        return arena_copy(parser->arena, name);
    add_problem(parser, name.at, "\"%.*s\" cannot be %s: %s", SLICE_ARGS(name), kind, problem);
    error_hint(parser->problems, "%s", REVISION_ID_HINT);
    return NULL;
}

static void
take_names(Parser *parser, Slice list, const char *kind, Names *names)
{
    Map seen = {.arena = parser->arena};

    if (list.len == 0)
        return;
    for (Slice rest = list; rest.at != NULL;) {
        const Slice name = slice_trim(slice_cut(rest, ',', &rest));
        if (name.len == 0) {
            add_problem(parser, name.at, "a name is missing beside a \",\"");
            continue;
        }
        const char *taken = take_name(parser, name, kind);
        if (taken == NULL)
            continue;
        if (map_put(&seen, name, parser) != NULL)
            add_problem(parser, name.at, "\"%s\" is named twice", taken);
        else
            *VEC_ADD(parser->arena, names) = taken;
    }
}

static void
take_header(Parser *parser, HeaderKey key, Slice value)
{
    Revision *revision = parser->revision;

    switch (key) {
    case HEADER_REVISION:
        revision->id = take_name(parser, value, "a revision id");
        return;
    case HEADER_REVISES:
        take_names(parser, value, "a revision id", &revision->revises);
        return;
    case HEADER_BRANCH_LABELS:
        take_names(parser, value, "a branch label", &revision->branch_labels);
        return;
    case HEADER_DEPENDS_ON:
        take_names(parser, value, "a revision id or a branch label", &revision->depends_on);
        return;
    case HEADER_MESSAGE:
        revision->message = arena_copy(parser->arena, value);
        return;
    case HEADER_CREATED:
        revision->created = arena_copy(parser->arena, value);
        return;
    case HEADER_KEY_COUNT:
        return;
    }
}

static bool
is_key_char(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '_' || c == '-';
}

/* A comment line before the first directive: a header key, or free text. */
static void
take_comment(Parser *parser, Slice comment)
{
    const Slice body = slice_trim(slice_after(comment, 2));
    Slice word = {body.at, 0};

    while (word.len < body.len && is_key_char(body.at[word.len]))
        word.len++;
    Slice value = slice_trim(slice_after(body, word.len));
    if (word.len == 0 || value.len == 0 || value.at[0] != ':')
        return;
    value = slice_trim(slice_after(value, 1));
    HeaderKey key = HEADER_REVISION;
    while (key < HEADER_KEY_COUNT && !slice_is(word, HEADER_KEYS[key]))
        key++;
    if (key == HEADER_KEY_COUNT) {
        const char *nearest = text_nearest(word, HEADER_KEYS);
        if (nearest == NULL)
            return;
        add_problem(parser, word.at, "unknown header key \"%.*s\"", SLICE_ARGS(word));
        error_hint(parser->problems, "did you mean \"%s\"?", nearest);
        for (key = 0; HEADER_KEYS[key] != nearest;)
            key++;
        /* it is not missing as well */
        if (parser->header_lines[key] == 0)
            parser->header_lines[key] = parser->number;
        return;
    }
    if (parser->header_lines[key] != 0) {
        add_problem(parser, word.at, "\"%s\" is there twice, first in line %u", HEADER_KEYS[key],
                    parser->header_lines[key]);
        return;
    }
    parser->header_lines[key] = parser->number;
    const char *cr = value.len == 0 ? NULL : memchr(value.at, '\r', value.len);
    if (cr != NULL)
        add_problem(parser, cr,
                    "a carriage return stands within the line: lines end with LF or CRLF");
    else
        take_header(parser, key, value);
}

/* A line before the first directive. */
static void
take_head_line(Parser *parser)
{
    Slice rest = slice_trim(parser->line);

    while (rest.len > 0) {
        if (!parser->in_comment && slice_starts_with(rest, "--")) {
            take_comment(parser, rest);
            return;
        }
        if (!parser->in_comment && !slice_starts_with(rest, "/*")) {
            if (parser->stray.line == 0)
                parser->stray = place_at(parser, rest.at);
            return;
        }
        size_t end = parser->in_comment ? 0 : 2;
        while (end + 2 <= rest.len && memcmp(rest.at + end, "*/", 2) != 0)
            end++;
        parser->in_comment = end + 2 > rest.len;
        rest = parser->in_comment ? (Slice){NULL, 0} : slice_trim(slice_after(rest, end + 2));
    }
}

static void
take_timeout(Parser *parser, Slice value, int64_t *timeout)
{
    if (!duration_parse(value, timeout))
        add_problem(parser, value.at,
                    "\"%.*s\" is not a duration: a number with ms, s, m or h, or 0",
                    SLICE_ARGS(value));
}

static void
take_transaction(Parser *parser, Slice value, Section *section)
{
    if (slice_is(value, "false"))
        section->is_transactional = false;
    else if (slice_is(value, "new"))
        section->begins_transaction = true;
    else
        add_problem(parser, value.at, "transaction: \"%.*s\" is not \"false\" or \"new\"",
                    SLICE_ARGS(value));
}

static void
take_dialect(Parser *parser, Slice value, Section *section)
{
    for (size_t i = 0; DIALECTS[i] != NULL; i++) {
        if (slice_is(value, DIALECTS[i]))
            section->dialect = DIALECTS[i];
    }
    if (section->dialect == NULL)
        add_problem(parser, value.at, "dialect: \"%.*s\" is not \"postgres\" or \"sqlite\"",
                    SLICE_ARGS(value));
}

static void
take_word(Parser *parser, Slice word, unsigned *seen, Section *section)
{
    Slice value = {NULL, 0};
    const Slice name = slice_cut(word, ':', &value);
    WordKey key = WORD_TRANSACTION;

    while (key < WORD_KEY_COUNT && !slice_is(name, WORD_KEYS[key]))
        key++;
    if (key == WORD_KEY_COUNT || value.at == NULL) {
        const char *nearest = text_nearest(name, WORD_KEYS);
        add_problem(parser, word.at, "unknown word \"%.*s\" in a directive", SLICE_ARGS(word));
        if (nearest != NULL)
            error_hint(parser->problems, "did you mean \"%s:\"?", nearest);
        else
            error_hint(parser->problems,
                       "the words are transaction:false, transaction:new, "
                       "dialect:NAME, lock_timeout:TIME and statement_timeout:TIME");
        return;
    }
    if ((*seen & (1U << key)) != 0) {
        add_problem(parser, word.at, "\"%s\" is there twice", WORD_KEYS[key]);
        return;
    }
    *seen |= 1U << key;
    if (key == WORD_TRANSACTION)
        take_transaction(parser, value, section);
    else if (key == WORD_DIALECT)
        take_dialect(parser, value, section);
    else if (key == WORD_LOCK_TIMEOUT)
        take_timeout(parser, value, &section->lock_timeout);
    else
        take_timeout(parser, value, &section->statement_timeout);
}

/* Cuts the next word, between blanks, off *rest. */
static Slice
next_word(Slice *rest)
{
    size_t len = 0;

    *rest = slice_trim(*rest);
    while (len < rest->len && !ascii_is_space(rest->at[len]))
        len++;
    const Slice word = {rest->at, len};
    *rest = slice_after(*rest, len);
    return word;
}

static void
end_section(Parser *parser, size_t end)
{
    Sections *sections = &parser->revision->sections;

    if (sections->len > 0)
        VEC_LAST(sections)->body_len = end - VEC_LAST(sections)->body;
}

static void
begin_section(Parser *parser, Direction direction, Slice words)
{
    unsigned seen = 0;

    if (parser->in_comment)
        add_problem(parser, parser->line.at, "the comment above this directive is not closed");
    parser->in_comment = false;
    end_section(parser, (size_t)(parser->line.at - parser->text.at));
    Section *section = VEC_ADD(parser->arena, &parser->revision->sections);
    *section = (Section){
        .direction = direction,
        .is_transactional = true,
        .lock_timeout = TIMEOUT_UNSET,
        .statement_timeout = TIMEOUT_UNSET,
        .body = parser->next,
        .line = parser->number,
        .body_line = parser->number + 1,
    };
    for (Slice word = next_word(&words); word.len > 0; word = next_word(&words))
        take_word(parser, word, &seen, section);
}

/* A comment that a person would take for a directive, and we would not: "  --Migrate : up". */
static bool
is_almost_directive(Slice line)
{
    Slice rest = slice_trim(line);

    if (!slice_starts_with(rest, "--"))
        return false;
    rest = slice_trim(slice_after(rest, 2));
    if (rest.len < 7 || !slice_is_nocase((Slice){rest.at, 7}, "migrate"))
        return false;
    rest = slice_trim(slice_after(rest, 7));
    if (rest.len == 0 || rest.at[0] != ':')
        return false;
    rest = slice_after(rest, 1);
    const Slice name = next_word(&rest);
    return slice_is_nocase(name, "up") || slice_is_nocase(name, "down") ||
           slice_is_nocase(name, "copy");
}

static void
report_almost_directive(Parser *parser)
{
    add_problem(parser, slice_trim(parser->line).at,
                "a directive is written \"-- migrate:up\", at the start of its line");
}

/* `-- migrate:copy`, a statement within a section. */
static void
take_copy(Parser *parser, Slice text)
{
    RevisionCopy copy = {.text = text,
                         .offset = (size_t)(parser->line.at - parser->text.at),
                         .len = parser->line.len,
                         .line = parser->number};
    SqlCopyProblem problem = {0};

    if (parser->revision->sections.len == 0) {
        add_problem(parser, parser->line.at, "\"-- migrate:copy\" stands in no section");
        error_hint(parser->problems, "write it below a \"-- migrate:up\" or \"-- migrate:down\"");
    } else if (sql_copy_parse(text, parser->arena, &copy.copy, &problem)) {
        copy.path =
            path_join(parser->arena, path_folder(parser->arena, parser->file), copy.copy.file);
        *VEC_ADD(parser->arena, &parser->revision->copies) = copy;
    } else {
        add_problem(parser, problem.at, "%s", problem.message);
        if (problem.hint != NULL)
            error_hint(parser->problems, "%s", problem.hint);
    }
}

static void
take_directive(Parser *parser)
{
    Slice rest = slice_after(parser->line, sizeof DIRECTIVE - 1);
    const bool is_detached = rest.len > 0 && ascii_is_space(rest.at[0]);
    const Slice name = is_detached ? (Slice){rest.at, 0} : next_word(&rest);

    if (slice_is(name, "up")) {
        begin_section(parser, DIRECTION_UPGRADE, rest);
        return;
    }
    if (slice_is(name, "down")) {
        begin_section(parser, DIRECTION_DOWNGRADE, rest);
        return;
    }
    if (slice_is(name, "copy")) {
        take_copy(parser, rest);
        return;
    }
    if (is_detached && is_almost_directive(parser->line)) {
        report_almost_directive(parser);
        return;
    }
    const char *nearest = text_nearest(name, DIRECTIVES);
    add_problem(parser, parser->line.at, "unknown directive \"migrate:%.*s\"", SLICE_ARGS(name));
    if (nearest != NULL)
        error_hint(parser->problems, "did you mean \"-- migrate:%s\"?", nearest);
    else
        error_hint(parser->problems,
                   "the directives are -- migrate:up, -- migrate:down and -- migrate:copy");
}

static void
take_line(Parser *parser)
{
    const Slice line = parser->line;
    const bool may_be =
        line.len > 0 && (line.at[0] == '-' || line.at[0] == ' ' || line.at[0] == '\t');

    if (!may_be && parser->revision->sections.len > 0)
        return; /* most lines of a body end their examination here */
    if (slice_starts_with(line, DIRECTIVE)) {
        take_directive(parser);
        return;
    }
    if (may_be && is_almost_directive(line)) {
        report_almost_directive(parser);
        return;
    }
    if (parser->revision->sections.len == 0)
        take_head_line(parser);
}

/* The next piece of the text, cut between two characters. */
static Slice
take_unchecked(Parser *parser)
{
    Slice piece = trail_piece(&parser->unchecked);

    for (size_t i = 0; i < 3 && piece.len > 1 && parser->unchecked.len > 0; i++) {
        if (((unsigned char)parser->unchecked.at[0] & 0xC0U) != 0x80U)
            break;
        parser->unchecked = (Slice){parser->unchecked.at - 1, parser->unchecked.len + 1};
        piece.len--;
    }
    return piece;
}

/* What the lines cannot tell: the bytes. False at one that cannot be, which is then the only
 * problem of the file. */
static bool
check_bytes(Parser *parser)
{
    const Slice piece = take_unchecked(parser);
    const char *nul = memchr(piece.at, '\0', piece.len);
    const size_t valid = utf8_check(piece);
    const bool is_nul = nul != NULL && (size_t)(nul - piece.at) < valid;
    const char *wrong = is_nul ? nul : piece.at + valid;

    if (valid == piece.len && !is_nul)
        return true;
    *parser->problems = (Error){.arena = parser->problems->arena};
    while (parser->text.at + parser->next <= wrong && next_line(parser))
        continue;
    add_problem(parser, wrong,
                is_nul ? "the file holds a NUL character" : "the file is not valid UTF-8");
    return false;
}

/* Line by line, each behind the check of its bytes. */
static bool
take_lines(Parser *parser)
{
    while (parser->next < parser->text.len) {
        const char *at = parser->text.at + parser->next;
        if (at >= parser->unchecked.at) {
            trail_follow(&parser->trail, at);
            while (parser->unchecked.len > 0 && at >= parser->unchecked.at) {
                if (!check_bytes(parser))
                    return false;
            }
        }
        next_line(parser);
        take_line(parser);
    }
    while (parser->unchecked.len > 0) {
        if (!check_bytes(parser))
            return false;
    }
    return true;
}

static void
check_head(Parser *parser)
{
    const Place top = {parser->file, 1, 1};
    const bool has_id = parser->header_lines[HEADER_REVISION] != 0;
    const bool has_revises = parser->header_lines[HEADER_REVISES] != 0;

    if (!has_id && !has_revises) {
        error_add_at(parser->problems, ERR_REVISION, top,
                     "this is no revision: it has no \"-- revision:\" and no \"-- revises:\" line");
        error_hint(parser->problems,
                   "write them at its top, or keep the file outside the migrations "
                   "folder");
        return;
    }
    if (!has_id) {
        error_add_at(parser->problems, ERR_REVISION, top,
                     "the header has no \"-- revision:\" line");
        error_hint(parser->problems, "give the revision an id, such as 8f2c1e04a7b1");
    }
    if (!has_revises) {
        error_add_at(parser->problems, ERR_REVISION, top, "the header has no \"-- revises:\" line");
        error_hint(parser->problems, "name the revision before it, or nothing for a base");
    }
    if (parser->stray.line != 0) {
        error_add_at(parser->problems, ERR_REVISION, parser->stray,
                     "SQL stands above the first \"-- migrate:up\" or \"-- migrate:down\"");
        error_hint(parser->problems, "only comments may stand there");
    }
}

bool
revision_parse_text(const char *file, const FileText *text, Arena *arena, Revision *revision,
                    Error *err)
{
    Error problems = {.arena = err->arena};
    Parser parser = {.file = file,
                     .text = text->text,
                     .unchecked = text->text,
                     .trail = trail_begin(text->text, text->is_mapped),
                     .arena = arena,
                     .revision = revision,
                     .problems = &problems};

    *revision = (Revision){.file = file, .message = "", .created = ""};
    if (slice_starts_with(text->text, BOM))
        parser.next = sizeof BOM - 1;
    if (!take_lines(&parser))
        return error_append(err, &problems);
    end_section(&parser, text->text.len);
    check_head(&parser);
    revision->id_line = parser.header_lines[HEADER_REVISION];
    revision->revises_line = parser.header_lines[HEADER_REVISES];
    revision->depends_on_line = parser.header_lines[HEADER_DEPENDS_ON];
    revision->branch_labels_line = parser.header_lines[HEADER_BRANCH_LABELS];
    if (problems.code == ERR_NONE)
        return true;
    error_sort(&problems);
    return error_append(err, &problems);
}

bool
revision_parse_sql(const char *file, Slice text, Arena *arena, Revision *revision, Error *err)
{
    const FileText whole = {.text = text};

    return revision_parse_text(file, &whole, arena, revision, err);
}
