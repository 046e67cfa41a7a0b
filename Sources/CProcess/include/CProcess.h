// What a process that holds names and numbers owes them: no core dumps, no values in what a crash prints; and as many
// open files as it may have.
#pragma once

/// From now on this process leaves no core dump, however it ends, whatever the system's pattern for dumps is, and other
/// processes of its user cannot read its memory. Returns 0, or -1 with errno set.
int cprocess_forbid_dumps(void);

/// Whether `cprocess_forbid_dumps` holds.
int cprocess_forbids_dumps(void);

/// Raises the number of files that this process may have open as far as it may by itself. Returns what it is then, or
/// -1 with errno set.
long cprocess_raise_file_limit(void);

/// From now on a crash is told on standard error by its signal and the names of the functions that were
/// running, and ends the process by that signal. Takes the place of the Swift runtime's reporter, which also
/// prints what registers point to: a name or a number of whoever was being checked. Returns 0, or -1 with
/// errno set.
int cprocess_tell_crashes_without_values(void);
