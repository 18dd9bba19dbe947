/* SPDX-License-Identifier: MIT */
/* A new revision file: its name by a template of Alembic's form, its header, two empty sections. */
#include "core/revision.h"

const char *
revision_template_problem(const char *file_template)
{
    return file_template[0] == '\0' ? "it is empty" : NULL;
}
