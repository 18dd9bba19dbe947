/* SPDX-License-Identifier: MIT */
/* What a driver tells of a run while it goes on. */
#include "drivers/driver.h"

bool
events_tell(const RunEvents *events, const Unit *unit)
{
    return events != NULL && events->told_from > 0 && unit->count >= events->told_from;
}

void
events_waiting(const RunEvents *events)
{
    if (events != NULL && events->waiting != NULL)
        events->waiting(events->context);
}

void
events_statement_started(const RunEvents *events, const Unit *unit, const Statement *statement)
{
    if (events->statement_started != NULL)
        events->statement_started(events->context, unit, statement);
}

void
events_statement_finished(const RunEvents *events, const Unit *unit, const Statement *statement,
                          int64_t milliseconds)
{
    if (events->statement_finished != NULL)
        events->statement_finished(events->context, unit, statement, milliseconds);
}
