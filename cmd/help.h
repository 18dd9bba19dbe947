/* SPDX-License-Identifier: MIT */
/* Help: usage, overview and the page of a command, made from the declarations, at most 80 columns
 * wide. Where the page goes is the caller's: asked for on stdout, for a mistake on stderr. */
#ifndef MIGRATE_CMD_HELP_H
#define MIGRATE_CMD_HELP_H

#include <stdio.h>

#include "cmd/command.h"

enum { HELP_WIDTH = 80 };

/* A few lines, for somebody who gave no command. */
void help_usage(FILE *stream);
/* All commands by group, the global options, examples. */
void help_overview(const Command *const *commands, FILE *stream);
void help_command(const Command *command, FILE *stream);
/* "migrate 0.1.0" */
extern const char *const HELP_VERSION;

#endif
