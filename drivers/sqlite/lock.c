/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/path.h"

void
lock_release(RunLock *lock)
{
    if (lock->is_held)
        (void)close(lock->descriptor);
    lock->is_held = false;
}

bool
lock_take(RunLock *lock, Connection *connection, Error *err)
{
    const char *file = sqlite3_db_filename(connection->db, "main");

    if (file == NULL || *file == '\0')
        return true;
    const char *folder = path_folder(err->arena, file);
    lock->descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock->descriptor < 0)
        return true;
    lock->is_held = true;
    for (int tries = 0; flock(lock->descriptor, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK) {
            log_debug(connection->log, "%s cannot be locked: %s", folder, strerror(errno));
            return true;
        }
        if (!sqlite_wait(connection, tries))
            return sqlite_fail(connection, SQLITE_BUSY, err);
    }
    return true;
}
