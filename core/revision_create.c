/* SPDX-License-Identifier: MIT */
/* A new revision file: its name by a template of Alembic's form, its header, two empty sections. */
#include "core/revision.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/yaml_write.h"

enum { ID_BYTES = 6, WIDEST_NUMBER = 20, DEFAULT_SLUG_LENGTH = 40 };

/* What a template may name; the texts first. */
typedef enum Token {
    TOKEN_REV,
    TOKEN_SLUG,
    TOKEN_EPOCH,
    TOKEN_YEAR,
    TOKEN_MONTH,
    TOKEN_DAY,
    TOKEN_HOUR,
    TOKEN_MINUTE,
    TOKEN_SECOND,
    TOKEN_COUNT,
} Token;

static const char *const TOKENS[] = {"rev", "slug", "epoch",  "year",   "month",
                                     "day", "hour", "minute", "second", NULL};

typedef struct TokenValues {
    const char *texts[TOKEN_EPOCH];
    int64_t numbers[TOKEN_COUNT];
} TokenValues;

/* The moment of the draft where it is written. */
typedef struct Moment {
    struct tm local;
    char offset[8]; /* "Z", "+02:00" */
} Moment;

/* Cuts ".2" or "02" off *rest: the digits that a number has at least; 0 if there is none. */
static unsigned
cut_width(Slice *rest)
{
    unsigned width = 0;
    size_t end = 1;

    if (rest->len == 0 || (rest->at[0] != '.' && rest->at[0] != '0'))
        return 0;
    while (end < rest->len && ascii_is_digit(rest->at[end]))
        end++;
    if (!slice_to_number((Slice){rest->at + 1, end - 1}, &width) || width > WIDEST_NUMBER)
        return 0; /* what follows is no letter then */
    *rest = slice_after(*rest, end);
    return width;
}

/* "%(name)", then what Python's % operator takes behind it, as far as it makes sense in the name of
 * a file: s, d, 02d, .2d. Cuts it off *rest; a problem, or NULL. */
static const char *
add_token(Slice *rest, const TokenValues *values, Buf *out)
{
    Token token = TOKEN_REV;
    Slice behind = {NULL, 0};
    const Slice name = slice_cut(slice_after(*rest, 2), ')', &behind);

    while (token < TOKEN_COUNT && !slice_is(name, TOKENS[token]))
        token++;
    if (token == TOKEN_COUNT || behind.at == NULL)
        return "unknown token";
    const bool is_text = token < TOKEN_EPOCH;
    const int width = is_text ? 0 : (int)cut_width(&behind);
    if (!slice_starts_with(behind, "s") && (is_text || !slice_starts_with(behind, "d")))
        return is_text ? "behind %(rev) and %(slug) stands an \"s\""
                       : "behind a token for a number stands \"s\", \"d\" or \".2d\"";
    *rest = slice_after(behind, 1);
    if (is_text)
        buf_add(out, values->texts[token]);
    else
        buf_addf(out, "%0*lld", width, (long long)values->numbers[token]);
    return NULL;
}

/* Why the loader would not find, or should not make, a file of this name; NULL if it is right. */
static const char *
name_problem(Slice name)
{
    while (name.at != NULL) {
        const Slice part = slice_cut(name, '/', &name);
        if (part.len == 0)
            return "it makes a name with an empty part";
        if (part.at[0] == '.' || part.at[0] == '#')
            return "it makes a name that begins with \".\" or \"#\"";
    }
    return NULL;
}

static const char *
add_name(const char *file_template, const TokenValues *values, Buf *out)
{
    for (Slice rest = slice_of(file_template); rest.len > 0;) {
        const char *problem = NULL;
        if (slice_starts_with(rest, "%(")) {
            problem = add_token(&rest, values, out);
        } else if (slice_starts_with(rest, "%%(")) {
            problem = "\"%%\" stands for one \"%\": a token is written %(rev)s, with one \"%\"";
        } else if (rest.at[0] == '%' && !slice_starts_with(rest, "%%")) {
            problem = "a \"%\" begins no token: write it %%";
        } else {
            buf_add_char(out, rest.at[0]);
            rest = slice_after(rest, rest.at[0] == '%' ? 2 : 1);
        }
        if (problem != NULL)
            return problem;
    }
    return name_problem(buf_slice(out));
}

const char *
revision_template_problem(const char *file_template)
{
    const TokenValues sample = {.texts = {"a", "a"}};
    Arena arena = {0};
    Buf name = {.arena = &arena};
    const char *problem = "it is empty";

    if (file_template[0] != '\0')
        problem = add_name(file_template, &sample, &name);
    arena_release(&arena);
    return problem;
}

/* The code point at the beginning of valid UTF-8, and its bytes. */
static uint32_t
code_point(Slice text, size_t *bytes)
{
    const unsigned char lead = (unsigned char)text.at[0];
    uint32_t code = lead;

    *bytes = utf8_offset(text, 1);
    if (*bytes > 1)
        code = lead & (0x7FU >> *bytes);
    for (size_t i = 1; i < *bytes; i++)
        code = code << 6 | ((unsigned char)text.at[i] & 0x3FU);
    return code;
}

/* Whether a character stays in a file name: letters and digits. Beyond ASCII all but the signs,
 * spaces and punctuation of the blocks where they stand together. */
static bool
is_word(uint32_t code)
{
    if (code < 0x80)
        return ascii_is_letter((char)code) || ascii_is_digit((char)code) || code == '_';
    if (code < 0xC0)
        return code == 0xAA || code == 0xB5 || code == 0xBA;
    if (code == 0xD7 || code == 0xF7 || code == 0xFEFF || code >= 0xF0000)
        return false;
    return !(code >= 0x2000 && code <= 0x2BFF) && !(code >= 0x3000 && code <= 0x3004) &&
           !(code >= 0x3008 && code <= 0x3020) && !(code >= 0xE000 && code <= 0xF8FF) &&
           !(code >= 0xFE10 && code <= 0xFE6F) && !(code >= 0xFF00 && code <= 0xFF0F) &&
           !(code >= 0x1F000 && code <= 0x1FAFF);
}

/* As Alembic: runs of word characters joined by "_", in small letters; a slug of more than `length`
 * characters loses its last, cut word, and ends in "_" to show it. */
static const char *
make_slug(Slice message, size_t length, Arena *arena)
{
    Buf slug = {.arena = arena};
    bool is_gap = false;

    while (message.len > 0) {
        size_t bytes = 0;
        if (!is_word(code_point(message, &bytes))) {
            is_gap = true;
        } else {
            buf_add(&slug, is_gap && slug.len > 0 ? "_" : "");
            is_gap = false;
            for (size_t i = 0; i < bytes; i++)
                buf_add_char(&slug, ascii_lower(message.at[i]));
        }
        message = slice_after(message, bytes);
    }
    if (utf8_count(buf_slice(&slug)) <= length)
        return buf_text(&slug);
    Slice cut = {buf_text(&slug), utf8_offset(buf_slice(&slug), length)};
    for (size_t i = cut.len; i > 0; i--) {
        if (cut.at[i - 1] == '_') {
            cut.len = i - 1;
            break;
        }
    }
    return arena_format(arena, "%.*s_", SLICE_ARGS(cut));
}

const char *
revision_new_id(Arena *arena)
{
    unsigned char bytes[ID_BYTES];
    Buf hex = {.arena = arena};
    const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

    if (fd >= 0)
        close(fd);
    if (got != ID_BYTES)
        return NULL;
    for (size_t i = 0; i < ID_BYTES; i++)
        buf_addf(&hex, "%02x", bytes[i]);
    return buf_text(&hex);
}

/* The file of a time zone; NULL if there is none of that name. */
static const char *
zone_file(const char *zone, Arena *arena)
{
    const char *const folders[] = {getenv("TZDIR"), "/usr/share/zoneinfo", "/usr/lib/zoneinfo",
                                   "/etc/zoneinfo"};
    Slice text = {NULL, 0};
    Error unread = {.arena = arena};

    for (size_t i = 0; zone[i] != '\0'; i++) {
        const char c = zone[i];
        const bool is_part = ascii_is_letter(c) || ascii_is_digit(c) || c == '_' || c == '-' ||
                             c == '+' || (c == '/' && i > 0);
        if (!is_part)
            return NULL;
    }
    for (size_t i = 0; zone[0] != '\0' && i < sizeof folders / sizeof folders[0]; i++) {
        const char *file = folders[i] == NULL ? "" : path_join(arena, folders[i], zone);
        if (file_exists(file) && !file_is_folder(file) && file_read(file, arena, &text, &unread) &&
            slice_starts_with(text, "TZif"))
            return file;
    }
    return NULL;
}

/* C has one time zone, the process's: it is borrowed and given back. */
static void
local_time(const char *file, time_t now, Arena *arena, struct tm *local)
{
    const char *before = arena_text(arena, getenv("TZ"));

    setenv("TZ", arena_format(arena, ":%s", file), 1);
    tzset();
    localtime_r(&now, local);
    if (before == NULL)
        unsetenv("TZ");
    else
        setenv("TZ", before, 1);
    tzset();
}

/* Seconds since 1970 of a civil time, taken as UTC (days from civil, Howard Hinnant). */
static int64_t
civil_seconds(const struct tm *tm)
{
    const int64_t month = tm->tm_mon + 1;
    const int64_t year = (int64_t)tm->tm_year + 1900 - (month <= 2);
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const int64_t year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + tm->tm_mday - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    const int64_t days = era * 146097 + day_of_era - 719468;

    return ((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec;
}

static bool
find_moment(const RevisionDraft *draft, Arena *arena, Moment *moment, Error *err)
{
    const time_t now = (time_t)draft->now;
    const char *zone = draft->timezone;

    *moment = (Moment){.offset = "Z"};
    if (zone == NULL || slice_is_nocase(slice_of(zone), "UTC")) {
        gmtime_r(&now, &moment->local);
        return true;
    }
    const char *file = zone_file(zone, arena);
    if (file == NULL) {
        error_set(err, ERR_CONFIG, "unknown time zone \"%s\"", zone);
        return error_hint(err, "timezone is a name such as Europe/Berlin or UTC; all but UTC need "
                               "the system's time zone files (tzdata)");
    }
    local_time(file, now, arena, &moment->local);
    const int minutes = (int)((civil_seconds(&moment->local) - draft->now) / 60);
    const int size = abs(minutes);
    const char *offset =
        arena_format(arena, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
    memcpy(moment->offset, offset, strlen(offset) + 1);
    return true;
}

static bool
check_name(const char *name, const char *kind, Error *err)
{
    const char *problem = revision_id_problem(slice_of(name));

    if (problem == NULL)
        return true;
    error_set(err, ERR_REVISION, "\"%s\" cannot be %s: %s", name, kind, problem);
    return error_hint(err, "choose another one");
}

static bool
check_names(const Names *names, const char *kind, Error *err)
{
    for (size_t i = 0; i < names->len; i++) {
        if (!check_name(names->at[i], kind, err))
            return false;
    }
    return true;
}

/* The message stands in one line of the header. */
static bool
check_message(Slice message, Error *err)
{
    if (utf8_check(message) < message.len) {
        error_set(err, ERR_REVISION, "the message is not valid UTF-8");
        return error_hint(err, "revision files are UTF-8, whatever the terminal is");
    }
    for (size_t i = 0; i < message.len; i++) {
        const unsigned char c = (unsigned char)message.at[i];
        if ((c >= 0x20 || c == '\t') && c != 0x7F)
            continue;
        error_set(err, ERR_REVISION,
                  "the message has more than one line, or holds a control character");
        return error_hint(err, "it stands in one line of the header; comments in the file may say "
                               "more");
    }
    return true;
}

static bool
refuse_template(const RevisionDraft *draft, const char *problem, Error *err)
{
    error_set(err, ERR_CONFIG, "file_template \"%s\": %s", draft->file_template, problem);
    return error_hint(err, "%s", REVISION_TEMPLATE_HINT);
}

static bool
check_draft(const RevisionDraft *draft, const char *id, Slice message, Error *err)
{
    const char *problem = revision_template_problem(draft->file_template);

    if (problem != NULL)
        return refuse_template(draft, problem, err);
    return check_name(id, "a revision id", err) &&
           check_names(&draft->revises, "a revision id", err) &&
           check_names(&draft->depends_on, "a revision id or a branch label", err) &&
           check_names(&draft->branch_labels, "a branch label", err) && check_message(message, err);
}

static void
add_header(Buf *out, const char *key, const char *value)
{
    buf_addf(out, "-- %s:%s%s\n", key, value[0] == '\0' ? "" : " ", value);
}

static const char *
created_text(const Moment *moment, Arena *arena)
{
    const struct tm *tm = &moment->local;

    return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d%s", tm->tm_year + 1900,
                        tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec,
                        moment->offset);
}

/* Nothing for none, a text for one, a list for several. */
static void
add_yaml_names(Buf *out, const char *key, const Names *names)
{
    buf_addf(out, "%s:%s", key, names->len > 1 ? " [" : names->len == 1 ? " " : "");
    for (size_t i = 0; i < names->len; i++) {
        buf_add(out, i > 0 ? ", " : "");
        yaml_write_text(out, names->at[i]);
    }
    buf_add(out, names->len > 1 ? "]\n" : "\n");
}

static const char YAML_UP[] =
    "  # What makes the change, one item after the other; \"migrate render\" shows the SQL of it:\n"
    "  # - create_table:\n"
    "  #     name: account\n"
    "  #     columns:\n"
    "  #       - {name: id, type: bigint, identity: true, primary_key: true}\n"
    "  #       - {name: email, type: string(320), nullable: false}\n"
    "  # - create_index: {name: account_email, table: account, columns: [email]}\n"
    "  # - sql: {up: ANALYZE account, down: SELECT 1}\n"
    "\n"
    "# The downgrade is made from the operations. What drops or alters says for it what was: before;\n"
    "# what loses data wants \"destructive: true\" here.\n";

static void
add_yaml(const RevisionDraft *draft, const char *id, Slice message, const Moment *moment, Buf *out)
{
    Arena *arena = out->arena;

    buf_add(out, "revision: ");
    yaml_write_text(out, id);
    buf_add_char(out, '\n');
    add_yaml_names(out, "revises", &draft->revises);
    if (draft->branch_labels.len > 0)
        add_yaml_names(out, "branch_labels", &draft->branch_labels);
    if (draft->depends_on.len > 0)
        add_yaml_names(out, "depends_on", &draft->depends_on);
    buf_add(out, "message: ");
    yaml_write_text(out, arena_copy(arena, message));
    buf_addf(out, "\ncreated: %s\n\noperations:\n%s", created_text(moment, arena),
             draft->up != NULL ? draft->up : YAML_UP);
    if (draft->down != NULL)
        buf_addf(out, "\ndown:\n%s", draft->down);
}

static void
add_text(const RevisionDraft *draft, const char *id, Slice message, const Moment *moment, Buf *out)
{
    Arena *arena = out->arena;

    add_header(out, "revision", id);
    add_header(out, "revises", names_join(arena, &draft->revises, ", "));
    if (draft->branch_labels.len > 0)
        add_header(out, "branch_labels", names_join(arena, &draft->branch_labels, ", "));
    if (draft->depends_on.len > 0)
        add_header(out, "depends_on", names_join(arena, &draft->depends_on, ", "));
    add_header(out, "message", arena_copy(arena, message));
    add_header(out, "created", created_text(moment, arena));
    buf_add(out, "\n-- migrate:up");
    if (draft->dialect != NULL)
        buf_addf(out, " dialect:%s", draft->dialect);
    buf_addf(out, "\n%s", draft->up != NULL ? draft->up : "-- SQL that makes the change\n");
    if (draft->has_no_down)
        return;
    buf_addf(out, "\n-- migrate:down\n%s",
             draft->down != NULL
                 ? draft->down
                 : "-- SQL that takes it back; without this section it cannot be taken back\n");
}

bool
revision_create(const RevisionDraft *draft, Arena *arena, const char **path, Error *err)
{
    Moment moment = {0};
    Buf name = {.arena = arena};
    Buf text = {.arena = arena};
    const char *id = draft->id == NULL ? revision_new_id(arena) : draft->id;
    const Slice message = slice_trim(slice_of(draft->message));
    const unsigned slug_length = draft->slug_length == 0 ? DEFAULT_SLUG_LENGTH : draft->slug_length;

    if (id == NULL)
        return error_set_errno(err, ERR_FAILED, "cannot make a revision id from \"/dev/urandom\"");
    if (!check_draft(draft, id, message, err) || !find_moment(draft, arena, &moment, err))
        return false;
    const struct tm *tm = &moment.local;
    const TokenValues values = {
        .texts = {[TOKEN_REV] = id, [TOKEN_SLUG] = make_slug(message, slug_length, arena)},
        .numbers = {[TOKEN_EPOCH] = draft->now,
                    [TOKEN_YEAR] = tm->tm_year + 1900,
                    [TOKEN_MONTH] = tm->tm_mon + 1,
                    [TOKEN_DAY] = tm->tm_mday,
                    [TOKEN_HOUR] = tm->tm_hour,
                    [TOKEN_MINUTE] = tm->tm_min,
                    [TOKEN_SECOND] = tm->tm_sec},
    };
    const char *problem = add_name(draft->file_template, &values, &name);
    if (problem != NULL)
        return refuse_template(draft, problem, err);
    *path =
        path_join(arena, draft->folder,
                  arena_format(arena, "%s.%s", buf_text(&name), draft->is_yaml ? "yaml" : "sql"));
    if (draft->is_yaml)
        add_yaml(draft, id, message, &moment, &text);
    else
        add_text(draft, id, message, &moment, &text);
    return file_make_folder(path_folder(arena, *path), arena, err) &&
           file_write(*path, buf_slice(&text), false, err);
}
