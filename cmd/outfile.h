/* SPDX-License-Identifier: MIT */
/* OutFile: a file, or a folder of files, that is there as a whole or not at all: written beside its
 * place and renamed. */
#ifndef MIGRATE_CMD_OUTFILE_H
#define MIGRATE_CMD_OUTFILE_H

#include <stdio.h>

#include "core/base/error.h"
#include "core/base/names.h"

typedef struct OutFile {
    FILE *stream;
    const char *path;
    const char *part; /* its name until it is kept; NULL: written in place (a device, a pipe) */
} OutFile;

/* ERR_FAILED. Texts live in `arena`. */
MUST_CHECK bool outfile_open(const char *path, Arena *arena, OutFile *file, Error *err);
/* Everything is written and the file is in its place, replacing what was there; or ERR_FAILED. */
MUST_CHECK bool outfile_keep(OutFile *file, Error *err);
/* For AUTO: takes away what was not kept. */
void outfile_drop(OutFile *file);

typedef struct OutFolder {
    Arena *arena;
    const char *path;
    const char *part; /* NULL: kept, or dropped */
    Names files;      /* paths in `part` */
} OutFolder;

/* ERR_FAILED, also when the folder is there and not empty: old files between the new ones would be
 * taken for them. */
MUST_CHECK bool outfolder_open(const char *path, Arena *arena, OutFolder *folder, Error *err);
MUST_CHECK bool outfolder_add(OutFolder *folder, const char *name, OutFile *file, Error *err);
MUST_CHECK bool outfolder_keep(OutFolder *folder, Error *err);
void outfolder_drop(OutFolder *folder);

#endif
