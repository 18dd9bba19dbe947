/* SPDX-License-Identifier: MIT */
/*
 * Revision: one migration as its file describes it. Loading reads the header and the directive
 * lines; the body is read when a step is planned. Files are UTF-8; CRLF and a BOM are accepted.
 */
#ifndef MIGRATE_CORE_REVISION_H
#define MIGRATE_CORE_REVISION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/names.h"
#include "core/checksum.h"
#include "core/op.h"
#include "core/sql/copy.h"
#include "core/sql/lexer.h"
#include "drivers/driver.h"

/* One `-- migrate:up` or `-- migrate:down` and the SQL behind it. */
typedef struct Section {
    Direction direction;
    bool is_transactional;   /* transaction:false clears it */
    bool begins_transaction; /* transaction:new */
    const char *dialect;     /* "postgres", "sqlite"; NULL: all */
    int64_t lock_timeout;    /* milliseconds; TIMEOUT_UNSET */
    int64_t statement_timeout;
    size_t body; /* bytes of the file, BOM included, where the SQL begins */
    size_t body_len;
    unsigned line;      /* of the directive */
    unsigned body_line; /* of the first line of the SQL */
} Section;

typedef VEC(Section) Sections;

/* A direction that a YAML revision does not have. */
typedef struct Gap {
    Direction direction;
    const char *dialect; /* NULL: all */
    Place place;         /* of the operation that has no inverse */
    const char *reason;  /* "drop_table has no was:" */
} Gap;

typedef VEC(Gap) Gaps;

/* Of a large file: what is true of it as long as its stamp is the same. */
typedef struct RevisionMemo {
    Arena *arena; /* as long as the revision lives */
    FileStamp stamp;
    Checksum sum;
    SqlEnds ends; /* of the larger ones among its rows of COPY */
} RevisionMemo;

/* A `-- migrate:copy` in one of the sections. */
typedef struct RevisionCopy {
    SqlCopy copy;
    const char *path; /* of the file, as copy.file is meant */
    Slice text;       /* what stands behind `-- migrate:copy` */
    size_t offset;    /* bytes of the file, where its line begins */
    size_t len;
    unsigned line;
    Checksum sum; /* of the file that it names */
} RevisionCopy;

typedef VEC(RevisionCopy) RevisionCopies;

typedef struct Revision {
    const char *id;
    Names revises;    /* none: a base; several: a merge */
    Names depends_on; /* ids or labels */
    Names branch_labels;
    const char *message; /* "" if none */
    const char *created; /* as written; "" if none */
    const char *file;    /* path as it was found */
    unsigned id_line;    /* lines of the header keys, 0 if absent */
    unsigned revises_line;
    unsigned depends_on_line;
    unsigned branch_labels_line;
    Sections sections;     /* in file order */
    bool is_yaml;          /* then it has operations, not sections */
    Gaps gaps;             /* of a YAML revision */
    RevisionCopies copies; /* in file order */
    RevisionMemo *memo;    /* NULL: a small file */
    Checksums *sums;       /* takes the checksums of large files */
    Slice text;            /* of a small file, as it was loaded; `at` NULL: it was not kept */
} Revision;

typedef VEC(Revision) Revisions;

typedef struct RevisionChecksum RevisionChecksum;

/* The whole file of a revision. */
typedef struct RevisionText {
    Slice text;                 /* byte for byte, BOM included */
    bool is_mapped;             /* a large file: go through it with a Trail */
    const FileText *files;      /* that the revision's copies name, beside them */
    RevisionMemo *memo;         /* of a large file that is as it was loaded; else NULL */
    RevisionChecksum *checksum; /* revision_checksum gives it */
    const OpBody *body;         /* of a YAML revision; NULL: it is SQL */
} RevisionText;

/* Loads every revision file of the folders, in load order: folders as given, then byte order of
 * the path below them. All problems of all files are reported in one run: *err holds the first and,
 * by `next`, the others (ERR_REVISION; ERR_CONFIG for a folder that cannot be read). Duplicate ids
 * are the graph's business. */
MUST_CHECK bool revision_load_all(const Names *folders, bool is_recursive, const Log *log,
                                  Arena *arena, Revisions *revisions, Error *err);
/* Parses one file's text; `file` is borrowed, `text` is not. Adds its problems to *err. */
MUST_CHECK bool revision_parse_sql(const char *file, Slice text, Arena *arena, Revision *revision,
                                   Error *err);
/* The same for YAML: everything that can be said without a database is checked. *body is what it
 * says; NULL: not wanted. */
MUST_CHECK bool revision_parse_yaml(const char *file, Slice text, Arena *arena, Revision *revision,
                                    OpBody *body, Error *err);
/* The same for a file that may be mapped. */
MUST_CHECK bool revision_parse_text(const char *file, const FileText *text, Arena *arena,
                                    Revision *revision, Error *err);
/* Reads the body, unless it was kept: what has been loaded is then what runs; and the files that it
 * names. ERR_REVISION when the file has changed its id or its sections since loading, or one that
 * it names cannot be read or lies outside of its folder. */
MUST_CHECK bool revision_read(const Revision *revision, Arena *arena, RevisionText *text,
                              Error *err);
/* The checksum of what was read, 64 hex digits, taken when it is first asked for; that of a
 * revision that names files is that of all their checksums, its own the first. */
const char *revision_checksum(const RevisionText *text);
/* True if the file says what to do in this direction on this dialect (perhaps nothing). */
bool revision_has(const Revision *revision, Direction direction, const char *dialect);
/* Why a YAML revision does not; NULL if it does, or is no YAML. */
const Gap *revision_gap(const Revision *revision, Direction direction, const char *dialect);

/* Why `id` cannot be a revision id or a branch label, or NULL if it can. */
const char *revision_id_problem(Slice id);
/* What to do about it, in a file. */
#define REVISION_ID_HINT "choose another one, here and in each file that names it"

/* What a template of file names may hold. */
#define REVISION_TEMPLATE_HINT                                                                     \
    "its tokens are %(rev)s, %(slug)s, %(epoch)s, %(year)d, %(month).2d, %(day).2d, %(hour).2d, "  \
    "%(minute).2d and %(second).2d; the default is %(rev)s_%(slug)s"

/* A new revision, to be written to a file. */
typedef struct RevisionDraft {
    const char *id; /* NULL: 12 random hex digits */
    Names revises;
    Names depends_on;
    Names branch_labels;
    const char *message;
    const char *file_template; /* as Alembic's, such as %(rev)s_%(slug)s */
    unsigned slug_length;
    const char *timezone; /* IANA name; NULL or "UTC": UTC */
    const char *folder;
    int64_t now;    /* seconds since 1970 */
    bool is_yaml;   /* else SQL */
    const char *up; /* lines of SQL, or of a list of operations; NULL: a comment that says what
                       belongs there */
    const char *down;
    const char *dialect; /* the only one of `up`; NULL: all */
    bool has_no_down;
} RevisionDraft;

/* 12 random hex digits; NULL, with errno set, if there is no source of chance. */
const char *revision_new_id(Arena *arena);
/* Why a file template cannot be used, or NULL if it can. */
const char *revision_template_problem(const char *file_template);
/* Writes the file, atomically, never over one that is there; *path is its name. */
MUST_CHECK bool revision_create(const RevisionDraft *draft, Arena *arena, const char **path,
                                Error *err);

#endif
