// The few calls of Linux that Swift cannot import: their C declarations are variadic, or hidden behind _GNU_SOURCE.
#ifndef BEAMCTL_CLINUX_H
#define BEAMCTL_CLINUX_H

#include <spawn.h>

/// Makes the calling process the parent of every descendant that loses its own: prctl(2). 0, or -1 with errno.
int beamctl_become_subreaper(void);

/// The calling process gets this signal when the thread that started it has ended, also behind an exec: prctl(2). 0, or -1 with errno.
int beamctl_end_with_parent(int signal);

/// Closes every file descriptor from `first` on: close_range(2). 0, or -1 with errno.
int beamctl_close_from(unsigned int first);

/// A pipe whose ends are closed on exec: pipe2(2). 0, or -1 with errno.
int beamctl_pipe(int ends[2]);

/// The child is to change into `directory` before it runs. 0, or an error number.
int beamctl_spawn_in(posix_spawn_file_actions_t *actions, const char *directory);

/// The child is to have no file descriptor from `first` on. 0, or an error number.
int beamctl_spawn_closing_from(posix_spawn_file_actions_t *actions, int first);

/// The flags for a child in a session of its own, with default signals and an empty signal mask.
short beamctl_spawn_own_session(void);

/// A file descriptor that becomes readable when the process ends: pidfd_open(2). -1 with errno when there is none.
int beamctl_process_descriptor(int pid);

/// Takes the lock of an open file (an OFD lock, fcntl(2)): it is held until the last process that inherited the descriptor has
/// ended. 0, or -1 with errno when another has it.
int beamctl_lock(int descriptor);

/// Whether another has the lock of an open file. Asks only: whoever is about to take it is not disturbed. 1, 0, or -1 with errno.
int beamctl_is_locked(int descriptor);

/// Blocks SIGTERM, SIGINT and SIGHUP, and gives a file descriptor that becomes readable when one of them comes: signalfd(2). -1 with
/// errno when there is none.
int beamctl_signal_descriptor(void);

/// Removes a folder with all that is in it, and follows no link: nftw(3). 0, or -1 with errno.
int beamctl_remove_tree(const char *path);

/// The columns of the terminal at a file descriptor; 0 when it is none.
int beamctl_terminal_columns(int descriptor);

/// The path of the library in which this process finds a symbol: dladdr(3). NULL when it finds none.
const char *beamctl_library_of(const char *symbol);

#endif
