/* SPDX-License-Identifier: MIT */
#include "core/base/thread.h"

#include <signal.h>
#include <unistd.h>

size_t
thread_room(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors > 1 ? (size_t)processors - 1 : 0;
}

/* What a thread's own doing raises would end the program if it were blocked: a file that is cut
 * short while it is read (SIGBUS) is said where the program says it. */
static void
leave_own(sigset_t *signals)
{
    sigdelset(signals, SIGBUS);
    sigdelset(signals, SIGSEGV);
    sigdelset(signals, SIGFPE);
    sigdelset(signals, SIGILL);
}

bool
thread_begin(pthread_t *thread, void *(*run)(void *handle), void *handle)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    leave_own(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    const bool has_begun = pthread_create(thread, NULL, run, handle) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return has_begun;
}
