#pragma once

#include <spawn.h>

// What glibc declares only under _DEFAULT_SOURCE, which Swift's import of it does not define.

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
