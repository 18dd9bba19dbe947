/* SPDX-License-Identifier: MIT */
/* Body: where in a DO block the server failed, from the context that it tells. */
#ifndef MIGRATE_DRIVERS_POSTGRES_BODY_H
#define MIGRATE_DRIVERS_POSTGRES_BODY_H

#include "drivers/postgres/connection.h"

/* The offset in statement->text at which a failure without a position happened: in a DO block of
 * PL/pgSQL the expression or line that the server names; in a statement with one piece of a file
 * that piece, if the failure can only be in an expression; else 0. */
size_t postgres_body_offset(const Statement *statement, const Failure *failure);

/* The line of COPY data that the context names, from 1; 0: none. */
unsigned postgres_copy_line(const Failure *failure);

#endif
