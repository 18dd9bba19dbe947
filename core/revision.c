/* SPDX-License-Identifier: MIT */
#include "core/revision.h"

#include <assert.h>
#include <string.h>

#include "core/base/ahead.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/path.h"

/* What happens to a name in a migrations folder. */
typedef enum FileKind {
    FILE_OTHER, /* passed over: a README, an editor's backup */
    FILE_SQL,
    FILE_YAML,
} FileKind;

/* Opening a file a second time costs more than all else that is done with a small one. So the texts
 * of the small ones are kept, up to a limit that no folder of any size exceeds. */
enum { KEPT_TEXT = 4096, KEPT_TEXTS = 4 << 20 };

typedef struct Loader {
    const Log *log;
    Arena *arena;
    Arena scratch; /* of one file */
    Map seen;      /* device and inode to where its path stands */
    Revisions *revisions;
    Checksums *sums;
    size_t kept; /* bytes of texts */
    Error problems;
} Loader;

static FileKind
file_kind(const char *path)
{
    const char *name = path_name(path);
    const Slice extension = slice_of(path_extension(path));

    if (name[0] == '.' || name[0] == '#')
        return FILE_OTHER;
    if (slice_is_nocase(extension, ".sql"))
        return FILE_SQL;
    if (slice_is_nocase(extension, ".yaml") || slice_is_nocase(extension, ".yml"))
        return FILE_YAML;
    return FILE_OTHER;
}

static Names
keep_names(Arena *arena, const Names *names)
{
    Names kept = {0};

    if (names->len == 0)
        return kept;
    kept = (Names){ARENA_ARRAY(arena, const char *, names->len), names->len, names->len};
    for (size_t i = 0; i < names->len; i++)
        kept.at[i] = arena_text(arena, names->at[i]);
    return kept;
}

static Gaps
keep_gaps(Arena *arena, const Gaps *gaps)
{
    Gaps kept = {0};

    if (gaps->len == 0)
        return kept;
    kept = (Gaps){ARENA_ARRAY(arena, Gap, gaps->len), gaps->len, gaps->len};
    for (size_t i = 0; i < gaps->len; i++) {
        kept.at[i] = gaps->at[i];
        kept.at[i].reason = arena_text(arena, gaps->at[i].reason);
    }
    return kept;
}

static void
keep_copies(Arena *arena, const RevisionCopies *copies, RevisionCopies *kept)
{
    *kept = (RevisionCopies){0};
    for (size_t i = 0; i < copies->len; i++) {
        RevisionCopy *copy = VEC_ADD(arena, kept);
        SqlCopyProblem problem = {0};
        *copy = copies->at[i];
        copy->path = arena_text(arena, copies->at[i].path);
        copy->sum.path = copy->path;
        copy->text.at = arena_copy(arena, copies->at[i].text);
        /* it was parsed before: it can be again */
        if (!sql_copy_parse(copy->text, arena, &copy->copy, &problem))
            assert(false);
    }
}

/* A copy that does not need the file's own arena, and no larger than it has to be. */
static void
keep_revision(Arena *arena, const Revision *parsed, Revision *kept)
{
    const Sections *sections = &parsed->sections;

    *kept = *parsed;
    kept->id = arena_text(arena, parsed->id);
    kept->message = parsed->message[0] == '\0' ? "" : arena_text(arena, parsed->message);
    kept->created = parsed->created[0] == '\0' ? "" : arena_text(arena, parsed->created);
    kept->revises = keep_names(arena, &parsed->revises);
    kept->depends_on = keep_names(arena, &parsed->depends_on);
    kept->branch_labels = keep_names(arena, &parsed->branch_labels);
    keep_copies(arena, &parsed->copies, &kept->copies);
    kept->sections = (Sections){0};
    kept->gaps = keep_gaps(arena, &parsed->gaps);
    if (sections->len == 0)
        return;
    kept->sections.at = ARENA_ARRAY(arena, Section, sections->len);
    kept->sections.len = sections->len;
    kept->sections.cap = sections->len;
    memcpy(kept->sections.at, sections->at, sections->len * sizeof *sections->at);
}

/* True if a file is met for the first time. */
static bool
is_new(Loader *loader, const uint64_t identity[2], const char **path)
{
    const Slice key = {(const char *)identity, 2 * sizeof identity[0]};
    const char *const *before = map_find(&loader->seen, key);

    if (before != NULL) {
        log_debug(loader->log, "%s is passed over: it is the same file as %s", *path, *before);
        return false;
    }
    const Slice kept = {arena_copy(loader->arena, key), key.len};
    map_put(&loader->seen, kept, path);
    return true;
}

static void
keep_text(Loader *loader, Slice text, Revision *kept)
{
    if (text.len > KEPT_TEXT || loader->kept + text.len > KEPT_TEXTS)
        return;
    kept->text = (Slice){arena_copy(loader->arena, text), text.len};
    loader->kept += text.len;
}

/* Of a large file, whose checksum begins to be taken; NULL for a small one. */
static RevisionMemo *
memo_new(const Loader *loader, const char *path, const FileText *text)
{
    if (!text->is_mapped)
        return NULL;
    RevisionMemo *memo = ARENA_NEW(loader->arena, RevisionMemo);
    memo->arena = loader->arena;
    memo->stamp = text->stamp;
    memo->sum.path = path;
    checksums_begin(loader->sums, &memo->sum, &text->stamp);
    return memo;
}

static void
load_revision(Loader *loader, const char **path, const FileText *text)
{
    Revision parsed = {0};

    if (!is_new(loader, text->stamp.identity, path))
        return;
    RevisionMemo *memo = memo_new(loader, *path, text);
    const bool is_parsed =
        file_kind(*path) == FILE_YAML
            ? revision_parse_yaml(*path, text->text, &loader->scratch, &parsed, NULL,
                                  &loader->problems)
            : revision_parse_text(*path, text, &loader->scratch, &parsed, &loader->problems);
    if (!is_parsed)
        return;
    Revision *kept = VEC_ADD(loader->arena, loader->revisions);
    keep_revision(loader->arena, &parsed, kept);
    keep_text(loader, text->text, kept);
    kept->sums = loader->sums;
    kept->memo = memo;
}

static void
load_files(Loader *loader, const FileFolder *folder, const Names *paths)
{
    AUTO(ahead_end) Ahead *ahead = ahead_new(folder, paths, loader->arena);

    for (size_t i = 0; i < paths->len; i++) {
        FileText text = {0};
        Error unread = {.arena = loader->problems.arena};
        if (ahead_next(ahead, &loader->scratch, &text, &unread)) {
            load_revision(loader, &paths->at[i], &text);
        } else {
            unread.code = ERR_REVISION;
            error_append(&loader->problems, &unread);
        }
        arena_reset(&loader->scratch);
    }
}

static void
keep_revision_files(Names *paths)
{
    size_t kept = 0;

    for (size_t i = 0; i < paths->len; i++) {
        if (file_kind(paths->at[i]) != FILE_OTHER)
            paths->at[kept++] = paths->at[i];
    }
    paths->len = kept;
}

/* A folder that cannot be read is a problem of the configuration, told with those of the other
 * folders. */
static void
load_folder(Loader *loader, const char *name, bool is_recursive)
{
    Names paths = {0};
    Error unread = {.arena = loader->problems.arena};
    AUTO(file_folder_close) FileFolder folder = {.fd = -1};

    if (!file_folder_open(name, &folder, &unread) ||
        !file_list(name, is_recursive, loader->arena, &paths, &unread)) {
        unread.code = ERR_CONFIG;
        error_hint(&unread, "\"migrate init\" makes a project; \"migrations:\" in migrate.yaml "
                            "names its folders");
        error_append(&loader->problems, &unread);
        return;
    }
    keep_revision_files(&paths);
    load_files(loader, &folder, &paths);
}

bool
revision_load_all(const Names *folders, bool is_recursive, const Log *log, Arena *arena,
                  Revisions *revisions, Error *err)
{
    Loader loader = {.log = log,
                     .arena = arena,
                     .seen = {.arena = arena},
                     .revisions = revisions,
                     .sums = checksums_new(arena),
                     .problems = {.arena = err->arena}};

    *revisions = (Revisions){0};
    for (size_t i = 0; i < folders->len; i++)
        load_folder(&loader, folders->at[i], is_recursive);
    arena_release(&loader.scratch);
    if (loader.problems.code == ERR_NONE)
        return true;
    *err = loader.problems;
    return false;
}

static bool
sections_equal(const Sections *a, const Sections *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        const Section *x = &a->at[i];
        const Section *y = &b->at[i];
        if (x->direction != y->direction || x->is_transactional != y->is_transactional ||
            x->begins_transaction != y->begins_transaction || x->dialect != y->dialect ||
            x->lock_timeout != y->lock_timeout || x->statement_timeout != y->statement_timeout ||
            x->body != y->body || x->body_len != y->body_len || x->body_line != y->body_line)
            return false;
    }
    return true;
}

static bool
copies_equal(const RevisionCopies *a, const RevisionCopies *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (a->at[i].offset != b->at[i].offset || !slice_equals(a->at[i].text, b->at[i].text))
            return false;
    }
    return true;
}

static bool
has_changed(const Revision *revision, Error *err)
{
    error_set_at(err, ERR_REVISION, (Place){.file = revision->file},
                 "revision %s has changed while it was being read", revision->id);
    return error_hint(err, "run the command again");
}

/* The body is what is there now: whether it can be run in a direction is looked at again. */
static bool
read_yaml(const Revision *revision, Arena *arena, RevisionText *text, Error *err)
{
    Revision now = {0};
    Error problems = {.arena = err->arena};
    OpBody *body = ARENA_NEW(arena, OpBody);

    if (!revision_parse_yaml(revision->file, text->text, arena, &now, body, &problems) ||
        strcmp(now.id, revision->id) != 0)
        return has_changed(revision, err);
    text->body = body;
    return true;
}

/* True if a large file is as it was loaded. */
static bool
is_as_loaded(const Revision *revision, const FileText *file)
{
    return revision->memo != NULL && file_stamps_equal(&revision->memo->stamp, &file->stamp);
}

static bool
read_sql(const Revision *revision, const FileText *file, Error *err)
{
    Arena scratch = {0};
    Revision now = {0};
    Error problems = {.arena = err->arena};

    if (is_as_loaded(revision, file))
        return true;
    const bool is_same = revision_parse_text(revision->file, file, &scratch, &now, &problems) &&
                         strcmp(now.id, revision->id) == 0 &&
                         sections_equal(&now.sections, &revision->sections) &&
                         copies_equal(&now.copies, &revision->copies);
    arena_release(&scratch);
    return is_same || has_changed(revision, err);
}

/* A link may lead elsewhere than its name says. */
static bool
check_inside(const char *folder, const char *path, Arena *arena, Error *err)
{
    const char *root = NULL;
    const char *real = NULL;

    if (!file_resolve(folder, arena, &root, err) || !file_resolve(path, arena, &real, err))
        return false;
    const size_t len = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (strncmp(real, root, len) == 0 && real[len] == '/')
        return true;
    error_set(err, ERR_REVISION, "\"%s\" leads out of the folder of its revision, to \"%s\"", path,
              real);
    return error_hint(err, "put the file itself beside the revision");
}

/* The files that the revision names. */
static bool
read_files(const Revision *revision, Arena *arena, RevisionText *text, Error *err)
{
    const char *folder = path_folder(arena, revision->file);
    FileText *files = ARENA_ARRAY(arena, FileText, revision->copies.len);

    text->files = files;
    for (size_t i = 0; i < revision->copies.len; i++) {
        const RevisionCopy *copy = &revision->copies.at[i];
        const char *path = path_join(arena, folder, copy->copy.file);
        if (check_inside(folder, path, arena, err) && file_text_read(path, arena, &files[i], err))
            continue;
        err->code = ERR_REVISION;
        err->place = (Place){revision->file, copy->line, 1};
        return false;
    }
    return true;
}

struct RevisionChecksum {
    const Revision *revision;
    FileText file;
    char hex[SHA256_HEX_SIZE]; /* "": not yet taken */
};

static void
take_checksum(RevisionChecksum *checksum, const FileText *files)
{
    const Revision *revision = checksum->revision;
    Sha256 sha;

    checksums_take(revision->sums, revision->memo == NULL ? NULL : &revision->memo->sum,
                   &checksum->file, checksum->hex);
    if (revision->copies.len == 0)
        return;
    sha256_init(&sha);
    sha256_add(&sha, slice_of(checksum->hex));
    for (size_t i = 0; i < revision->copies.len; i++) {
        char hex[SHA256_HEX_SIZE];
        checksums_take(revision->sums, &revision->copies.at[i].sum, &files[i], hex);
        sha256_add(&sha, slice_of(hex));
    }
    sha256_hex(&sha, checksum->hex);
}

const char *
revision_checksum(const RevisionText *text)
{
    if (text->checksum == NULL)
        return "";
    if (text->checksum->hex[0] == '\0')
        take_checksum(text->checksum, text->files);
    return text->checksum->hex;
}

/* Those of large files that will be asked for. */
static void
begin_checksums(const Revision *revision, const FileText *file, const RevisionText *text)
{
    if (file->is_mapped && revision->memo != NULL)
        checksums_begin(revision->sums, &revision->memo->sum, &file->stamp);
    for (size_t i = 0; i < revision->copies.len; i++) {
        if (text->files[i].is_mapped)
            checksums_begin(revision->sums, &revision->copies.at[i].sum, &text->files[i].stamp);
    }
}

bool
revision_read(const Revision *revision, Arena *arena, RevisionText *text, Error *err)
{
    FileText file = {.text = revision->text};
    const bool is_kept = revision->text.at != NULL;

    *text = (RevisionText){.body = NULL};
    if (!is_kept && !file_text_read(revision->file, arena, &file, err)) {
        err->code = ERR_REVISION;
        return false;
    }
    text->text = file.text;
    text->is_mapped = file.is_mapped;
    if (!(revision->is_yaml ? read_yaml(revision, arena, text, err)
                            : is_kept || read_sql(revision, &file, err)))
        return false;
    if (revision->copies.len > 0 && !read_files(revision, arena, text, err))
        return false;
    text->memo = is_as_loaded(revision, &file) ? revision->memo : NULL;
    text->checksum = ARENA_NEW(arena, RevisionChecksum);
    *text->checksum = (RevisionChecksum){.revision = revision, .file = file};
    begin_checksums(revision, &file, text);
    return true;
}

const Gap *
revision_gap(const Revision *revision, Direction direction, const char *dialect)
{
    for (size_t i = 0; i < revision->gaps.len; i++) {
        const Gap *gap = &revision->gaps.at[i];
        if (gap->direction == direction &&
            (gap->dialect == NULL || strcmp(gap->dialect, dialect) == 0))
            return gap;
    }
    return NULL;
}

bool
revision_has(const Revision *revision, Direction direction, const char *dialect)
{
    if (revision->is_yaml)
        return revision_gap(revision, direction, dialect) == NULL;
    for (size_t i = 0; i < revision->sections.len; i++) {
        const Section *section = &revision->sections.at[i];
        if (section->direction == direction &&
            (section->dialect == NULL || strcmp(section->dialect, dialect) == 0))
            return true;
    }
    return false;
}
