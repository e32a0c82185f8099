// A system that fails as it is told to: loaded before the C library (LD_PRELOAD), it stands between replyd and the kernel.
// Of all files, only those with ".sqlite" in their names are touched.

#define _GNU_SOURCE
#include "FaultySystem.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct faulty_system_orders *orders;

__attribute__((constructor)) static void faulty_system_begin(void) {
  const char *path = getenv("FAULTY_SYSTEM");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *map = mmap(NULL, sizeof *orders, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (map != MAP_FAILED) orders = map;
  close(file);
}

static int32_t ordered(int32_t *order) { return __atomic_load_n(order, __ATOMIC_ACQUIRE); }

static int is_database(int file) {
  char link[64], name[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return strstr(name, ".sqlite") != NULL;
}

// Whether the step is to fail; errno is set then.
static int fails(int file, int32_t *order) {
  int32_t code = ordered(order);
  if (code == 0 || !is_database(file)) return 0;
  errno = code;
  return 1;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  if (orders && fails(file, &orders->write_error)) return -1;
  ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
  return real(file, bytes, count, offset);
}

ssize_t write(int file, const void *bytes, size_t count) {
  if (orders && fails(file, &orders->write_error)) return -1;
  ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
  return real(file, bytes, count);
}

int ftruncate64(int file, off64_t length) {
  if (orders && fails(file, &orders->write_error)) return -1;
  int (*real)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
  return real(file, length);
}

// Looks at its orders again and again: a disk that has recovered lets go of what it held up.
static void delay(int file) {
  if (ordered(&orders->sync_delay) == 0 || !is_database(file)) return;
  const int32_t step = 5;
  for (int32_t waited = 0; waited < ordered(&orders->sync_delay); waited += step) {
    struct timespec time = {.tv_nsec = step * 1000000L};
    nanosleep(&time, NULL);
  }
}

int fdatasync(int file) {
  if (orders) {
    delay(file);
    if (fails(file, &orders->sync_error)) return -1;
  }
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  return real(file);
}

int fsync(int file) {
  if (orders) {
    delay(file);
    if (fails(file, &orders->sync_error)) return -1;
  }
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  return real(file);
}

int accept4(int listener, struct sockaddr *address, socklen_t *length, int flags) {
  int (*real)(int, struct sockaddr *, socklen_t *, int) = dlsym(RTLD_NEXT, "accept4");
  int connection = real(listener, address, length, flags);
  if (orders && connection < 0 && (errno == EMFILE || errno == ENFILE)) {
    __atomic_add_fetch(&orders->failed_accepts, 1, __ATOMIC_RELAXED);
  }
  return connection;
}
