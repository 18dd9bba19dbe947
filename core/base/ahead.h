/* SPDX-License-Identifier: MIT */
/*
 * Ahead: the files of a folder, one after the other, read by other threads before they are asked
 * for. Nearly all of the time that a small file takes is the system's, for opening it; that is
 * spent beside what is done with the files before. Where there are few files, a single processor or
 * no thread to be had, they are read when they are asked for.
 */
#ifndef MIGRATE_CORE_BASE_AHEAD_H
#define MIGRATE_CORE_BASE_AHEAD_H

#include "core/base/file.h"

typedef struct Ahead Ahead;

/* `paths` as file_list gave them for the folder; both are borrowed. */
Ahead *ahead_new(const FileFolder *folder, const Names *paths, Arena *arena);
/* The next file, as file_folder_read has it: it lives until the one after it is asked for, or until
 * `arena` is reset, whatever is first. To be called once for each path. */
MUST_CHECK bool ahead_next(Ahead *ahead, Arena *arena, FileText *text, Error *err);
/* For AUTO: waits for the threads to end. */
void ahead_end(Ahead **ahead);

#endif
