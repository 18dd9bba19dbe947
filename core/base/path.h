/* SPDX-License-Identifier: MIT */
/* Path: file names as text. Nothing here touches the file system. */
#ifndef MIGRATE_CORE_BASE_PATH_H
#define MIGRATE_CORE_BASE_PATH_H

#include <stdbool.h>

#include "core/base/arena.h"

/* `name` if it is absolute or `folder` is empty or ".", else folder/name. */
const char *path_join(Arena *arena, const char *folder, const char *name);
/* The folder of `path`: "." for a bare name. */
const char *path_folder(Arena *arena, const char *path);
/* The way from one folder to another, both absolute: "" to itself, "../conf"; `to` itself where a
 * part of either is "." or "..", which a link may lead elsewhere. */
const char *path_between(Arena *arena, const char *from, const char *to);
/* The part behind the last slash; borrowed. */
const char *path_name(const char *path);
bool path_is_absolute(const char *path);
/* The extension with its dot ("" if none, or if the name begins with its only dot); borrowed. */
const char *path_extension(const char *path);

#endif
