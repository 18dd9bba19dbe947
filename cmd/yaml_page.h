/* SPDX-License-Identifier: MIT */
/* YamlPage: docs/yaml.md, made from the tables that YAML revisions are read by; its examples are
 * rendered by the dialects. */
#ifndef MIGRATE_CMD_YAML_PAGE_H
#define MIGRATE_CMD_YAML_PAGE_H

#include "core/base/buf.h"
#include "core/base/error.h"

/* Adds the page. ERR_REVISION for an example that is wrong. */
MUST_CHECK bool yaml_page_write(Buf *out, Error *err);

#endif
