/* SPDX-License-Identifier: MIT */
/* Manual: the manual page migrate(1) in mdoc, from the tables of commands, options and
 * configuration keys. The build adds the catalogue of errors, which cmake/errors.awk reads from the
 * sources. */
#ifndef MIGRATE_CMD_MANUAL_H
#define MIGRATE_CMD_MANUAL_H

#include <stdio.h>

#include "cmd/command.h"

/* The line at which the build puts the catalogue of errors: an mdoc comment. */
#define MANUAL_ERRORS ".\\\" errors"

void manual_print(const Command *const *commands, FILE *stream);

#endif
