/* SPDX-License-Identifier: MIT */
/* YamlWrite: texts as YAML that every reader of YAML, 1.1 or 1.2, takes for the same text. */
#ifndef MIGRATE_CORE_YAML_WRITE_H
#define MIGRATE_CORE_YAML_WRITE_H

#include "core/base/buf.h"

/* A text as one scalar on one line, between { and } too: without quotes where it can be. */
void yaml_write_text(Buf *out, const char *text);
/* The same, in quotes whatever it is. */
void yaml_write_quoted(Buf *out, const char *text);

#endif
